import type Sqlite from 'better-sqlite3';
import { Behind } from './behind.ts';
import { DigestBlocks } from './digest-blocks.ts';
import type { LoggedMessage } from './logged-message.ts';
import { addRange, countHoles, decodeRanges, encodeRanges, hasNumber, type Ranges } from './ranges.ts';

export { maxSeq } from './digest-blocks.ts';

/** Epochs kept in memory that are as they are on disk; what is older is read again when it is asked for. */
const remembered = 256;
/** An epoch is written for so many messages that come, of whichever agent: as many as share a row of digests. */
const messagesAnEpoch = 256;

/** What one start of an agent has sent, as far as the gateway knows. */
export type Epoch = {
  readonly id: number;
  readonly agent: number;
  readonly name: string;
  readonly start: number;
  readonly received: Ranges;
  readonly lost: Ranges;
  /** Seqs up to the highest known one that neither came nor were declared lost. */
  readonly missing: number;
};

type Known = { -readonly [K in keyof Epoch]: Epoch[K] };
type Before = Pick<Epoch, 'received' | 'lost' | 'missing'>;
type Row = { id: number; agent: number; name: string; start: number; missing: number; received: Buffer; lost: Buffer };

/**
 * Which messages have come, by (agent, epoch, seq), with a digest of each, so that a second copy is told from another
 * message of the same identity as long as the store lives.
 *
 * The log says it too of those that are in it, so epochs are written a few with each commit, and a message stays in the log
 * until its epoch was: at a start the tables are brought up to the log.
 */
export class Epochs {
  readonly #sql: ReturnType<typeof statements>;
  readonly #digests: DigestBlocks;
  readonly #known = new Map<string, Known>();
  readonly #missing = new Map<number, number>();
  readonly #behind = new Behind<Known>(messagesAnEpoch);
  /** What the open commit changed, as it was before. */
  readonly #before = new Map<Known, Before>();
  /** What the open commit began. */
  readonly #begun = new Set<Known>();
  /** What no message of the log tells, and the open commit has to write. */
  readonly #owing = new Set<Known>();

  constructor(db: Pick<Sqlite.Database, 'prepare'>) {
    this.#sql = statements(db);
    this.#digests = new DigestBlocks(db);
    this.#sumMissing();
  }

