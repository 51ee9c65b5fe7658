import type { DeviceConfig } from '../../../config/site.ts';
import type { Clock } from '../../../contract/clock.ts';
import { frameRtu, tryRtuFrame } from '../../../devices/modbus/rtu.ts';
import { frameTcp } from '../../../devices/modbus/tcp.ts';
import type { Made } from '../../devices/sheets/make.ts';
import { type Image, imageOf, type Row } from '../../devices/sheets/sheet.ts';
import { soleFrame } from '../../system/tcp-slave.ts';
import { crowdedFaults, honestMs, rtuFaults, tcpFaults } from '../bus/faults.ts';
import type { Dice } from '../bus/fuzz-frames.ts';
import { type Chunk, exceptionReply, type Slave } from '../memory-line.ts';

/** What a request was answered with, and when. */
export type Told = { unit: number; at: number; table: Row['table']; first: number; last: number; image: Image };
export type About = { made: Made; sleepsAfterMs: number | null };
type World = About & {
  clock: Clock;
  told: Told[];
  devices: readonly DeviceConfig[];
  isCalm(): boolean;
  complain(why: string): void;
};
const timeoutMs = 300;
const tables = { 1: 'coil', 2: 'discrete', 3: 'holding', 4: 'input' } as const;

/** Answers as its sheet says, asleep after a while, and struck now and then. */
export function slaveBy(dice: Dice, kind: 'serial' | 'tcp', world: World): Slave {
  const { made, sleepsAfterMs, clock, told, devices } = world;
  const askedAt = new Map<number, number>();
  const faults = (kind === 'serial' ? rtuFaults : [...tcpFaults, ...crowdedFaults]).filter(
    ({ name }) => name !== 'exception 2',
  );
  return (request) => {
    const asked = kind === 'serial' ? tryRtuFrame(request) : soleFrame(request);
    const device = devices.find(({ unit }) => unit === asked?.unit);
    if (asked === undefined || device === undefined) return [];
    const idleMs = clock.monotonic() - (askedAt.get(asked.unit) ?? Number.NEGATIVE_INFINITY);
    const isAsleep = sleepsAfterMs !== null && idleMs > sleepsAfterMs;
    askedAt.set(asked.unit, clock.monotonic());
    if (isAsleep) return [];
    const rtu = frameRtu(asked.unit, asked.pdu);
    const answered = answer(rtu, device);
    if (answered.told !== null) told.push(answered.told);
    const tcp = () => frameTcp(soleFrame(request).transaction, asked.unit, answered.frame.slice(1, -2));
    const reply = kind === 'serial' ? answered.frame : tcp();
    const fault = dice.of(faults as [(typeof faults)[0]]);
    if (world.isCalm() || !dice.chance(0.15))
      return [{ afterMs: dice.chance(0.7) ? honestMs : dice.between(2, 60), bytes: reply }];
    return fault.strike({ request, reply, timeoutMs }) as Chunk[];
  };

  function answer(request: Uint8Array, device: DeviceConfig): { frame: Uint8Array; told: Told | null } {
    const [unit = 0, fn = 0, high = 0, low = 0, countHigh = 0, countLow = 0] = request;
    const [first, count] = [high * 256 + low, countHigh * 256 + countLow];
    const table = tables[fn as 1];
    const { blocks, limits, readable } = device.profile;
    const last = first + count - 1;
    const isPart = (blocks[table] ?? []).some(
      ([from, to]) => first <= to && from <= last && (from !== first || to !== last),
    );
    const isBeyond =
      (readable[table] ?? []).length > 0 && !(readable[table] ?? []).some(([from, to]) => from <= first && last <= to);
    if (isPart) world.complain(`${first}–${last} is a part of a block`);
    if (isBeyond || count > (fn <= 2 ? limits.maxBits : limits.maxRegisters))
      return { frame: exceptionReply(request, 2), told: null };
    const image = imageOf(made.rows.values(), dice);
    const words = Array.from({ length: count }, (_, i) => image(table, first + i));
    const bytes = fn <= 2 ? packed(words) : words.flatMap((word) => [word >> 8, word & 0xff]);
    return {
      frame: frameRtu(unit, Uint8Array.of(fn, bytes.length, ...bytes)),
      told: { unit, at: clock.monotonic(), table, first, last, image },
    };
  }
}

function packed(words: readonly number[]): number[] {
  return Array.from({ length: Math.ceil(words.length / 8) }, (_, i) =>
    words.slice(8 * i, 8 * i + 8).reduce((byte, word, bit) => byte + (word & 1) * 2 ** bit, 0),
  );
}
