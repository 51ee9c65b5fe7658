import { once } from 'node:events';
import { Socket } from 'node:net';
import ModbusSerial from 'modbus-serial';
import modbus from 'node-modbus';
import { SerialPort } from 'serialport';
import { systemClock } from '../../../contract/clock.ts';
import type { ModbusRequest } from '../../../devices/modbus/pdu.ts';
import type { Bus, Exchange } from '../../../edge/bus/bus.ts';
import { RtuBus } from '../../../edge/bus/rtu-bus.ts';
import { SerialWire } from '../../../edge/bus/serial-wire.ts';
import { TcpBus } from '../../../edge/bus/tcp-bus.ts';
import { silentLog } from '../../../edge/log.ts';
import { atEnd } from '../../cleanup.ts';

/** A Modbus master as a poller uses it: values or nothing, whosever code it is. */
export type Master = {
  read(unit: number, address: number): Promise<readonly number[] | undefined>;
  /** Whether the master says that the coil (function 5) or the register (6) has been written. */
  write(fn: 5 | 6): Promise<boolean>;
};

export type Name = 'ours' | 'node-modbus' | 'modbus-serial';
type Opening = { timeoutMs: number };

const line = { baudRate: 115_200, parity: 'none', stopBits: 1 } as const;
const about = { clock: systemClock, log: silentLog, random: () => 0.5, id: 'a' };
const host = '127.0.0.1';

export const rtuMasters: Record<Name, (path: string, opening: Opening) => Promise<Master>> = {
  async ours(path, opening) {
    const wire = new SerialWire({ clock: systemClock, link: { ...line, port: path } });
    return ourMaster(new RtuBus({ ...about, wire, line }), opening);
  },
  async 'node-modbus'(path, { timeoutMs }) {
    const port = new SerialPort({ path, baudRate: line.baudRate });
    atEnd(() => port.close(() => {}));
    await once(port, 'open');
    return nodeModbusMaster((unit) => new modbus.client.RTU(port, unit, timeoutMs));
  },
  async 'modbus-serial'(path, opening) {
    const client = new ModbusSerial.default();
    await client.connectRTUBuffered(path, { baudRate: line.baudRate });
    return modbusSerialMaster(client, opening);
  },
};

export const tcpMasters: Record<Name, (port: number, opening: Opening) => Promise<Master>> = {
  async ours(port, opening) {
    return ourMaster(new TcpBus({ ...about, link: { host, port } }), opening);
  },
  async 'node-modbus'(port, { timeoutMs }) {
    const socket = new Socket();
    atEnd(() => {
      socket.destroy();
    });
    socket.on('error', () => {});
    const client = new modbus.client.TCP(socket, 1, timeoutMs);
    socket.connect({ host, port });
    await once(socket, 'connect');
    return nodeModbusMaster(() => client);
  },
  async 'modbus-serial'(port, opening) {
    const client = new ModbusSerial.default();
    client.on('error', () => {});
    await client.connectTCP(host, { port });
    return modbusSerialMaster(client, opening);
  },
};

async function ourMaster(bus: Bus, { timeoutMs }: Opening): Promise<Master> {
  atEnd(() => bus.close());
  await bus.open();
  const ask = async (exchange: Pick<Exchange, 'unit' | 'request' | 'maxCount'>) => {
    for (let i = 0; i < 200 && !bus.isOpen(); i++) await systemClock.sleep(10);
    return bus.exchange({ ...exchange, timeoutMs, gapMs: 0 });
  };
  return {
    async read(unit, address) {
      const request = { kind: 'read', fn: 3, address, count: 2 } as const;
      const outcome = await ask({ unit, request, maxCount: 7 });
      return outcome.ok && outcome.reply.kind === 'words' ? outcome.reply.words : undefined;
    },
    async write(fn) {
      const request: ModbusRequest =
        fn === 5 ? { kind: 'write', fn, address: 3, on: true } : { kind: 'write', fn, address: 3, word: 77 };
      return (await ask({ unit: 1, request, maxCount: 0 })).ok;
    },
  };
}

type NodeModbusClient = InstanceType<typeof modbus.client.RTU> | InstanceType<typeof modbus.client.TCP>;

/** A client of it knows one unit: several on a line are several clients on one port. */
function nodeModbusMaster(open: (unit: number) => NodeModbusClient): Master {
  const clients = new Map<number, NodeModbusClient>();
  const clientOf = (unit: number) => {
    const client = clients.get(unit) ?? open(unit);
    clients.set(unit, client);
    return client;
  };
  return {
    async read(unit, address) {
      try {
        const { response } = await clientOf(unit).readHoldingRegisters(address, 2);
        return [...response.body.valuesAsArray];
      } catch {
        return undefined;
      }
    },
    write: (fn) =>
      (fn === 5 ? clientOf(1).writeSingleCoil(3, true) : clientOf(1).writeSingleRegister(3, 77)).then(
        () => true,
        () => false,
      ),
  };
}

function modbusSerialMaster(client: InstanceType<typeof ModbusSerial.default>, { timeoutMs }: Opening): Master {
  atEnd(() => client.close(() => {}));
  client.setID(1);
  client.setTimeout(timeoutMs);
  return {
    async read(unit, address) {
      client.setID(unit);
      try {
        return (await client.readHoldingRegisters(address, 2)).data;
      } catch {
        return undefined;
      }
    },
    write: (fn) =>
      (fn === 5 ? client.writeCoil(3, true) : client.writeRegister(3, 77)).then(
        () => true,
        () => false,
      ),
  };
}
