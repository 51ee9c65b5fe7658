import { once } from 'node:events';
import ModbusSerial from 'modbus-serial';
import modbus from 'node-modbus';
import { SerialPort } from 'serialport';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { SerialWire } from '../../../edge/bus/serial-wire.ts';
import { silentLog } from '../../../edge/log.ts';
import { command, missing } from '../../needs.ts';
import { type Chunk, honestReply, registerOf } from '../memory-line.ts';
import { openPty } from '../pty-slave.ts';

/**
 * Why the framing is our own: the same slave misbehaves once, in its first reply, towards three masters on a
 * pseudo-terminal. Each reads two registers at 10, 20, 30 … of a slave whose registers name their address.
 */

const timeoutMs = 200;
const reads = 6;
const line = { baudRate: 115_200, parity: 'none', stopBits: 1 } as const;

type Tally = { right: number; wrong: number; none: number };
type Read = (address: number) => Promise<readonly number[] | undefined>;

const faults = {
  'a late reply': (reply: Uint8Array): Chunk[] => [{ afterMs: timeoutMs * 1.5, bytes: reply }],
  'a doubled reply': (reply: Uint8Array): Chunk[] => [
    { afterMs: 0, bytes: reply },
    { afterMs: 30, bytes: reply },
  ],
  'a stray byte': (reply: Uint8Array): Chunk[] => [{ afterMs: 0, bytes: Uint8Array.of(0, ...reply) }],
} as const;

describe.skipIf(missing(command('script')))('one fault in the first reply', () => {
  test.each(Object.keys(faults).filter((name): name is keyof typeof faults => name in faults))(
    '%s: ours takes no wrong value, and the libraries fail as they are known to',
    { timeout: 30_000 },
    async (fault) => {
      const ours = await tally(fault, ourMaster);
      const nodeModbus = await tally(fault, nodeModbusMaster);
      const modbusSerial = await tally(fault, modbusSerialMaster);
      console.log(
        `${fault}: right / wrong / none of ${reads}: ours ${show(ours)}, node-modbus ${show(nodeModbus)}, modbus-serial ${show(modbusSerial)}`,
      );
      expect(ours.wrong).toBe(0);
      expect(ours.none).toBeLessThanOrEqual(1);
      if (fault === 'a stray byte') {
        expect(nodeModbus.right).toBe(0);
        return;
      }
      expect(nodeModbus.wrong).toBeGreaterThan(0);
      expect(modbusSerial.wrong).toBeGreaterThan(0);
    },
  );
});

async function tally(fault: keyof typeof faults, master: (path: string) => Promise<Read>): Promise<Tally> {
  const strike = faults[fault];
  const pty = await openPty((request, nth) => {
    const reply = honestReply(request);
    // The others take 50 ms, so that a second copy of the first falls into them.
    return nth === 1 ? strike(reply) : [{ afterMs: 50, bytes: reply }];
  });
  const read = await master(pty.path);
  const seen: Tally = { right: 0, wrong: 0, none: 0 };
  for (let i = 1; i <= reads; i++) {
    const words = await read(i * 10);
    if (words === undefined) seen.none++;
    else if (words[0] === registerOf(1, i * 10) && words[1] === registerOf(1, i * 10 + 1)) seen.right++;
    else seen.wrong++;
  }
  return seen;
}

async function ourMaster(path: string): Promise<Read> {
  const wire = new SerialWire({ clock: systemClock, link: { ...line, port: path } });
  const bus = new RtuBus({ clock: systemClock, log: silentLog, random: () => 0.5, id: 'a', wire, line });
  onTestFinished(() => bus.close());
  await bus.open();
  return async (address) => {
    const request = { kind: 'read', fn: 3, address, count: 2 } as const;
    const outcome = await bus.exchange({ unit: 1, request, maxCount: 7, timeoutMs, gapMs: 0 });
    return outcome.ok && outcome.reply.kind === 'words' ? outcome.reply.words : undefined;
  };
}

async function nodeModbusMaster(path: string): Promise<Read> {
  const port = new SerialPort({ path, baudRate: line.baudRate });
  onTestFinished(() => port.close(() => {}));
  await once(port, 'open');
  const client = new modbus.client.RTU(port, 1, timeoutMs);
  return async (address) => {
    try {
      const { response } = await client.readHoldingRegisters(address, 2);
      return [...response.body.valuesAsArray];
    } catch {
      return undefined;
    }
  };
}

async function modbusSerialMaster(path: string): Promise<Read> {
  const client = new ModbusSerial.default();
  await client.connectRTUBuffered(path, { baudRate: line.baudRate });
  onTestFinished(() => client.close(() => {}));
  client.setID(1);
  client.setTimeout(timeoutMs);
  return async (address) => {
    try {
      return (await client.readHoldingRegisters(address, 2)).data;
    } catch {
      return undefined;
    }
  };
}

function show({ right, wrong, none }: Tally): string {
  return `${right}/${wrong}/${none}`;
}
