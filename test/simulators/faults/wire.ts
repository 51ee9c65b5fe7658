import type { Site } from '../../../config/site.ts';
import { agentIdSchema, busIdSchema } from '../../../contract/ids.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { encodePdu } from '../../../devices/modbus/pdu.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import { frameTcp } from '../../../devices/modbus/tcp.ts';
import { RtuSlave } from '../../../simulators/slave/rtu-slave.ts';
import { TcpSlave } from '../../../simulators/slave/tcp-slave.ts';
import { type BusName, VirtualBuses } from '../../../simulators/virtual-buses.ts';

export const line: BusName = `${agentIdSchema.parse('box-1')}/${busIdSchema.parse('line')}`;
export const lan: BusName = `${agentIdSchema.parse('box-1')}/${busIdSchema.parse('lan')}`;

export type Heard = { atMs: number; bytes: number[] };
export type Read = { unit: number; fn: 1 | 2 | 3 | 4; address: number; count: number };

/** A site's two buses with their slaves, on a simulated clock: what comes back for a request, and when. */
export function wires(site: Site, options: { seed?: number; speed?: number } = {}) {
  const clock = new SimClock();
  const plugs: string[] = [];
  const buses = new VirtualBuses({
    site,
    clock,
    seed: options.seed ?? 1,
    speed: options.speed ?? 1,
    onPlug: (bus) => plugs.push(`${bus} ${buses.plug(bus)}`),
    onBoxes: () => plugs.push(JSON.stringify(buses.boxes().agents)),
  });
  let heard: Heard[] = [];
  let askedAt = 0;
  const farEnd = (bus: BusName) => ({
    clock,
    answer: (unit: number, pdu: Uint8Array) => buses.answer(bus, unit, pdu),
    onWire: (unit: number, frame: Uint8Array) => buses.onWire(bus, unit, frame),
    send: (bytes: Uint8Array) => void heard.push({ atMs: clock.monotonic() - askedAt, bytes: [...bytes] }),
  });
  const rtu = new RtuSlave({ ...farEnd(line), silenceMs: 50 });
  const tcp = new TcpSlave({ ...farEnd(lan), onBroken: () => {} });
  const ask = async (bus: BusName, unit: number, pdu: Uint8Array): Promise<Heard[]> => {
    heard = [];
    askedAt = clock.monotonic();
    if (bus === line) rtu.receive(frameRtu(unit, pdu));
    else tcp.receive(frameTcp(7, unit, pdu));
    await clock.advance(5000);
    return heard;
  };
  return {
    clock,
    buses,
    plugs,
    read: (bus: BusName, { unit, ...request }: Read) => ask(bus, unit, encodePdu({ kind: 'read', ...request })),
    switchOn: (unit: number, address: number) =>
      ask(line, unit, encodePdu({ kind: 'write', fn: 5, address, on: true })),
  };
}

export const bytesOf = (heard: readonly Heard[]): number[] => heard.flatMap(({ bytes }) => bytes);
