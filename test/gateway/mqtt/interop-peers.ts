import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IConnectPacket } from 'mqtt-packet';
import { onTestFinished } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { Accounts } from '../../../gateway/accounts/accounts.ts';
import { Audit } from '../../../gateway/audit/audit.ts';
import { Commit } from '../../../gateway/commit/commit.ts';
import { servedBy } from '../../../gateway/gateway.ts';
import { Ingest } from '../../../gateway/ingest/ingest.ts';
import { silentLog } from '../../../gateway/log.ts';
import { Broker } from '../../../gateway/mqtt/broker.ts';
import { Events } from '../../../gateway/state/events.ts';
import { Fleet } from '../../../gateway/state/fleet.ts';
import { Store } from '../../../gateway/store/store.ts';
import { root } from '../../needs.ts';
import { freePort } from '../../system/harness.ts';
import { tempDir } from '../../temp.ts';
import { noCertificates } from '../ca/own-ca.ts';
import { agentTopic, birth, health, status } from '../core.ts';
import { agentId, siteId, siteOf } from '../core-site.ts';
import { LogLines, said } from './broker-fakes.ts';
import type { Will } from './interop-client.ts';

/** A broker as a check needs to know it: how to come in, and what may be said and heard there. */
export type Peer = {
  readonly port: number;
  /** Who speaks and who listens; one client does both when they are the same object. */
  readonly speaker: Partial<IConnectPacket>;
  readonly listener: Partial<IConnectPacket>;
  /** The first two lie on one level, which `oneLevel` matches; `below` matches all three. */
  readonly topics: readonly [Will, Will, Will];
  readonly oneLevel: string;
  readonly below: string;
  /** A filter that a suite asks for to see it refused. */
  readonly forbidden: string;
  /** Why our broker refused the last CONNECT, when it did. */
  why?(): string | undefined;
};

let tests = 0;

/** A broker that anyone may use. Each test has topics of its own, since what it leaves behind stays. */
export function openPeer(port: number, login: Partial<IConnectPacket> = {}): Peer {
  const top = `interop-${++tests}`;
  const say = (level: string): Will => ({ topic: `${top}/${level}`, payload: level });
  return {
    port,
    speaker: login,
    listener: login,
    topics: [say('a'), say('b'), say('c')],
    oneLevel: `${top}/+`,
    below: `${top}/#`,
    forbidden: 'test/nosubscribe',
  };
}

/** Our broker as the suite meets it, once it gives a token and a keepalive: one client speaks and listens where it likes. */
export async function oursAsTheSuiteAsks(): Promise<Peer> {
  const { port, token, why } = await startDoor();
  return { ...openPeer(port, tokenLogin(token)), why };
}

/** Our broker as it is meant: an agent says what agents say, a token listens to it. */
export async function oursAsItIsMeant(): Promise<Peer & { token: string }> {
  const { port, token, password, clock, why } = await startDoor();
  const say = ({ topic, body }: { topic: string; body: unknown }): Will => ({ topic, payload: JSON.stringify(body) });
  return {
    port,
    token,
    speaker: { clientId: agentId, username: agentId, password: Buffer.from(password), keepalive: 10 },
    listener: tokenLogin(token),
    topics: [say(status()), say(health({ clock }, {})), say(birth('tilt-se', {}))],
    oneLevel: agentTopic('+'),
    below: agentTopic('#'),
    forbidden: 'jari/v1/elsewhere/#',
    why,
  };
}

function tokenLogin(token: string): Partial<IConnectPacket> {
  return { username: 'screen', password: Buffer.from(token), keepalive: 60 };
}

/** The gateway's broker with its own store behind it, one agent and one token; ends with the test. */
async function startDoor() {
  const [clock, lines, site] = [new SimClock(), new LogLines(), siteOf({ 'tilt-se': 1 })];
  const store = Store.open({ dir: tempDir(), clock, log: silentLog });
  const events = new Events({ store });
  const fleet = new Fleet({ sites: [site], store, clock, events });
  const audit = new Audit({ db: store.db, clock });
  const commit = new Commit({ store, fleet, events, audit, clock, log: silentLog });
  const ingest = new Ingest({ store, fleet, commit, clock, log: silentLog });
  const accounts = new Accounts({
    db: store.db,
    clock,
    audit,
    sessionKey: () => new Uint8Array(32),
    agentIds: [agentId],
  });
  const served = servedBy([site]);
  const where = { bind: '127.0.0.1', port: 0, certificates: noCertificates };
  const broker = await Broker.listen({ clock, log: lines.log, accounts, served, fleet, ingest, ...where });
  onTestFinished(async () => {
    await broker.close();
    ingest.flush();
    ingest.close();
    commit.close();
    store.close();
  });
  return {
    clock,
    port: broker.port,
    token: accounts.tokens.create({ name: 'screen', scope: 'read', lifeMs: null }, said).token,
    password: accounts.agents.add(siteId, agentId, said).password,
    why: () => lines.of('connect-refused').map(({ ids }) => String(ids.why))[0],
  };
}

/** A broker in a process of its own, for all tests of a part. */
export type PeerProcess = { port: number; stop(): Promise<void> };

export async function startOpenBroker(): Promise<PeerProcess> {
  const child = spawn(process.execPath, [join(root, 'test/gateway/mqtt/open-broker.ts')], { stdio: 'pipe' });
  const said = await says(child, '"port"');
  return { port: Number(/"port":(\d+)/.exec(said)?.[1]), stop: () => stop(child) };
}

export async function startMosquitto(more = ''): Promise<PeerProcess> {
  const dir = mkdtempSync(join(tmpdir(), 'jari-mosquitto-'));
  const port = await freePort();
  const config = join(dir, 'mosquitto.conf');
  writeFileSync(config, `listener ${port} 127.0.0.1\nallow_anonymous true\n${more}`);
  const child = spawn('mosquitto', ['-c', config], { stdio: 'pipe' });
  await says(child, ' running');
  return {
    port,
    async stop() {
      await stop(child);
      rmSync(dir, { recursive: true });
    },
  };
}

/** What a program has said once the text is in it. @throws when it ends before */
function says(child: ChildProcess, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const hear = (chunk: Buffer) => {
      said += chunk;
      if (said.includes(text)) resolve(said);
    };
    child.stdout?.on('data', hear);
    child.stderr?.on('data', hear);
    child.once('error', reject);
    child.once('close', () => reject(new Error(`ended before it listened: ${said}`)));
  });
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = new Promise((resolve) => child.once('close', resolve));
  child.kill();
  await closed;
}
