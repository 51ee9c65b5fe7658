import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { command, missing } from '../../needs.ts';
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
