import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { systemClock } from '../../contract/clock.ts';
import { pointRefSchema } from '../../contract/ids.ts';
import type { AgentTopic } from '../../contract/topics.ts';
import { Audit } from '../../gateway/audit/audit.ts';
import { Commit } from '../../gateway/commit/commit.ts';
import { Ingest } from '../../gateway/ingest/ingest.ts';
import { silentLog } from '../../gateway/log.ts';
import { Events } from '../../gateway/state/events.ts';
import { Fleet } from '../../gateway/state/fleet.ts';
import { History } from '../../gateway/store/history.ts';
import { Store } from '../../gateway/store/store.ts';
import { agentId, siteId, siteOf } from '../gateway/core-site.ts';
import { makeWorld, serve, token } from '../gateway/http/fakes.ts';
import { percentile } from './measure.ts';

/**
 * A process of its own: readings are taken in and acknowledged while ten readers ask for a page of 10,000 at once.
 * Prints {@link Figures} as JSON.
 */
export type Figures = {
  /** Of the round that other programs disturbed least; and while nobody asked. ms */
  loopMs: number;
  quietLoopMs: number;
  /** From a message to its acknowledgement, ms: p50 and the longest. */
  waitMs: readonly [number, number];
  quietWaitMs: readonly [number, number];
  tookMs: number;
  cpuMs: number;
  /** On top of what was resident before, MB: at the most, and a second later. */
  peakMb: number;
  afterMb: number;
};

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

const readers = 10;
const pageOf = 10_000;
const stored = 30_000;
const perMessage = 50;
const everyMs = 500;

async function measure(dir: string): Promise<Figures> {
  const gateway = open(dir);
  gateway.fill();
  const world = makeWorld();
  const server = await serve(world, { clock: systemClock, history: gateway.history });
  const { round: quiet } = await during(gateway, () => new Promise((resolve) => setTimeout(resolve, 500)));
  const asking = await startReaders(server.url);
  await (await ask(asking, 2)).checked; // compiles
  collect();
  const before = rssMb();
  const rounds: Round[] = [];
  for (let nth = 0; nth < 3; nth += 1) {
    const { round, result } = await during(gateway, () => ask(asking, readers));
    await result.checked;
    rounds.push(round);
  }
  asking.disconnect();
  await new Promise((resolve) => setTimeout(resolve, 1000));
  collect();
  await new Promise((resolve) => setTimeout(resolve, 200)); // a thread gives back what was collected
  const after = rssMb();
  await server.close();
  gateway.close();
  const busy = rounds.reduce((least, round) => (round.loopMs < least.loopMs ? round : least));
  const waits = (of: { waitMs: number[] }) => [percentile(of.waitMs, 0.5), percentile(of.waitMs, 1)] as const;
  return {
    loopMs: busy.loopMs,
    quietLoopMs: quiet.loopMs,
    waitMs: waits(busy),
    quietWaitMs: waits(quiet),
    tookMs: busy.tookMs,
    cpuMs: busy.cpuMs,
    peakMb: Math.max(...rounds.map(({ peakMb }) => peakMb)) - before,
    afterMb: after - before,
  };
}

type Round = { loopMs: number; waitMs: number[]; peakMb: number; tookMs: number; cpuMs: number };

/** What else went on while it ran. */
async function during<T>(gateway: Gateway, work: () => Promise<T>): Promise<{ round: Round; result: T }> {
  const loop = monitorEventLoopDelay({ resolution: 1 });
  const waitMs: number[] = [];
  let peakMb = 0;
  const telling = setInterval(() => {
    peakMb = Math.max(peakMb, rssMb());
    const begun = performance.now();
    gateway.tell(() => waitMs.push(performance.now() - begun));
  }, 5);
  loop.enable();
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const tookMs = performance.now() - begun;
  const { user, system } = process.cpuUsage(cpu);
  loop.disable();
  clearInterval(telling);
  const round = { loopMs: loop.max / 1e6, waitMs, peakMb, tookMs, cpuMs: (user + system) / 1000 };
  return { round, result };
}

/** Started beforehand: to start a process holds up the one that does for longer than all that is measured here. */
async function startReaders(url: string): Promise<ChildProcess> {
  const page = `${url}/api/v1/readings?point=tilt-se/tilt_x&from=${from}&to=${from + stored * everyMs}&limit=${pageOf}`;
  const readers = fork(join(import.meta.dirname, 'questions-readers.ts'), [page, token], { execArgv: [] });
  await once(readers, 'message');
  return readers;
}

/** Resolves when every page is there; what came is looked at with the promise in it. */
async function ask(readers: ChildProcess, count: number): Promise<{ checked: Promise<void> }> {
  readers.send(count);
  await once(readers, 'message');
  const checked = once(readers, 'message').then(([counts]: (readonly number[])[]) => {
    if (counts?.length !== count || counts.some((one) => one !== pageOf)) throw new Error(`${counts} readings came`);
  });
  return { checked };
}

const from = Date.now() - stored * everyMs - 60_000;
type Gateway = ReturnType<typeof open>;

/** A gateway without doors that holds readings of one point. */
function open(dir: string) {
  const clock = systemClock;
  const store = Store.open({ dir, clock, log: silentLog });
  const events = new Events({ store });
  const fleet = new Fleet({ sites: [siteOf({ 'tilt-se': 2 })], store, clock, events });
  const audit = new Audit({ db: store.db, clock });
  const commit = new Commit({ store, fleet, events, audit, clock, log: silentLog });
  const ingest = new Ingest({ store, fleet, commit, clock, log: silentLog });
  const all = new History({ store });
  const stays = <Q extends object>(query: Q) => ({ ...query, point: pointRefSchema.parse('tilt-se/p_0') });
  const history = new Proxy(all, {
    // The site of the API's world names its points otherwise.
    get: (on, name) => {
      const own: unknown = Reflect.get(on, name, on);
      return typeof own === 'function' ? (query: object) => own.call(on, stays(query)) : own;
    },
  });
  fleet.connected(siteId, agentId, fleet);
  let seq = 0;
  const send = (kind: 'status' | 'readings', body: object, done: () => void) => {
    const topic = { kind, site: siteId, agent: agentId, device: 'tilt-se' } as unknown as AgentTopic;
    ingest.submit({ topic, payload: Buffer.from(JSON.stringify({ v: 1, epoch: 'e1', start: 1, ...body })) }, done);
  };
  const say = (at: number, points: object, done: () => void) => {
    seq += 1;
    send('readings', { seq, at, age: Date.now() - at, clock: 'synced', points }, done);
  };
  send('status', { state: 'online', version: 'x', simulated: false, lost: [] }, () => {});
  ingest.flush();
  return {
    history,
    fill() {
      for (let first = 0; first < stored; first += perMessage) {
        const dt = Array.from({ length: perMessage }, (_, n) => n * everyMs);
        say(from + first * everyMs, { p_0: { dt, v: dt.map((_, n) => ((first + n) % 97) / 10) } }, () => {});
        if (first % 1000 === 0) ingest.flush();
        if (first % 5000 === 0) store.sealer.sealAll();
      }
      ingest.flush();
    },
    tell: (done: () => void) => say(Date.now(), { p_1: { dt: [0], v: [1] } }, done),
    close() {
      ingest.close();
      commit.close();
      store.close();
    },
  };
}

function rssMb(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}

const dir = mkdtempSync(join(tmpdir(), 'jari-bench-'));
try {
  console.log(JSON.stringify(await measure(dir)));
} finally {
  rmSync(dir, { recursive: true, force: true });
}
