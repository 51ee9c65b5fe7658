import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { loadSite } from '../../config/load-site.ts';
import type { Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { DrillFailure } from '../../contract/reasons/backup.ts';
import { tryAgentTopic } from '../../contract/topics.ts';
import { Audit } from '../audit/audit.ts';
import { Commit } from '../commit/commit.ts';
import { Ingest } from '../ingest/ingest.ts';
import { silentLog } from '../log.ts';
import { Events } from '../state/events.ts';
import { Fleet } from '../state/fleet.ts';
import { Store } from '../store/store.ts';
import { type StoredRow, storedRows } from '../store/stored-messages.ts';
import { BackupError, detailOf } from './backup-error.ts';
import { databasePath } from './manifest.ts';

const hourMs = 3_600_000;
const sliceMs = 10 * 60_000;
/** No further slice is read once there are so many: some 60 MB. */
const mostReadings = 200_000;
const messagesPerCommit = 500;
const earliest = Date.UTC(2020, 0, 1);

/**
 * Plays the last hour of a restored gateway into an empty store, message by message by the way that every message takes, and
 * compares each reading. So what was restored is more than pages that add up: the site file loads, and what was stored means
 * what it meant.
 * @param dir a restored gateway
 * @param scratch a folder for the empty store, made here
 * @returns how many readings are alike
 * @throws BackupError replay-differs
 */
export async function replayDiffers(dir: string, scratch: string): Promise<{ readings: number }> {
  const sites = sitesOf(dir);
  const db = new Sqlite(join(dir, databasePath), { readonly: true });
  try {
    const player = new Player(sites, scratch);
    try {
      const { rows, span } = lastHour(db, (row) => player.isPlayable(row));
      player.play(rows);
      const [want, got] = [digests(rows), digests(player.rows(span))];
      const off = [...new Set([...want.keys(), ...got.keys()])].filter((point) => want.get(point) !== got.get(point));
      const [first] = off;
      if (first === undefined) return { readings: rows.length };
      throw new BackupError<DrillFailure>({ code: 'replay-differs', points: off.length, first });
    } finally {
      player.close();
    }
  } finally {
    db.close();
  }
}

/** Back from the newest reading: an hour, or less where that is more readings than a small box has memory for. */
function lastHour(
  db: Sqlite.Database,
  isWanted: (row: StoredRow) => boolean,
): { rows: StoredRow[]; span: { from: number; to: number } } {
  const to = newest(db) + 1;
  const rows: StoredRow[] = [];
  let from = to;
  while (from > Math.max(earliest, to - hourMs) && rows.length < mostReadings) {
    const slice = { from: from - sliceMs, to: from };
    for (const row of storedRows(db, slice)) if (isWanted(row)) rows.push(row);
    from = slice.from;
  }
  return { rows, span: { from, to } };
}

/** The site files of a restored copy. One that does not load is a copy that runs nowhere. */
function sitesOf(dir: string): Site[] {
  const config = join(dir, 'config');
  return readdirSync(config).flatMap((id) => {
    const files = readdirSync(join(config, id)).filter((name) => /\.ya?ml$/.test(name));
    const loaded = files.map((name) => loadSite(join(config, id, name))).find((each) => each.ok && each.site.id === id);
    if (loaded?.ok === true) return [loaded.site];
    throw new BackupError<DrillFailure>({ code: 'copy-failed', detail: `config/${id}: no site file of it loads` });
  });
}

function newest(db: Sqlite.Database): number {
  return db.prepare<[], number>(newestOfBoth).pluck().get() ?? 0;
}

/** Last values are written behind the log, and what is sealed leaves it. */
const newestOfBoth = `SELECT max(coalesce((SELECT max(received_at) FROM latest), 0),
  coalesce((SELECT received_at FROM log ORDER BY id DESC LIMIT 1), 0))`;

/** One text a point: every reading of it, in one order. */
function digests(rows: readonly StoredRow[]): Map<string, string> {
  const byPoint = Map.groupBy(rows, ({ site, device, point }) => `${site}/${device}/${point}`);
  return new Map(
    [...byPoint].map(([point, of]) => [
      point,
      of
        .map(({ epoch, seq, at, value, fault }) => JSON.stringify([at, epoch, seq, fault, valueText(value)]))
        .toSorted()
        .join(),
    ]),
  );
}

/** −0 is not 0, and a number is no text. */
function valueText(value: StoredRow['value']): string {
  return Object.is(value, -0) ? 'n-0' : `${typeof value}${String(value)}`;
}

/** An empty gateway without its doors. */
class Player {
  readonly #store: Store;
  readonly #ingest: Ingest;
  readonly #commit: Commit;
  readonly #served: ReadonlySet<string>;
  readonly #epochs = new Set<string>();
  #now = 0;

  constructor(sites: readonly Site[], scratch: string) {
    mkdirSync(scratch, { mode: 0o700 });
    const clock = clockAt(() => this.#now);
    const log = silentLog;
    const store = Store.open({ dir: scratch, clock, log, defer: () => undefined });
    const events = new Events({ store });
    const fleet = new Fleet({ sites, store, clock, events });
    const audit = new Audit({ db: store.db, clock });
    this.#store = store;
    this.#commit = new Commit({ store, fleet, events, audit, clock, log });
    this.#ingest = new Ingest({ store, fleet, commit: this.#commit, clock, log, defer: () => undefined });
    this.#served = new Set(
      sites.flatMap(({ id, agents }) =>
        agents.flatMap((agent) =>
          agent.buses.flatMap(({ devices }) =>
            devices.flatMap((device) => device.points.map(({ ref }) => `${id}/${agent.id}/${ref}`)),
          ),
        ),
      ),
    );
  }

  /** A point that the restored site file has, and a time: others cannot come by the way of a message any more. */
  isPlayable({ site, agent, device, point, time }: StoredRow): boolean {
    return time !== 'none' && this.#served.has(`${site}/${agent}/${device}/${point}`);
  }

  play(rows: readonly StoredRow[]): void {
    const messages = Map.groupBy(rows, ({ site, agent, epoch, seq }) => JSON.stringify([site, agent, epoch, seq]));
    const inOrder = [...messages.values()].toSorted(byStart);
    for (const [index, of] of inOrder.entries()) {
      this.#send(of);
      if (index % messagesPerCommit === 0) this.#ingest.flush();
    }
    this.#ingest.flush();
  }

  rows(span: { from: number; to: number }): StoredRow[] {
    return storedRows(this.#store.db, span);
  }

  close(): void {
    this.#ingest.close();
    this.#commit.close();
    this.#store.close();
  }

  #send(rows: readonly StoredRow[]): void {
    const [first] = rows;
    if (first === undefined) return;
    const { site, agent, epoch, start, device, seq } = first;
    const at = Math.min(...rows.map((row) => row.at));
    const last = Math.max(...rows.map((row) => row.at));
    this.#now = last;
    const key = `${site}/${agent}/${epoch}`;
    if (!this.#epochs.has(key)) {
      this.#epochs.add(key);
      this.#submit(`jari/v1/${site}/${agent}/status`, {
        ...{ v: 1, state: 'online', epoch, start, version: 'drill', simulated: false, lost: [] },
      });
    }
    const points = Object.fromEntries(
      [...Map.groupBy(rows, ({ point }) => point)].map(([point, of]) => {
        const inOrder = of.toSorted((a, b) => a.at - b.at);
        const q = inOrder.map(({ fault }) => fault);
        return [
          point,
          {
            dt: inOrder.map((row) => row.at - at),
            v: inOrder.map(({ value }) => value),
            ...(q.some((fault) => fault !== null) ? { q } : {}),
          },
        ];
      }),
    );
    this.#submit(`jari/v1/${site}/${agent}/${device}/readings`, {
      ...{ v: 1, epoch, start, seq, at, age: last - at, clock: 'synced', points },
    });
  }

  #submit(topic: string, body: object): void {
    const parsed = tryAgentTopic(topic);
    if (parsed === undefined) throw new Error(`${topic} is no topic of an agent`);
    this.#ingest.submit({ topic: parsed, payload: Buffer.from(JSON.stringify(body)) }, (error) => {
      if (error !== null) throw new BackupError<DrillFailure>({ code: 'copy-failed', detail: detailOf(error) });
    });
  }
}

function byStart([a]: readonly StoredRow[], [b]: readonly StoredRow[]): number {
  if (a === undefined || b === undefined) return 0;
  return a.start - b.start || a.seq - b.seq;
}

/** Time stands where the message that is played was sent; nothing is due in an hour that is over. */
function clockAt(now: () => number): Clock {
  return {
    now,
    monotonic: () => now(),
    after: () => ({ cancel: () => undefined }),
    sleep: () => Promise.resolve(),
    sleepExactly: () => Promise.resolve(),
  };
}