  /** Brings the tables up to a log, as a start does. */
  bringUpTo(db: Pick<Sqlite.Database, 'transaction'>, log: Iterable<LoggedMessage>): void {
    for (const { epoch, seq, digest } of log) {
      // A program that wrote epochs with every commit left none in the log.
      if (digest === null) continue;
      const known = this.#numbered(epoch);
      if (hasNumber(known.received, seq) && this.#digests.at(epoch, seq) === digest) continue;
      this.#add(known, seq, digest);
      this.#owing.add(known);
    }
    if (this.#owing.size === 0) return;
    db.transaction(() => this.write(0)).immediate();
    this.kept(0);
  }

  /** The epoch of that name, begun when new. */
  open(agent: number, name: string, start: number): Epoch {
    const known = this.#find(agent, name);
    if (known !== undefined) return known;
    this.#sql.insert.run(agent, name, start);
    const made = this.#find(agent, name);
    if (made === undefined) throw new Error(`epoch ${name} was inserted and is not there`);
    this.#begun.add(made);
    return made;
  }

  find(agent: number, name: string): Epoch | undefined {
    return this.#find(agent, name);
  }

  nameOf(id: number): string | undefined {
    return this.#sql.nameOf.get(id);
  }

  /** Its agent's counter of starts. */
  startOf(id: number): number | undefined {
    return this.#sql.startOf.get(id);
  }

  /**
   * Records a message, or says that its identity was recorded already: by the same content, or by other.
   * @param inLog the same commit puts it into the log, with its digest
   */
  record(epoch: Epoch, seq: number, digest: number, inLog: boolean): 'new' | 'duplicate' | 'conflict' {
    const known = this.#own(epoch);
    if (hasNumber(known.received, seq)) {
      return this.#digests.at(known.id, seq) === digest ? 'duplicate' : 'conflict';
    }
    this.#add(known, seq, digest);
    if (!inLog) this.#owing.add(known);
    return 'new';
  }

  /** Records that the agent gave up some messages, so that nobody waits for them. */
  declareLost(epoch: Epoch, from: number, to: number): void {
    const known = this.#own(epoch);
    this.#touch(known);
    known.lost = addRange(known.lost, from, to);
    this.#owing.add(known);
  }

  /** Messages of every epoch of an agent that were sent, were not declared lost, and have not come. */
  missingOf(agent: number): number {
    return this.#missing.get(agent) ?? 0;
  }

  /** Within the transaction of a commit: writes what it has to, and what is behind for longest. @param messages those that it put into the log */
  write(messages: number): void {
    for (const known of this.#before.keys()) this.#count(known, countHoles(known.received, known.lost));
    this.#behind.writeNow(this.#owing, this.#put);
    this.#behind.write(messages, this.#put);
  }

  /** After that commit. @param first the first message that it put into the log */
  kept(first: number): void {
    const { written } = this.#behind;
    for (const { id } of written) this.#digests.kept(id);
    // What was written tells of this commit too.
    const changed = [...this.#before.keys()].filter((known) => !written.has(known));
    this.#behind.kept(changed, first);
    this.#clear();
    if (this.#known.size <= remembered + this.#behind.size) return;
    for (const [key, known] of this.#known) if (!this.#behind.has(known)) this.#known.delete(key);
  }

  /** After its rollback: what is remembered is what it was before. */
  forget(): void {
    for (const [known, before] of this.#before) {
      this.#count(known, before.missing);
      Object.assign(known, before);
    }
    for (const known of this.#begun) {
      this.#known.delete(keyOf(known.agent, known.name));
      this.#digests.drop(known.id);
    }
    this.#behind.forget();
    this.#clear();
  }

  /** Up to which message the tables say what the log does. */
  upTo(): number {
    return this.#behind.upTo();
  }

  /** Within a transaction: writes all that is behind. */
  writeAll(): void {
    this.#behind.writeAll(this.#put);
  }

  #add(known: Known, seq: number, digest: number): void {
    this.#touch(known);
    known.received = addRange(known.received, seq, seq);
    this.#digests.set(known.id, seq, digest);
  }

  #touch(known: Known): void {
    if (this.#before.has(known)) return;
    const { received, lost, missing } = known;
    this.#before.set(known, { received, lost, missing });
  }

  #count(known: Known, missing: number): void {
    this.#missing.set(known.agent, this.missingOf(known.agent) + missing - known.missing);
    known.missing = missing;
  }

  readonly #put = ({ id, missing, received, lost }: Known): void => {
    this.#sql.update.run(missing, encodeRanges(received), encodeRanges(lost), id);
    this.#digests.write(id);
  };

  #clear(): void {
    this.#before.clear();
    this.#begun.clear();
    this.#owing.clear();
  }

  #find(agent: number, name: string): Known | undefined {
    return this.#known.get(keyOf(agent, name)) ?? this.#remember(this.#sql.select.get(agent, name));
  }

  #numbered(id: number): Known {
    const row = this.#sql.numbered.get(id);
    const known = row && (this.#known.get(keyOf(row.agent, row.name)) ?? this.#remember(row));
    if (known === undefined) throw new Error(`the log has a message of epoch ${id}, which is not in the store`);
    return known;
  }

  #remember(row: Row | undefined): Known | undefined {
    if (row === undefined) return undefined;
    const known = { ...row, received: decodeRanges(row.received), lost: decodeRanges(row.lost) };
    this.#known.set(keyOf(row.agent, row.name), known);
    return known;
  }

  /** The remembered object of an epoch, whichever copy the caller holds. */
  #own(epoch: Epoch): Known {
    const known = this.#find(epoch.agent, epoch.name);
    if (known === undefined) throw new Error(`epoch ${epoch.name} is not in the store`);
    return known;
  }

  #sumMissing(): void {
    for (const { agent, missing } of this.#sql.sums.all()) this.#missing.set(agent, missing);
  }
}

const keyOf = (agent: number, name: string) => `${agent}/${name}`;

function statements(db: Pick<Sqlite.Database, 'prepare'>) {
  return {
    select: db.prepare<[number, string], Row>('SELECT * FROM epochs WHERE agent = ? AND name = ?'),
    numbered: db.prepare<[number], Row>('SELECT * FROM epochs WHERE id = ?'),
    insert: db.prepare<[number, string, number]>('INSERT INTO epochs (agent, name, start) VALUES (?, ?, ?)'),
    update: db.prepare<[number, Buffer, Buffer, number]>(
      'UPDATE epochs SET missing = ?, received = ?, lost = ? WHERE id = ?',
    ),
    nameOf: db.prepare<[number], string>('SELECT name FROM epochs WHERE id = ?').pluck(),
    startOf: db.prepare<[number], number>('SELECT start FROM epochs WHERE id = ?').pluck(),
    sums: db.prepare<[], { agent: number; missing: number }>(
      'SELECT agent, sum(missing) AS missing FROM epochs GROUP BY agent',
    ),
  };
}
