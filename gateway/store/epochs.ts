import type { Database } from './database.ts';
import { addRange, countHoles, decodeRanges, encodeRanges, hasNumber, type Ranges } from './ranges.ts';

/** Messages whose digests share a row. */
const blockSize = 256;
const digestBytes = 4;
/** Rows of digests are numbered `epoch × 2³⁰ + block`, which bounds what a seq may be. */
const blocksPerEpoch = 2 ** 30;
export const maxSeq = blockSize * blocksPerEpoch;

/** Epochs and digests kept in memory; what is older is read again when it is asked for. */
const remembered = 256;

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

type Known = { -readonly [K in keyof Epoch]: Epoch[K] } & { dirty: boolean };
type Block = { bytes: Buffer; dirty: boolean };
type Row = { id: number; agent: number; name: string; start: number; missing: number; received: Buffer; lost: Buffer };

/**
 * Which messages have come, by (agent, epoch, seq), with a digest of each, so that a second copy is told from another
 * message of the same identity as long as the store lives.
 */
export class Epochs {
  readonly #db: Database;
  readonly #sql: ReturnType<typeof statements>;
  readonly #known = new Map<string, Known>();
  readonly #dirty = new Set<Known>();
  readonly #blocks = new Map<number, Block>();
  readonly #missing = new Map<number, number>();

  constructor(db: Database) {
    this.#db = db;
    this.#sql = statements(db);
    this.#sumMissing();
  }

  /** The epoch of that name, begun when new. */
  open(agent: number, name: string, start: number): Epoch {
    const known = this.find(agent, name);
    if (known !== undefined) return known;
    this.#sql.insert.run(agent, name, start);
    const made = this.find(agent, name);
    if (made === undefined) throw new Error(`epoch ${name} was inserted and is not there`);
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

  /** Records a message, or says that its identity was recorded already: by the same content, or by other. */
  record(epoch: Epoch, seq: number, digest: number): 'new' | 'duplicate' | 'conflict' {
    const known = this.#own(epoch);
    const block = this.#block(known.id, Math.floor((seq - 1) / blockSize));
    const at = ((seq - 1) % blockSize) * digestBytes;
    if (hasNumber(known.received, seq)) {
      return at < block.bytes.length && block.bytes.readUInt32LE(at) === digest ? 'duplicate' : 'conflict';
    }
    if (block.bytes.length <= at) block.bytes = Buffer.concat([block.bytes], at + digestBytes);
    block.bytes.writeUInt32LE(digest, at);
    block.dirty = true;
    known.received = addRange(known.received, seq, seq);
    this.#touch(known);
    return 'new';
  }

  /** Records that the agent gave up some messages, so that nobody waits for them. */
  declareLost(epoch: Epoch, from: number, to: number): void {
    const known = this.#own(epoch);
    known.lost = addRange(known.lost, from, to);
    this.#touch(known);
  }

  /** Messages of every epoch of an agent that were sent, were not declared lost, and have not come. */
  missingOf(agent: number): number {
    return this.#missing.get(agent) ?? 0;
  }

  /** Writes what the transaction changed. */
  write(): void {
    for (const known of this.#dirty) {
      const missing = countHoles(known.received, known.lost);
      this.#missing.set(known.agent, this.missingOf(known.agent) + missing - known.missing);
      known.missing = missing;
      this.#sql.update.run(missing, encodeRanges(known.received), encodeRanges(known.lost), known.id);
      known.dirty = false;
    }
    this.#dirty.clear();
    for (const [id, block] of this.#blocks) {
      if (block.dirty) this.#sql.writeBlock.run(id, block.bytes);
      block.dirty = false;
    }
    if (this.#known.size > remembered) this.#known.clear();
    if (this.#blocks.size > remembered) this.#blocks.clear();
  }

  /** Drops what is remembered, after a transaction was rolled back. */
  forget(): void {
    this.#known.clear();
    this.#dirty.clear();
    this.#blocks.clear();
    this.#sumMissing();
  }

  #find(agent: number, name: string): Known | undefined {
    const key = `${agent}/${name}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const row = this.#sql.select.get(agent, name);
    if (row === undefined) return undefined;
    const read = { ...row, received: decodeRanges(row.received), lost: decodeRanges(row.lost), dirty: false };
    this.#known.set(key, read);
    return read;
  }

  /** The remembered object of an epoch, whichever copy the caller holds. */
  #own(epoch: Epoch): Known {
    const known = this.#find(epoch.agent, epoch.name);
    if (known === undefined) throw new Error(`epoch ${epoch.name} is not in the store`);
    return known;
  }

  #touch(known: Known): void {
    if (known.dirty) return;
    known.dirty = true;
    this.#dirty.add(known);
  }

  #block(epoch: number, number: number): Block {
    const id = epoch * blocksPerEpoch + number;
    const known = this.#blocks.get(id);
    if (known !== undefined) return known;
    const block = { bytes: this.#sql.readBlock.get(id) ?? Buffer.alloc(0), dirty: false };
    this.#blocks.set(id, block);
    return block;
  }

  #sumMissing(): void {
    this.#missing.clear();
    const sums = this.#db.prepare<[], { agent: number; missing: number }>(
      'SELECT agent, sum(missing) AS missing FROM epochs GROUP BY agent',
    );
    for (const { agent, missing } of sums.all()) this.#missing.set(agent, missing);
  }
}

function statements(db: Database) {
  return {
    select: db.prepare<[number, string], Row>('SELECT * FROM epochs WHERE agent = ? AND name = ?'),
    insert: db.prepare<[number, string, number]>('INSERT INTO epochs (agent, name, start) VALUES (?, ?, ?)'),
    update: db.prepare<[number, Buffer, Buffer, number]>(
      'UPDATE epochs SET missing = ?, received = ?, lost = ? WHERE id = ?',
    ),
    nameOf: db.prepare<[number], string>('SELECT name FROM epochs WHERE id = ?').pluck(),
    startOf: db.prepare<[number], number>('SELECT start FROM epochs WHERE id = ?').pluck(),
    readBlock: db.prepare<[number], Buffer>('SELECT block FROM digests WHERE id = ?').pluck(),
    writeBlock: db.prepare<[number, Buffer]>('INSERT OR REPLACE INTO digests (id, block) VALUES (?, ?)'),
  };
}
