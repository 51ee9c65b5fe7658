import { existsSync, renameSync, statSync } from 'node:fs';
import Database from 'better-sqlite3';
import { idPattern } from '../../contract/id-form.ts';
import type { Row } from './outbox.ts';
import { applicationId, schemaVersion, selectPage } from './sql.ts';

/**
 * What is wrong with the outbox file, in words; null when it is sound or may be made again.
 * @throws when a newer program made it: it is sound, only not ours to touch
 */
export function findDamage(file: string, seen: boolean): string | null {
  if (!existsSync(file)) return seen ? 'the file is gone' : null;
  if (statSync(file).size === 0) return seen ? 'the file is empty' : null;
  const found = inspect(file);
  if (found.kind === 'newer') throw new Error(newerText(file, found.version));
  if (found.kind === 'unused') return seen ? 'the file is empty' : null;
  return found.kind === 'sound' ? null : found.why;
}

/** Renames the database with its log to the first free `outbox.db.bad-<n>`; null when there is no file. */
export function moveAside(file: string): string | null {
  let n = 1;
  while (existsSync(`${file}.bad-${n}`)) n++;
  const target = `${file}.bad-${n}`;
  for (const suffix of ['-wal', '-shm', '']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, target + suffix);
  }
  return existsSync(target) ? target : null;
}

const pageSize = 200;
/** Rows that a damaged page can hold are stepped over one by one; a longer hole is jumped in doubling steps. */
const singleSteps = 256;
const lastJump = 2 ** 31;

/** Reads what can be read of a damaged file, in order of id, whole and checked rows only. */
export function* salvage(file: string): Generator<Row> {
  const db = openToRead(file);
  if (db === undefined) return;
  try {
    const page = db.prepare<[number, number], Row>(selectPage);
    let after = 0;
    let misses = 0;
    for (let limit = pageSize; ; ) {
      const rows = tryAll(page, after, limit);
      if (rows === undefined && limit > 1) {
        limit = 1;
        continue;
      }
      if (rows === undefined) {
        const jump = misses < singleSteps ? 1 : 2 ** (misses - singleSteps);
        if (jump > lastJump) return;
        misses += 1;
        after += jump;
        continue;
      }
      const last = rows.at(-1);
      if (last === undefined) return;
      yield* rows.filter(isWhole);
      after = last.id;
      misses = 0;
      limit = pageSize;
    }
  } finally {
    db.close();
  }
}

type Found =
  | { kind: 'sound' }
  | { kind: 'unused' }
  | { kind: 'newer'; version: number }
  | { kind: 'damaged'; why: string };

function inspect(file: string): Found {
  let db: Database.Database | undefined;
  try {
    db = new Database(file);
    const id = db.pragma('application_id', { simple: true });
    const tables = db.prepare<[], { n: number }>('SELECT count(*) AS n FROM sqlite_schema').get()?.n;
    if (id === 0 && tables === 0) return { kind: 'unused' }; // a first start that was cut short
    if (id !== applicationId) return { kind: 'damaged', why: 'not an outbox (another application id)' };
    const version = Number(db.pragma('user_version', { simple: true }));
    if (version > schemaVersion) return { kind: 'newer', version };
    const check = db.pragma('quick_check(1)', { simple: true });
    return check === 'ok' ? { kind: 'sound' } : { kind: 'damaged', why: `damaged: ${String(check)}` };
  } catch (error) {
    if (error instanceof Database.SqliteError && isDamage(error.code)) {
      return { kind: 'damaged', why: `damaged: ${error.message}` };
    }
    throw error;
  } finally {
    db?.close();
  }
}

function newerText(file: string, version: number): string {
  return `${file}: schema version ${version} is of a newer jari (this one knows ${schemaVersion}); run that one, or move the file away`;
}

function isDamage(code: string): boolean {
  return code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT');
}

function openToRead(file: string): Database.Database | undefined {
  try {
    const db = new Database(file, { fileMustExist: true });
    if (db.pragma('application_id', { simple: true }) === applicationId) return db;
    db.close();
    return undefined;
  } catch {
    return undefined; // not a database: nothing to read
  }
}

function tryAll(page: Database.Statement<[number, number], Row>, after: number, limit: number): Row[] | undefined {
  try {
    return page.all(after, limit);
  } catch {
    return undefined; // an unreadable stretch: the caller steps over it
  }
}

/** What a scrambled page could still pass off as a row. */
function isWhole(row: Row): boolean {
  const counts = [row.id, row.start, row.seq].every((count) => Number.isSafeInteger(count) && count > 0);
  const clock: readonly string[] = ['synced', 'unsynced', 'stepped'];
  const words = typeof row.device === 'string' && idPattern.test(row.device) && clock.includes(row.clock);
  return counts && words && /^[a-z0-9]{10}$/.test(row.epoch) && Number.isFinite(row.at) && isJson(row.points);
}

function isJson(text: unknown): boolean {
  try {
    return typeof text === 'string' && typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}
