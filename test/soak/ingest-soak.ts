import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { systemClock } from '../../contract/clock.ts';
import { pointRefSchema } from '../../contract/ids.ts';
import { silentLog } from '../../gateway/log.ts';
import { Events } from '../../gateway/state/events.ts';
import { Fleet } from '../../gateway/state/fleet.ts';
import { History } from '../../gateway/store/history.ts';
import { addRange, countHoles, hasNumber, type Ranges } from '../../gateway/store/ranges.ts';
import { Store } from '../../gateway/store/store.ts';
import { agentId, siteId, siteOf } from '../gateway/core-site.ts';
import { devicesOfIngest, idOf, type Line, linesOf, type Sent, valuesOf } from './ingest-messages.ts';

export type IngestSoaked = {
  kills: number;
  messages: number;
  acknowledged: number;
  readings: number;
  faults: string[];
};

/** Kills an ingest so often at moments of chance, and compares after each what is stored with what was acknowledged. */
export async function soakIngest({ dir, kills, onKill }: { dir: string; kills: number; onKill(n: number): void }) {
  const soaked: IngestSoaked = { kills: 0, messages: 0, acknowledged: 0, readings: 0, faults: [] };
  writeFileSync(join(dir, 'said'), '');
  while (soaked.kills < kills && soaked.faults.length === 0) {
    const child = spawn(
      process.execPath,
      [new URL('ingest-child.ts', import.meta.url).pathname, dir, String(1_000_000 * ++soaked.kills)],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const exit = once(child, 'exit');
    await Promise.race([once(child.stdout, 'data'), exit]);
    await pass(Math.random() * 1500);
    if (child.exitCode !== null) soaked.faults.push(`the process ended by itself: ${child.exitCode}`);
    child.kill('SIGKILL');
    await exit;
    Object.assign(soaked, look(dir, soaked.kills));
    onKill(soaked.kills);
  }
  return soaked;
}

/** Opens a copy, as the next start would find it. */
function look(dir: string, kill: number): Omit<IngestSoaked, 'kills'> {
  const copy = join(dir, 'copy');
  mkdirSync(copy, { recursive: true });
  for (const name of ['gateway.db', 'gateway.db-wal'])
    if (existsSync(join(dir, name))) cpSync(join(dir, name), join(copy, name), { force: true });
  const text = readFileSync(join(dir, 'said'), 'utf8');
  // A line that was cut by the kill.
  writeFileSync(join(dir, 'said'), text.slice(0, text.lastIndexOf('\n') + 1));
  const store = Store.open({ dir: copy, clock: systemClock, log: silentLog, defer: () => {} });
  try {
    const books = booksOf(linesOf(text));
    const stored = storedIn(store);
    const faults = [...compare(books, stored), ...compareEpochs(books, store), ...compareLatest(books, store)];
    const integrity = store.db.pragma('integrity_check', { simple: true });
    if (integrity !== 'ok') faults.push(String(integrity));
    const readings = [...stored.values()].reduce((sum, times) => sum + times, 0);
    return {
      ...{ messages: books.sent.size, acknowledged: books.answers.size, readings },
      faults: faults.slice(0, 20).map((fault) => `after kill ${kill}: ${fault}`),
    };
  } finally {
    store.close();
  }
}

type Books = {
  sent: Map<number, Sent>;
  /** By message: whether each of its answers was a refusal. */
  answers: Map<number, boolean[]>;
  lostAnswered: Map<string, Ranges>;
  /** Those that were answered. */
  statuses: Set<string>;
};

function booksOf(lines: readonly Line[]): Books {
  const books: Books = { sent: new Map(), answers: new Map(), lostAnswered: new Map(), statuses: new Set() };
  const statuses = new Map<string, { epoch: string; lost: { from: number; to: number }[] }>();
  for (const line of lines) {
    if ('of' in line) books.answers.set(line.of, [...(books.answers.get(line.of) ?? []), line.isRefused]);
    else if ('status' in line) statuses.set(line.status, line);
    else if ('answered' in line) {
      books.statuses.add(line.answered);
      const { epoch = '', lost = [] } = statuses.get(line.answered) ?? {};
      for (const { from, to } of lost)
        books.lostAnswered.set(epoch, addRange(books.lostAnswered.get(epoch) ?? [], from, to));
    } else if ('seq' in line) books.sent.set(line.id, line);
  }
  return books;
}

/** How often each value is in the history. */
function storedIn(store: Store): Map<number, number> {
  const history = new History({ store });
  const counts = new Map<number, number>();
  for (const [device, points] of Object.entries(devicesOfIngest)) {
    for (let nth = 0; nth < points; nth++) {
      const point = pointRefSchema.parse(`${device}/p_${nth}`);
      for (let cursor: string | null = null; ; ) {
        const range = { site: siteId, point, from: 0, to: Date.UTC(2100, 0, 1), limit: 10_000, cursor };
        const page: ReturnType<History['readings']> = history.readings(range);
        for (const { value } of page.items) counts.set(Number(value), (counts.get(Number(value)) ?? 0) + 1);
        cursor = page.next;
        if (cursor === null) break;
      }
    }
  }
  return counts;
}

function compare(books: Books, stored: ReadonlyMap<number, number>): string[] {
  const faults: string[] = [];
  const known = new Set<number>();
  for (const message of books.sent.values()) {
    const answers = books.answers.get(message.id) ?? [];
    const about = () => `message ${JSON.stringify(message)}, answered ${JSON.stringify(answers)}`;
    const times = valuesOf(message).flatMap(({ values }) => values.map((value) => stored.get(value) ?? 0));
    for (const { values } of valuesOf(message)) for (const value of values) known.add(value);
    if (times.length === 0) continue;
    if (times.some((count) => count !== times[0])) faults.push(`stored in part: ${about()}`);
    else if ((times[0] ?? 0) > 1) faults.push(`stored ${times[0]} times: ${about()}`);
    else if (new Set(answers).size > 1 && message.kind !== 'one-point') faults.push(`answered so and so: ${about()}`);
    // Of a message with an unknown point the rest is stored, and it is acknowledged.
    else if (answers.includes(false) && times[0] !== 1) faults.push(`acknowledged and not stored: ${about()}`);
    else if (answers.length > 0 && !answers.includes(false) && times[0] !== 0)
      faults.push(`refused and stored: ${about()}`);
  }
  for (const value of stored.keys()) if (!known.has(value)) faults.push(`stored and never sent: ${value}`);
  return faults;
}

function compareEpochs(books: Books, store: Store): string[] {
  const faults: string[] = [];
  const agent = store.names.agent(siteId, agentId);
  const byEpoch = Map.groupBy(books.sent.values(), ({ epoch }) => epoch);
  let missing = 0;
  for (const [name, messages] of byEpoch) {
    const epoch = store.epochs.find(agent, name);
    const answered = messages.filter(({ id }) => books.answers.has(id));
    if (epoch === undefined) {
      if (answered.length > 0) faults.push(`epoch ${name} is not known`);
      continue;
    }
    for (const { seq } of answered)
      if (!hasNumber(epoch.received, seq)) faults.push(`${name} ${seq} has come and is not known`);
    const seqs = new Set(messages.map(({ seq }) => seq));
    for (const [from, to] of epoch.received)
      for (let seq = from; seq <= to; seq++) if (!seqs.has(seq)) faults.push(`${name} ${seq} never came and is known`);
    for (const [from, to] of books.lostAnswered.get(name) ?? [])
      for (let seq = from; seq <= to; seq++)
        if (!hasNumber(epoch.lost, seq)) faults.push(`${name} ${seq} was declared lost`);
    const holes = countHoles(epoch.received, epoch.lost);
    if (holes !== epoch.missing) faults.push(`${name}: ${epoch.missing} missing where ${holes} are`);
    missing += holes;
  }
  if (store.epochs.missingOf(agent) !== missing) faults.push(`${store.epochs.missingOf(agent)} missing of ${missing}`);
  return faults;
}

/** What each point holds is of a message that was live, and no live one that was acknowledged is newer. */
function compareLatest(books: Books, store: Store): string[] {
  const fleet = new Fleet({
    ...{ sites: [siteOf(devicesOfIngest)], store, clock: systemClock },
    events: new Events({ store }),
  });
  return fleet.latest().flatMap(({ point, lastGood }) => {
    if (lastGood === null) return [];
    const held = books.sent.get(idOf(Number(lastGood.value)));
    if (held === undefined) return [`${point} holds ${lastGood.value}, which was never sent`];
    const newer = [...books.sent.values()].filter(
      (message) =>
        message.epoch === held.epoch &&
        message.seq > held.seq &&
        books.statuses.has(message.live ?? '') &&
        books.answers.get(message.id)?.[0] === false &&
        valuesOf(message).some((of) => of.point === point),
    );
    return newer
      .slice(0, 1)
      .map((message) => `${point} holds ${JSON.stringify(held)}, and newer is ${JSON.stringify(message)}`);
  });
}
