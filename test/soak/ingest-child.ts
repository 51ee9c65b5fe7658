import { openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Clock, systemClock } from '../../contract/clock.ts';
import { tryAgentTopic } from '../../contract/topics.ts';
import { Audit } from '../../gateway/audit/audit.ts';
import { Commit } from '../../gateway/commit/commit.ts';
import { Ingest } from '../../gateway/ingest/ingest.ts';
import { silentLog } from '../../gateway/log.ts';
import { Events } from '../../gateway/state/events.ts';
import { Fleet } from '../../gateway/state/fleet.ts';
import { Store } from '../../gateway/store/store.ts';
import { agentId, siteId, siteOf } from '../gateway/core-site.ts';
import { bodyOf, devicesOfIngest, type Line, linesOf, type Sent } from './ingest-messages.ts';

/**
 * An ingest that is made to be killed: `ingest-child.ts DIR FIRST_ID`. Sends itself what agents say at their worst, and writes
 * each message to DIR/said before, and its answer after the commit.
 */
const [dir = '', firstId = '1'] = process.argv.slice(2);
let stepMs = 0;
const clock: Clock = {
  ...systemClock,
  now: () => systemClock.now() + stepMs,
};
const store = Store.open({ dir, clock, log: silentLog });
const events = new Events({ store });
const fleet = new Fleet({ sites: [siteOf(devicesOfIngest)], store, clock, events });
const commit = new Commit({ store, fleet, events, audit: new Audit({ db: store.db, clock }), clock, log: silentLog });
const ingest = new Ingest({ store, fleet, commit, clock, log: silentLog });

const log = openSync(join(dir, 'said'), 'a');
const tell = (lines: readonly Line[]) => writeSync(log, lines.map((line) => `${JSON.stringify(line)}\n`).join(''));

const sent: Sent[] = linesOf(readFileSync(join(dir, 'said'), 'utf8')).flatMap((line) => ('seq' in line ? [line] : []));
let id = Number(firstId);
const chance = (share: number) => Math.random() < share;
const below = (n: number) => Math.floor(Math.random() * n);
const pick = <T>(list: readonly T[]) => list[below(list.length)];

/** Two boxes that run under one id, each with starts of its own. */
const boxes = [0, 1].map((box) => ({ epoch: `${firstId}-${box}`, start: Number(firstId), seq: 0 }));
/** To be told at the end of this turn. What is held back, of an agent that catches up, is answered in a later one. */
let answers: Line[] = [];
let speaking = boxes[0];
let live = { epoch: '', status: '' };

function submit(kind: string, payload: string, done: (isRefused: boolean) => void): void {
  const topic = tryAgentTopic(`jari/v1/${siteId}/${agentId}/${kind}`);
  if (topic === undefined) throw new Error(kind);
  ingest.submit({ topic, payload: Buffer.from(payload) }, (error, isRefused) => {
    if (error !== null) throw error;
    done(isRefused === true);
  });
}

function next(): Sent {
  const box = speaking;
  if (box === undefined) throw new Error('nobody speaks');
  const about = { id: id++, at: Math.max(0, clock.now() - below(5000)) };
  const old = chance(0.2) ? pick(sent.slice(-2000)) : undefined;
  if (old !== undefined && chance(0.7)) return old;
  if (old !== undefined) return { ...about, epoch: old.epoch, start: old.start, seq: old.seq, kind: 'good', rows: 1 };
  box.seq += chance(0.05) ? 1 + below(5) : 1;
  const isBack = chance(0.05);
  const seq = isBack ? 1 + below(box.seq) : box.seq;
  const kind = chance(0.2)
    ? (pick(['no-device', 'no-point', 'one-point', 'bad', 'unsynced'] as const) ?? 'good')
    : 'good';
  return { ...about, epoch: box.epoch, start: box.start, seq, kind, rows: 1 + below(7) };
}

function turn(): void {
  if (chance(0.03)) stepMs = (below(5) - 2) * 3_600_000;
  const lines: Line[] = [];
  if (live.epoch === '' || chance(0.05)) {
    speaking = pick(boxes);
    if (speaking !== undefined && chance(0.2)) Object.assign(speaking, { epoch: `${firstId}-${id++}`, seq: 0 });
    const { epoch = '', start = 1, seq = 0 } = speaking ?? {};
    fleet.connected(siteId, agentId, {});
    const lost = seq > 50 && chance(0.5) ? [{ epoch, from: seq - 20, to: seq - 10, why: 'thinned' }] : [];
    const status = { v: 1, state: 'online', epoch, start, version: String(id++), simulated: false, lost };
    lines.push({ status: status.version, epoch, lost });
    // One that a newer connection has overtaken counts for nothing, and neither does its answer.
    submit('status', JSON.stringify(status), (isRefused) => {
      if (!isRefused) answers.push({ answered: status.version });
    });
    live = { epoch, status: status.version };
  }
  for (let count = 1 + below(chance(0.1) ? 120 : 20); count > 0; count--) {
    if (chance(0.02)) submit('tilt-se/readings', 'no JSON', () => answers.push({ garbage: true }));
    const message = next();
    sent.push(message);
    lines.push({ ...message, live: live.epoch === message.epoch ? live.status : null });
    const device = message.kind === 'no-device' ? 'ghost' : message.seq % 3 === 0 ? 'di-1' : 'tilt-se';
    submit(`${device}/readings`, bodyOf(message, below(chance(0.01) ? 60_000 : 20_000)), (isRefused) =>
      answers.push({ of: message.id, isRefused }),
    );
  }
  tell(lines);
  // Behind the commit, which ends this turn.
  setImmediate(() => {
    tell(answers);
    answers = [];
    if (chance(0.05)) setTimeout(turn, below(300));
    else turn();
  });
}

process.stdout.write('ready\n');
turn();
