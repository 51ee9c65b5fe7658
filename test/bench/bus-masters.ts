import { once } from 'node:events';
import ModbusSerial from 'modbus-serial';
import modbus from 'node-modbus';
import { SerialPort } from 'serialport';
import { systemClock } from '../../contract/clock.ts';
import type { Timing } from '../../edge/bus/pace.ts';
import { RtuBus } from '../../edge/bus/rtu-bus.ts';
import { SerialWire } from '../../edge/bus/serial-wire.ts';
import { silentLog } from '../../edge/log.ts';

/** The masters that stand side by side, each as a plain poller: one read after another, as fast as it lets itself. */

/** Reads holding registers; undefined when nothing came of it. */
export type Read = (unit: number, address: number, count: number) => Promise<readonly number[] | undefined>;
export type MasterOptions = { path: string; baudRate: number; timeoutMs: number };

export const masters = {
  'ours economical': (options: MasterOptions) => ours(options, 'economical'),
  'ours tight': (options: MasterOptions) => ours(options, 'tight'),
  'node-modbus': nodeModbus,
  'modbus-serial': modbusSerial,
} as const satisfies Record<string, (options: MasterOptions) => Promise<Read>>;
export type MasterName = keyof typeof masters;

/** How many registers more than asked a device of ours lets itself be asked for, to tell replies by their length. */
const lengthening = 5;

async function ours({ path, baudRate, timeoutMs }: MasterOptions, timing: Timing): Promise<Read> {
  const link = { port: path, baudRate, parity: 'none', stopBits: 1 } as const;
  const wire = new SerialWire({ clock: systemClock, link, timing });
  const bus = new RtuBus({ clock: systemClock, log: silentLog, random: Math.random, id: 'bench', line: link, wire });
  await bus.open();
  return async (unit, address, count) => {
    const request = { kind: 'read', fn: 3, address, count } as const;
    const outcome = await bus.exchange({ unit, request, maxCount: count + lengthening, timeoutMs, gapMs: 0 });
    return outcome.ok && outcome.reply.kind === 'words' ? outcome.reply.words : undefined;
  };
}

async function nodeModbus({ path, baudRate, timeoutMs }: MasterOptions): Promise<Read> {
  const port = new SerialPort({ path, baudRate });
  port.on('error', () => {});
  await once(port, 'open');
  const client = new modbus.client.RTU(port, 1, timeoutMs);
  // A client is for one unit, and eight on one port would each parse every reply: one with its unit changed is cheaper.
  const { _requestHandler: handler } = client as unknown as { _requestHandler: { _address: number } };
  return async (unit, address, count) => {
    handler._address = unit;
    try {
      return (await client.readHoldingRegisters(address, count)).response.body.valuesAsArray as number[];
    } catch {
      return undefined;
    }
  };
}

async function modbusSerial({ path, baudRate, timeoutMs }: MasterOptions): Promise<Read> {
  const client = new ModbusSerial.default();
  await client.connectRTUBuffered(path, { baudRate });
  client.on('error', () => {});
  client.setTimeout(timeoutMs);
  return async (unit, address, count) => {
    client.setID(unit);
    try {
      return (await client.readHoldingRegisters(address, count)).data;
    } catch {
      return undefined;
    }
  };
}
