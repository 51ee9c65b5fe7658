import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Node-RED with node-red-contrib-modbus, from a folder of its own that JARI_NODE_RED names: neither belongs to this
 * project. `npm install node-red node-red-contrib-modbus` there makes it.
 */
export function nodeRedFolder(): string | null {
  const dir = process.env.JARI_NODE_RED ?? '';
  return dir !== '' && existsSync(join(dir, 'node_modules/node-red/red.js')) ? dir : null;
}

export type Polling = {
  slavePort: number;
  brokerPort: number;
  units: readonly number[];
  registers: number;
  everyMs: number;
};

/** The leanest flow there is: a read node for each unit, wired to one node that publishes what it read at QoS 0. */
export function startNodeRed(from: string, dir: string, polling: Polling): ChildProcess {
  return startFlow(from, dir, leanFlow(polling), join(from, 'node_modules/node-red-contrib-modbus'));
}

function startFlow(from: string, dir: string, flow: readonly object[], nodesDir?: string): ChildProcess {
  const file = (name: string, content: string) => {
    writeFileSync(join(dir, name), content);
    return join(dir, name);
  };
  const flows = file('flows.json', JSON.stringify(flow));
  const settings = file(
    'settings.js',
    `module.exports = ${JSON.stringify({
      userDir: dir,
      flowFile: flows,
      ...(nodesDir === undefined ? {} : { nodesDir }),
      httpAdminRoot: false,
      httpNodeRoot: false,
      uiHost: '127.0.0.1',
      uiPort: 0,
      logging: { console: { level: 'error' } },
    })}`,
  );
  const red = join(from, 'node_modules/node-red/red.js');
  return spawn(process.execPath, [red, '--settings', settings, '--userDir', dir], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

function leanFlow({ slavePort, brokerPort, units, registers, everyMs }: Polling): object[] {
  const client = {
    id: 'client',
    type: 'modbus-client',
    clienttype: 'tcp',
    bufferCommands: true,
    tcpHost: '127.0.0.1',
    tcpPort: String(slavePort),
    tcpType: 'DEFAULT',
    unit_id: 1,
    commandDelay: 1,
    clientTimeout: 1000,
    reconnectOnTimeout: true,
    reconnectTimeout: 2000,
    parallelUnitIdsAllowed: true,
  };
  const broker = {
    id: 'broker',
    type: 'mqtt-broker',
    broker: '127.0.0.1',
    port: String(brokerPort),
    autoConnect: true,
  };
  const reads = units.map((unit) => ({
    id: `read-${unit}`,
    type: 'modbus-read',
    z: 'flow',
    topic: `r/${unit}`,
    unitid: String(unit),
    dataType: 'HoldingRegister',
    adr: '0',
    quantity: String(registers),
    rate: String(everyMs),
    rateUnit: 'ms',
    delayOnStart: false,
    server: 'client',
    wires: [['out'], []],
  }));
  const out = {
    id: 'out',
    type: 'mqtt out',
    z: 'flow',
    topic: '',
    qos: '0',
    retain: 'false',
    broker: 'broker',
    wires: [],
  };
  return [{ id: 'flow', type: 'tab', label: 'lean' }, client, broker, ...reads, out];
}

/** The leanest flow that decodes: the broker's uplinks as JSON, one function node with the maker's frame table, one node that publishes. */
export function startDecodingFlow(from: string, dir: string, { brokerPort }: { brokerPort: number }): ChildProcess {
  return startFlow(from, dir, [
    { id: 'flow', type: 'tab', label: 'lean' },
    { id: 'broker', type: 'mqtt-broker', broker: '127.0.0.1', port: String(brokerPort), autoConnect: true },
    {
      ...{ id: 'in', type: 'mqtt in', z: 'flow', topic: 'application/+/device/+/event/up', qos: '1', datatype: 'json' },
      ...{ broker: 'broker', wires: [['decode']] },
    },
    { id: 'decode', type: 'function', z: 'flow', func: decodeFrame, outputs: 1, wires: [['out']] },
    { id: 'out', type: 'mqtt out', z: 'flow', topic: '', qos: '0', retain: 'false', broker: 'broker', wires: [] },
  ]);
}

const decodeFrame = `
const bytes = Buffer.from(msg.payload.data, 'base64');
const decoded = {};
for (let i = 0; i < bytes.length; ) {
  const id = bytes[i++], type = bytes[i++];
  if (id === 0x01 && type === 0x75) decoded.battery = bytes[i++];
  else if (id === 0x03 && type === 0x82) { decoded.distance = bytes.readUInt16LE(i); i += 2; }
  else if (id === 0x04 && type === 0x00) decoded.tilted = bytes[i++] === 1;
  else break;
}
return { topic: 'decoded/' + msg.payload.deviceInfo.devEui, payload: decoded };
`;
