import { createHash } from 'node:crypto';

/**
 * The audit as a chain: each row's hash is over the hash before it and all of its own words, so a row that was changed,
 * taken out or put in breaks every hash after it. What the chain alone cannot show is an end that was cut off, or a
 * whole chain rewritten: for that a head (number and hash) is kept somewhere else and compared.
 */

/** A row as it is stored; `before` and `after` are JSON texts, hashed letter by letter. */
export type StoredRow = {
  readonly id: number;
  /** Epoch ms. */
  readonly at: number;
  readonly by: string;
  readonly action: string;
  readonly subject: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly why: string | null;
  /** Hex. */
  readonly hash: string;
};

export type Head = { readonly id: number; readonly hash: string };

/** Before the first row. */
export const noHead: Head = { id: 0, hash: '0'.repeat(64) };

/** SHA-256 over the previous hash (32 bytes) and the row's words as a JSON list, in this order, UTF-8; hex. */
export function hashOf(previous: string, row: Omit<StoredRow, 'hash'>): string {
  const words = [row.id, row.at, row.by, row.action, row.subject, row.before, row.after, row.why];
  return createHash('sha256').update(previous, 'hex').update(JSON.stringify(words), 'utf8').digest('hex');
}

export type Verified =
  | { readonly ok: true; readonly head: Head }
  | { readonly ok: false; readonly id: number; readonly problem: string };

/** Walks the chain. With `expected`, that row must be there and have that hash. */
export function verifyChain(rows: Iterable<StoredRow>, expected: Head | null = null): Verified {
  let head = noHead;
  for (const row of rows) {
    if (row.id !== head.id + 1) {
      const missing = row.id > head.id ? `rows ${head.id + 1} to ${row.id - 1} are gone` : 'the rows are out of order';
      return { ok: false, id: row.id, problem: missing };
    }
    if (row.hash !== hashOf(head.hash, row)) {
      return { ok: false, id: row.id, problem: 'this row, or the one before it, is not what was written' };
    }
    head = { id: row.id, hash: row.hash };
    if (expected?.id === row.id && expected.hash !== row.hash) {
      return {
        ok: false,
        id: row.id,
        problem: 'the chain is whole, but not the one that was kept: it was rewritten',
      };
    }
  }
  if (expected !== null && expected.id > head.id) {
    return {
      ok: false,
      id: head.id,
      problem: `the chain ends here, and row ${expected.id} was known: its end is cut off`,
    };
  }
  return { ok: true, head };
}
