import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import Sqlite from 'better-sqlite3';
import { InputError } from '../../contract/input-error.ts';
import { readAudit } from '../audit/audit.ts';
import { type Head, type StoredRow, verifyChain } from '../audit/chain.ts';
import { codeOf, defaultDataFolder } from '../data-folder/private-files.ts';
import { sqliteCode } from '../store/store-error.ts';
import { type Output, table } from './output.ts';

/** `jari audit verify`: reads beside a running gateway. @throws InputError when the chain is broken, saying where */
export function runAuditVerify(options: { data?: string; head?: string }): Output {
  const expected = headOf(options.head);
  return reading(options.data, (rows, file) => {
    const verified = verifyChain(rows, expected);
    if (!verified.ok) throw new InputError([`${file}: audit row ${verified.id}: ${verified.problem}`]);
    const { id, hash } = verified.head;
    const keep = `keep this head elsewhere, and give it with --head next time:\n${id}:${hash}`;
    return {
      text: `${id} rows, every one as it was written; ${keep}`,
      json: { ok: true, rows: id, head: `${id}:${hash}` },
    };
  });
}

/** `jari audit list`: the newest rows, newest first. @throws InputError */
export function runAuditList(options: { data?: string; limit?: number }): Output {
  const limit = options.limit ?? 50;
  return reading(options.data, (rows) => {
    const items: StoredRow[] = [];
    for (const row of rows) {
      items.push(row);
      if (items.length > limit) items.shift();
    }
    items.reverse();
    const lines = items.map(({ id, at, by, action, subject, before, after, why }) => [
      String(id),
      new Date(at).toISOString(),
      by,
      action,
      subject,
      [before ?? '', after ?? ''].join(before === null ? '' : ' → '),
      why ?? '',
    ]);
    return { text: table(['row', 'at', 'by', 'action', 'subject', 'change', 'why'], lines), json: { items } };
  });
}

function reading(data: string | undefined, work: (rows: Iterable<StoredRow>, file: string) => Output): Output {
  const file = join(resolve(data ?? defaultDataFolder), 'gateway.db');
  if (!existsSync(file)) throw new InputError([`${file}: is not there; give the gateway's folder with --data`]);
  const db = open(file);
  try {
    return work(readAudit(db), file);
  } catch (error) {
    if (!(error instanceof Error) || sqliteCode(error) === undefined) throw error;
    throw new InputError([`${file}: its audit cannot be read (${error.message}); see the gateway's log`]);
  } finally {
    db.close();
  }
}

function open(file: string): Sqlite.Database {
  try {
    return new Sqlite(file, { readonly: true });
  } catch (error) {
    throw new InputError([`${file}: cannot be opened (${codeOf(error)}); run this as the user who runs the gateway`]);
  }
}

function headOf(text: string | undefined): Head | null {
  if (text === undefined) return null;
  const [, id, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (id === undefined || hash === undefined) {
    throw new InputError([`--head ${text}: is no head; give NUMBER:HASH as jari audit verify printed it`]);
  }
  return { id: Number(id), hash };
}
