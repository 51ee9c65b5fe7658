import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { LocalNats, natsProgram, newKey } from '../../city/demo/local-nats.ts';
import { connect, nkeyAuthenticator } from '../../city/nats/library.ts';
import { inboxOf, wordSubject } from '../../contract/city-carrier.ts';

/** Who may do what on a real nats-server with the configuration that `jari city nats config` makes. */

const who = ['g1', 'g2', 'worker', 'nobody'] as const;
type Who = (typeof who)[number];

const matrix: readonly { does: 'write' | 'hear'; subject: string; may: readonly Who[] }[] = [
  { does: 'write', subject: 'jari.city.first.g1.a.records', may: ['g1'] },
  { does: 'write', subject: 'jari.city.first.g2.b.records', may: ['g2'] },
  { does: 'write', subject: 'jari.city.now.g1.a.readings', may: ['g1'] },
  { does: 'write', subject: 'jari.city.later.g1.a.records', may: ['g1'] },
  { does: 'write', subject: 'jari.city.now.g1._.health', may: ['g1'] },
  { does: 'write', subject: 'jari.city.now.g1.b.readings', may: [] },
  { does: 'write', subject: 'jari.city.now.g2.b.readings', may: ['g2'] },
  { does: 'write', subject: 'jari.city.now.g2.a.readings', may: [] },
  { does: 'write', subject: wordSubject('g1'), may: ['worker'] },
  { does: 'write', subject: `${inboxOf('g1')}.x`, may: [] },
  { does: 'write', subject: '$JS.API.STREAM.DELETE.JARI_CITY', may: [] },
  { does: 'write', subject: '$JS.API.STREAM.PURGE.JARI_CITY', may: [] },
  { does: 'write', subject: '$JS.API.STREAM.INFO.JARI_CITY', may: ['worker'] },
  { does: 'write', subject: '$JS.API.CONSUMER.MSG.NEXT.JARI_CITY.workers-now', may: ['worker'] },
  { does: 'write', subject: '$JS.ACK.JARI_CITY.workers-now.1.1.1.1.1', may: ['worker'] },
  { does: 'hear', subject: wordSubject('g1'), may: ['g1'] },
  { does: 'hear', subject: 'jari.word.*', may: [] },
  { does: 'hear', subject: 'jari.city.>', may: [] },
  { does: 'hear', subject: `${inboxOf('g1')}.>`, may: ['g1'] },
  { does: 'hear', subject: '_INBOX_workers.>', may: ['worker'] },
  { does: 'hear', subject: '>', may: [] },
];

export async function runCityRights(): Promise<boolean> {
  const program = natsProgram();
  if (program === null) {
    console.log('skipped: no nats-server (apt install nats-server)');
    return process.env.CI === undefined;
  }
  const dir = mkdtempSync(join(tmpdir(), 'jari-city-rights-'));
  const keys = { g1: newKey(), g2: newKey(), worker: newKey() };
  const gateways = [
    { id: 'g1', sites: ['a'], nkey: keys.g1.nkey },
    { id: 'g2', sites: ['b'], nkey: keys.g2.nkey },
  ];
  const nats = await LocalNats.start({ program, dir, servers: 1, users: { worker: keys.worker.nkey, gateways } });
  let wrong = 0;
  try {
    for (const each of who) {
      const seed = each === 'nobody' ? null : keys[each].seed;
      const got = await tried(nats.url, seed);
      for (const [i, { does, subject, may }] of matrix.entries()) {
        const expected = may.includes(each);
        const is = got?.[i] ?? false;
        if (is !== expected) {
          wrong++;
          console.log(`${each} ${is ? 'may' : 'may not'} ${does} ${subject}`);
        }
      }
    }
  } finally {
    await nats.stop();
    rmSync(dir, { recursive: true, force: true });
  }
  console.log(`${who.length * matrix.length} rights tried, ${wrong} wrong`);
  return wrong === 0;
}

/** What was let through, in the order of the matrix; null when nobody of this key may come in. */
async function tried(url: string, seed: string | null): Promise<boolean[] | null> {
  const authenticator = seed === null ? {} : { authenticator: nkeyAuthenticator(Buffer.from(seed)) };
  const connection = await connect({ servers: url, reconnect: false, ...authenticator }).catch(() => null);
  if (connection === null) return null;
  let denied = 0;
  void (async () => {
    for await (const status of connection.status()) if (status.type === 'error') denied++;
  })();
  const may: boolean[] = [];
  for (const { does, subject } of matrix) {
    const before = denied;
    if (does === 'write') connection.publish(subject, '');
    else connection.subscribe(subject, { callback: () => {} });
    await connection.flush();
    await sleep(20);
    may.push(denied === before);
  }
  await connection.close();
  return may;
}
