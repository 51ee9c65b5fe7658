import type { Database } from './database.ts';

/** Messages whose digests share a row. */
const blockSize = 256;
const digestBytes = 4;
/** Rows are numbered `epoch × 2³⁰ + block`, which bounds what a seq may be. */
const blocksPerEpoch = 2 ** 30;
export const maxSeq = blockSize * blocksPerEpoch;

/** Blocks kept in memory that are as they are on disk; what is older is read again when it is asked for. */
const remembered = 256;

type Block = { readonly bytes: Buffer; length: number };

/** A digest of each message, by (epoch, seq). What is set is on disk once its epoch was written. */
export class DigestBlocks {
  readonly #sql: ReturnType<typeof statements>;
  /** As on disk. */
  #read = new Map<number, Block>();
  /** Not as on disk, by epoch. */
  readonly #unwritten = new Map<number, Map<number, Block>>();

  constructor(db: Pick<Database, 'prepare'>) {
    this.#sql = statements(db);
  }

  /** 32 bits; undefined where none was set. */
  at(epoch: number, seq: number): number | undefined {
    const { bytes, length } = this.#find(epoch, rowOf(epoch, seq));
    const at = placeOf(seq);
    return at < length ? bytes.readUInt32LE(at) : undefined;
  }

  set(epoch: number, seq: number, digest: number): void {
    const row = rowOf(epoch, seq);
    const block = this.#unwritten.get(epoch)?.get(row) ?? this.#begin(epoch, row);
    const at = placeOf(seq);
    block.bytes.writeUInt32LE(digest, at);
    block.length = Math.max(block.length, at + digestBytes);
  }

  /** Within a transaction. */
  write(epoch: number): void {
    const blocks = this.#unwritten.get(epoch) ?? noBlocks;
    for (const [row, { bytes, length }] of blocks) this.#sql.write.run(row, bytes.subarray(0, length));
  }

  /** The transaction that wrote them stands. */
  kept(epoch: number): void {
    if (this.#read.size > remembered) this.#read = new Map();
    for (const [row, block] of this.#unwritten.get(epoch) ?? noBlocks) this.#read.set(row, block);
    this.#unwritten.delete(epoch);
  }

  /** There is no such epoch after all. */
  drop(epoch: number): void {
    this.#unwritten.delete(epoch);
  }

  /** It is no longer as on disk. */
  #begin(epoch: number, row: number): Block {
    const block = this.#find(epoch, row);
    const unwritten = this.#unwritten.get(epoch);
    if (unwritten === undefined) this.#unwritten.set(epoch, new Map([[row, block]]));
    else unwritten.set(row, block);
    this.#read.delete(row);
    return block;
  }

  #find(epoch: number, row: number): Block {
    const known = this.#unwritten.get(epoch)?.get(row) ?? this.#read.get(row);
    if (known !== undefined) return known;
    const block = { bytes: Buffer.alloc(blockSize * digestBytes), length: 0 };
    block.length = this.#sql.read.get(row)?.copy(block.bytes) ?? 0;
    this.#read.set(row, block);
    return block;
  }
}

const noBlocks: ReadonlyMap<number, Block> = new Map();

const rowOf = (epoch: number, seq: number) => epoch * blocksPerEpoch + Math.floor((seq - 1) / blockSize);
const placeOf = (seq: number) => ((seq - 1) % blockSize) * digestBytes;

function statements(db: Pick<Database, 'prepare'>) {
  return {
    read: db.prepare<[number], Buffer>('SELECT block FROM digests WHERE id = ?').pluck(),
    write: db.prepare<[number, Buffer]>('INSERT OR REPLACE INTO digests (id, block) VALUES (?, ?)'),
  };
}
