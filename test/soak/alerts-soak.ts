import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import Database from 'better-sqlite3';
import { keyOf, uniform } from '../../simulators/noise.ts';
import { root } from '../needs.ts';

/** What became of alerts, notices and timers over so many SIGKILLs of the process that judges. */
export type Soaked = {
  readonly kills: number;
  readonly raised: number;
  /** Readings that the process acknowledged and that became no alert. */
  readonly lost: number;
  readonly raisedTwice: number;
  /** Notices that the receiver never got. */
  readonly undelivered: number;
  /** Deliveries beyond the first of a key. */
  readonly repeats: number;
  /** Deliveries under a key that no notice has. */
  readonly strayKeys: number;
  /** Escalations: none for an alert, or more than one. */
  readonly missedTimers: number;
  readonly doubledTimers: number;
  /** Of those that were due while the process ran, and of those that were due while it was dead, after it was ready, ms. */
  readonly latestTimerMs: number;
  /** Alerts that a restarted process no longer had, over all restarts. */
  readonly missingAfterStart: number;
};

type Judge = {
  child: ChildProcess;
  ready: Promise<{ at: number; open: number }>;
  ended: Promise<void>;
};

const escalateMs = 1500;

/** Raises an alert, kills the process within the next 300 ms, and again. Judged at the end by what is on the disk. */
export async function soak(options: {
  dir: string;
  kills: number;
  seed: number;
  onKill?: (n: number) => void;
}): Promise<Soaked> {
  const { dir, kills, seed, onKill = () => {} } = options;
  const got = new Map<string, number>();
  const server = createServer((request, response) => {
    const key = String(request.headers['webhook-id']);
    got.set(key, (got.get(key) ?? 0) + 1);
    request.resume().on('end', () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const url = `http://127.0.0.1:${address.port}/`;

  let seq = 0;
  const unacked = new Map<number, Record<string, boolean>>();
  const readyAt: { from: number; until: number }[] = [];
  let missingAfterStart = 0;
  /** Points whose alarm was acknowledged: their alerts are on the disk. */
  const certain = new Set<string>();
  const begin = async (): Promise<Judge> => {
    const alertsSoFar = certain.size;
    const judge = start(dir, url, kills, (done) => {
      for (const [name, value] of Object.entries(unacked.get(done) ?? {})) if (value) certain.add(name);
      unacked.delete(done);
    });
    const { at, open } = await judge.ready;
    readyAt.push({ from: at, until: Number.POSITIVE_INFINITY });
    if (open < alertsSoFar) missingAfterStart += alertsSoFar - open;
    for (const [again, values] of unacked) send(judge, again, values);
    return judge;
  };
  const take = (judge: Judge, values: Record<string, boolean>) => {
    seq += 1;
    unacked.set(seq, values);
    send(judge, seq, values);
  };
  const rule = keyOf(seed, 'kills');
  for (let kill = 0; kill < kills; kill += 1) {
    const judge = await begin();
    take(judge, Object.fromEntries(Array.from({ length: kills }, (_, n) => [`p_${n}`, n < kill])));
    take(judge, { [`p_${kill}`]: true });
    await new Promise((resolve) => setTimeout(resolve, 300 * uniform(rule, kill)));
    judge.child.kill('SIGKILL');
    await judge.ended;
    const last = readyAt.at(-1);
    if (last !== undefined) last.until = Date.now();
    onKill(kill + 1);
  }
  const judge = await begin();
  for (let waited = 0; unacked.size > 0 && waited < 10_000; waited += 50)
    await new Promise((resolve) => setTimeout(resolve, 50));
  await new Promise((resolve) => setTimeout(resolve, escalateMs + 3000));
  judge.child.kill('SIGKILL');
  await judge.ended;
  server.close();
  return { kills, missingAfterStart, ...found(dir, { expected: kills, got, readyAt }) };
}

function found(
  dir: string,
  {
    expected,
    got,
    readyAt,
  }: { expected: number; got: ReadonlyMap<string, number>; readyAt: readonly { from: number; until: number }[] },
): Omit<Soaked, 'kills' | 'missingAfterStart'> {
  const db = new Database(join(dir, 'gateway.db'), { readonly: true });
  const keys = new Set(db.prepare<[], string>('SELECT key FROM notices').pluck().all());
  const ofRules = "json_extract(body, '$.hazard') <> 'equipment'";
  const rows = db
    .prepare<[], { alert: string; code: string; at: number }>(
      `SELECT alert, code, at FROM alert_transitions WHERE alert IN (SELECT id FROM alerts WHERE ${ofRules})`,
    )
    .all();
  const rules = db
    .prepare<[], string>(`SELECT json_extract(body, '$.rule') FROM alerts WHERE ${ofRules}`)
    .pluck()
    .all();
  db.close();
  const raisedAt = new Map(rows.filter(({ code }) => code === 'raised').map(({ alert, at }) => [alert, at]));
  const timers = Map.groupBy(
    rows.filter(({ code }) => code === 'escalated'),
    ({ alert }) => alert,
  );
  const lateness = [...timers].map(([alert, [first]]) => {
    const due = (raisedAt.get(alert) ?? 0) + escalateMs;
    // Ready to fire: when it was due, or when the process that came after was up.
    const up = readyAt.find(({ until }) => until > due)?.from ?? due;
    return (first?.at ?? 0) - Math.max(due, up);
  });
  return {
    raised: raisedAt.size,
    lost: expected - new Set(rules).size,
    raisedTwice: rules.length - new Set(rules).size,
    undelivered: [...keys].filter((key) => !got.has(key)).length,
    repeats: [...got.values()].reduce((sum, times) => sum + times - 1, 0),
    strayKeys: [...got.keys()].filter((key) => !keys.has(key)).length,
    missedTimers: [...raisedAt.keys()].filter((alert) => !timers.has(alert)).length,
    doubledTimers: [...timers.values()].filter((times) => times.length > 1).length,
    latestTimerMs: Math.max(0, ...lateness),
  };
}

function start(dir: string, url: string, points: number, onDone: (seq: number) => void): Judge {
  const program = join(root, 'test/soak/alerts-child.ts');
  const child = spawn(process.execPath, [program, dir, url, String(points), String(escalateMs)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const ready = Promise.withResolvers<{ at: number; open: number }>();
  child.stdin.on('error', () => {}); // it was killed while it was written to
  createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line) as { ready?: number; open?: unknown[]; done?: number; error?: string | null };
    if (said.ready !== undefined) ready.resolve({ at: said.ready, open: said.open?.length ?? 0 });
    if (said.done !== undefined && said.error === null) onDone(said.done);
  });
  void ended.then(() => ready.reject(new Error('the process ended before it was ready')));
  ready.promise.catch(() => {});
  return { child, ready: ready.promise, ended };
}

function send({ child }: Judge, seq: number, values: Record<string, boolean>): void {
  child.stdin?.write(`${JSON.stringify({ seq, values })}\n`);
}
