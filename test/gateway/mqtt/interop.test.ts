import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { command, missing, root } from '../../needs.ts';
import { until } from '../../simulators/processes.ts';
import type { Check } from './interop-checks.ts';
import { Departure } from './interop-client.ts';
import * as peers from './interop-peers.ts';
import { type Cell, table } from './interop-table.ts';

/** A difference from the table fails in either direction: what begins to pass is to be written down too. */
async function sameAsTable(check: Check, peer: peers.Peer, cell: Cell): Promise<void> {
  expect(await outcome(check, peer)).toBe(cell === 'it does' ? cell : cell.instead);
}

async function outcome(check: Check, peer: peers.Peer): Promise<string> {
  try {
    await check(peer);
    return 'it does';
  } catch (error) {
    if (!(error instanceof Departure)) throw error;
    const why = peer.why?.();
    return why === undefined ? error.message : `${error.message}, ${why}`;
  }
}

const rowsOf = (column: 'mosquitto' | 'open' | 'ours' | 'meant') =>
  table.map(({ suite, asked, check, [column]: cell = 'it does' }) => {
    const outcome = cell === 'it does' ? cell : `instead ${cell.instead}, because ${cell.because}`;
    return [`${suite}: asked to ${asked}, ${outcome}`, check, cell] as const;
  });

describe.skipIf(missing(command('mosquitto')))('mosquitto', () => {
  let broker: peers.PeerProcess;
  beforeAll(async () => {
    broker = await peers.startMosquitto();
  });
  afterAll(() => broker.stop());

  test.each(rowsOf('mosquitto'))('%s', async (_title, check, cell) => {
    await sameAsTable(check, peers.openPeer(broker.port), cell);
  });
});

describe('our broker without access control', () => {
  let broker: peers.PeerProcess;
  beforeAll(async () => {
    broker = await peers.startOpenBroker();
  });
  afterAll(() => broker.stop());

  test.each(rowsOf('open'))('%s', async (_title, check, cell) => {
    await sameAsTable(check, peers.openPeer(broker.port), cell);
  });
});

describe('our broker, asked as the suite asks', () => {
  test.each(rowsOf('ours'))('%s', async (_title, check, cell) => {
    await sameAsTable(check, await peers.oursAsTheSuiteAsks(), cell);
  });
});

describe('our broker, asked as it is meant', () => {
  test.each(rowsOf('meant'))('%s', async (_title, check, cell) => {
    await sameAsTable(check, await peers.oursAsItIsMeant(), cell);
  });
});

test.skipIf(missing(command('mosquitto')))(
  'the bridge that deploy/mosquitto shows has all that our broker says, now and retained, and is not shut out',
  async () => {
    const ours = await peers.oursAsItIsMeant();
    const agent = await connectAsync(`mqtt://127.0.0.1:${ours.port}`, {
      clientId: ours.speaker.clientId ?? '',
      username: ours.speaker.username ?? '',
      password: ours.speaker.password ?? '',
      ...{ keepalive: 10, reconnectPeriod: 0 },
    });
    onTestFinished(() => agent.endAsync());
    const [status, health] = ours.topics;
    if (status === undefined || health === undefined) throw new Error('nothing to say');
    await agent.publishAsync(status.topic, status.payload.toString(), { qos: 1, retain: true });
    const [, , site] = status.topic.split('/');
    const shown = readFileSync(join(root, 'deploy/mosquitto/jari-bridge.conf'), 'utf8')
      .replace('gateway.local:8883', `127.0.0.1:${ours.port}`)
      .replace(/^bridge_cafile.*$/m, '')
      .replace('remote_username bridge', 'remote_username screen')
      .replace('TOKEN\n', `${ours.token}\n`)
      .replaceAll('SITE', site ?? '');
    const broker = await peers.startMosquitto(shown);
    onTestFinished(() => broker.stop());
    const reader = await connectAsync(`mqtt://127.0.0.1:${broker.port}`);
    onTestFinished(() => reader.endAsync());
    const heard: [string, boolean][] = [];
    reader.on('message', (topic, _, { retain }) => heard.push([topic, retain]));
    await reader.subscribeAsync('jari/v1/#', { qos: 1 });
    await until(() => heard.some(([topic]) => topic === status.topic));
    await agent.publishAsync(health.topic, health.payload.toString(), { qos: 1, retain: true });
    await until(() => heard.some(([topic]) => topic === health.topic));
    expect(ours.why?.() ?? '').toBe('');
  },
);
