import { describe, expect, test, vi } from 'vitest';
import type { ChainHop } from '../../../contract/chain.ts';
import { Receiver } from '../../../gateway/chain/receiver.ts';
import { Walk } from '../../../gateway/chain/walk.ts';
import { signatureOf } from '../../../gateway/notify/channels/webhook.ts';
import { ChainWorld } from './chain-world.ts';

async function working(): Promise<ChainWorld> {
  const of = new ChainWorld();
  of.world.online();
  of.world.readAll();
  await of.pass(180_000);
  expect(of.standing()).toBe('ok');
  return of;
}

type Break = { hop: ChainHop; breaks(of: ChainWorld): () => void; trouble: string[] };

const breaks: readonly Break[] = [
  {
    hop: 'agent',
    trouble: ['chain:agent/cabinet-1'],
    breaks(of) {
      of.beats = false;
      return () => {
        of.beats = true;
      };
    },
  },
  {
    hop: 'broker',
    trouble: ['chain:broker'],
    breaks(of) {
      of.beats = false;
      of.brokerAnswers = false;
      of.world.offline();
      return () => {
        of.beats = true;
        of.brokerAnswers = true;
        of.world.online();
      };
    },
  },
  {
    hop: 'store',
    // Nothing can be stored, the trouble neither.
    trouble: [],
    breaks(of) {
      of.reads = false;
      const spied = vi.spyOn(of.world.core.store, 'commit').mockImplementation(() => {
        throw Object.assign(new Error('the disk is full'), { code: 'SQLITE_FULL' });
      });
      return () => {
        of.reads = true;
        spied.mockRestore();
      };
    },
  },
  {
    hop: 'rule',
    trouble: ['chain:rule'],
    breaks(of) {
      const { alerts } = of.world;
      const decide = alerts.decide.bind(alerts);
      const spied = vi.spyOn(alerts, 'decide').mockImplementation((facts) => {
        if (facts.changes.some(({ kind }) => kind === 'beat')) throw new Error('a bug');
        return decide(facts);
      });
      return () => spied.mockRestore();
    },
  },
  {
    hop: 'channel',
    trouble: ['chain:channel'],
    breaks(of) {
      const { send } = of;
      of.send = () => ({ outcome: 'later', detail: 'connection refused' });
      return () => {
        of.send = send;
      };
    },
  },
  {
    hop: 'receipt',
    trouble: ['chain:receipt'],
    breaks(of) {
      const { send } = of;
      of.send = () => ({ outcome: 'accepted', detail: 'HTTP 204' });
      return () => {
        of.send = send;
      };
    },
  },
];

describe('the dead man', () => {
  test.each(breaks)('finds in less than 3 min that the chain is broken at: $hop', async ({ hop, breaks, trouble }) => {
    const of = await working();
    const mend = breaks(of);
    const after = await of.pass(180_000, () => of.broken().length > 0);
    expect(after).toBeLessThan(180_000);
    expect(of.broken()).toEqual([hop]);
    await of.pass(10_000);
    expect({ broken: of.broken(), troubles: of.troubles() }).toEqual({ broken: [hop], troubles: trouble });
    mend();
    await of.pass(120_000);
    expect({ standing: of.chain.health().standing, troubles: of.troubles() }).toEqual({ standing: 'ok', troubles: [] });
  });

  test('walks without leaving a reading, a message refused, an alert or a notice to people behind', async () => {
    const of = await working();
    const { core } = of.world;
    expect(of.world.open('all')).toEqual([]);
    expect(core.counts()).toMatchObject({ rejected: 0, duplicates: 0, late: 0 });
    expect(core.fleet.latest().some(({ point }) => point.startsWith('chain/'))).toBe(false);
    expect(core.store.db.prepare("SELECT DISTINCT role FROM notices WHERE part = 'chain'").pluck().all()).toEqual([
      'chain',
    ]);
    expect(core.store.db.prepare('SELECT count(*) FROM alert_transitions').pluck().get()).toBe(0);
  });

  test('keeps what proved the chain for an hour and no longer', async () => {
    const of = await working();
    of.reads = false;
    await of.pass(70 * 60_000);
    const count = (table: string) => of.world.core.store.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    expect([count("notices WHERE part = 'chain'"), count('deliveries')]).toEqual([61, 61]);
  });

  test('does not take a beat that lay in the backlog for proof', async () => {
    const of = new ChainWorld();
    of.world.online();
    of.beats = false;
    for (let n = 0; n < 5; n += 1) expect(of.world.beat(90_000)).toBeNull();
    await of.pass(5000);
    expect(of.standing()).toBe('unproven');
  });

  test('leaves an agent that is not heard to the trouble that it has already', async () => {
    const of = await working();
    of.beats = false;
    of.world.offline();
    await of.pass(180_000);
    expect({ broken: of.broken(), troubles: of.troubles() }).toEqual({ broken: ['agent'], troubles: [] });
    expect(of.world.open('all').map(({ rule }) => rule)).toEqual(['agent:cabinet-1']);
  });

  test('blames nobody behind an agent that has just come back', () => {
    const walk = new Walk(0);
    for (const mark of ['heard', 'stored', 'judged', 'accepted', 'received'] as const) walk.pass(mark, 1000);
    expect(walk.standing(3_600_000, true)).toBe('agent');
    walk.pass('heard', 3_600_000);
    walk.pass('stored', 3_600_000);
    expect(walk.standing(3_600_001, true)).toBe('agent');
    walk.pass('heard', 3_660_000);
    walk.pass('stored', 3_660_000);
    expect(walk.standing(3_760_000, true)).toBe('rule');
  });
});

describe('the test subscription', () => {
  const secret = Buffer.alloc(32, 7);
  const listening = async (keys: string[]) => {
    const receiver = new Receiver({ secret, onReceipt: (key) => keys.push(key), onError: () => {} });
    receiver.listen();
    while (receiver.url === null) await new Promise((resolve) => setImmediate(resolve));
    return { receiver, url: receiver.url };
  };
  const post = (url: string, body: string, signature: string) =>
    fetch(url, {
      method: 'POST',
      body,
      headers: { 'webhook-id': 'chain/1', 'webhook-timestamp': '1', 'webhook-signature': signature },
    });

  test('gives a receipt for what is signed, and for nothing else', async () => {
    const keys: string[] = [];
    const { receiver, url } = await listening(keys);
    const statuses = [
      (await post(url, '{}', `v1,${signatureOf(secret, 'chain/1', '1', '{}')}`)).status,
      (await post(url, '{"a":1}', `v1,${signatureOf(secret, 'chain/1', '1', '{}')}`)).status,
      (await post(url, 'x'.repeat(20_000), 'v1,')).status,
      (await fetch(url)).status,
    ];
    await new Promise((resolve) => setImmediate(resolve));
    receiver.close();
    expect(statuses).toEqual([204, 401, 413, 405]);
    expect(keys).toEqual(['chain/1']);
  });
});
