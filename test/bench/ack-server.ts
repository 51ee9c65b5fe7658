import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { loadSite } from '../../config/load-site.ts';
import { systemClock } from '../../contract/clock.ts';
import { Accounts } from '../../gateway/accounts/accounts.ts';
import { Audit } from '../../gateway/audit/audit.ts';
import { Commit } from '../../gateway/commit/commit.ts';
import { servedBy } from '../../gateway/gateway.ts';
import { Ingest } from '../../gateway/ingest/ingest.ts';
import { silentLog } from '../../gateway/log.ts';
import { Broker, type BrokerOptions } from '../../gateway/mqtt/broker.ts';
import { Events } from '../../gateway/state/events.ts';
import { Fleet } from '../../gateway/state/fleet.ts';
import { Store } from '../../gateway/store/store.ts';
import { ownCertificates } from '../gateway/ca/own-ca.ts';

/**
 * The gateway's broker with one of three things behind it: nothing, a table that takes each payload as it is, or the
 * gateway's ingest. Prints its port and the agents' passwords as one line of JSON; ends with its standard input.
 */

const [mode = 'none', siteFile = ''] = process.argv.slice(2);
const dir = mkdtempSync(join(tmpdir(), 'jari-bench-'));
const loaded = loadSite(siteFile);
if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
const { site } = loaded;
const [clock, log] = [systemClock, silentLog];
const store = Store.open({ dir, clock, log });
const events = new Events({ store });
const fleet = new Fleet({ sites: [site], store, clock, events });
const agentIds = site.agents.map((agent) => agent.id);
const audit = new Audit({ db: store.db, clock });
const commit = new Commit({ store, fleet, events, audit, clock, log });
const sessionKey = () => new Uint8Array(32);
const accounts = new Accounts({ db: store.db, clock, audit, sessionKey, agentIds });
const said = { by: 'command:bench', why: null };
const passwords = Object.fromEntries(agentIds.map((id) => [id, accounts.agents.add(site.id, id, said).password]));
const broker = await Broker.listen({
  clock,
  log,
  accounts,
  certificates: ownCertificates({ db: store.db, clock, dir }),
  served: servedBy([site]),
  fleet,
  ingest: behind(mode),
  bind: '127.0.0.1',
  port: 0,
  // Its publishers sign in for every round.
  limits: { connectRate: { signIns: 1e9, accountBurst: 1e9 } },
});
console.log(JSON.stringify({ port: broker.port, passwords }));
process.stdin.resume().on('end', async () => {
  await broker.close();
  commit.close();
  store.close();
  rmSync(dir, { recursive: true, force: true });
  process.exit(0);
});

function behind(what: string): BrokerOptions['ingest'] {
  if (what === 'full') return new Ingest({ store, fleet, commit, clock, log });
  if (what === 'unparsed') return unparsed();
  return { submit: (_incoming, done) => done(null) };
}

/** Natural group commit of the bytes alone: the least that "acknowledged is on disk" can cost. */
function unparsed(): BrokerOptions['ingest'] {
  const db = new Database(join(dir, 'unparsed.db'));
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL');
  db.exec('CREATE TABLE payload (id INTEGER PRIMARY KEY, body BLOB NOT NULL)');
  const insert = db.prepare<[Uint8Array]>('INSERT INTO payload (body) VALUES (?)');
  let waiting: { payload: Uint8Array; done: (error: Error | null) => void }[] = [];
  const write = db.transaction((group: typeof waiting) => {
    for (const { payload } of group) insert.run(payload);
  });
  const flush = () => {
    const group = waiting;
    waiting = [];
    write(group);
    for (const { done } of group) done(null);
  };
  return {
    submit({ payload }, done) {
      if (waiting.push({ payload, done }) === 1) setImmediate(flush);
    },
  };
}
