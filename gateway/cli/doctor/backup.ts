import type Sqlite from 'better-sqlite3';
import type { Site } from '../../../config/site.ts';
import { drillFailureSchema } from '../../../contract/reasons/backup.ts';
import { type Finding, found } from './finding.ts';

type Row = { kind: 'backup' | 'drill'; at: number; ok: number; reason: string | null };

/** Whether copies are made and tried, as the gateway wrote it down. */
export function backupFindings(
  db: Sqlite.Database,
  { sites, now }: { sites: readonly Site[]; now: number },
): Finding[] {
  const config = sites[0]?.backup ?? null;
  if (config === null) return sites.length === 0 ? [] : [found('warn', 'no-backup', {})];
  const rows = rowsOf(db);
  const mostMs = { backup: config.overdueMs, drill: config.drillEveryMs + config.overdueMs };
  return (['backup', 'drill'] as const).flatMap((kind): Finding[] => {
    const [last] = rows.filter((row) => row.kind === kind);
    const good = rows.find((row) => row.kind === kind && row.ok === 1);
    if (last === undefined) return [found('warn', 'backup-never', { kind })];
    if (last.ok === 0) return [found('fail', 'backup-failed', { kind, reason: reasonOf(last) })];
    const hours = Math.floor((now - (good?.at ?? 0)) / 3_600_000);
    return [found(now - (good?.at ?? 0) > mostMs[kind] ? 'fail' : 'ok', 'backup-age', { kind, hours })];
  });
}

function rowsOf(db: Sqlite.Database): Row[] {
  const isThere = db.prepare<[], number>("SELECT count(*) FROM sqlite_schema WHERE name = 'backup_runs'").pluck().get();
  if (isThere !== 1) return [];
  return db.prepare<[], Row>('SELECT kind, at, ok, reason FROM backup_runs ORDER BY id DESC').all();
}

function reasonOf({ reason }: Row) {
  const parsed = drillFailureSchema.safeParse(JSON.parse(reason ?? 'null'));
  return parsed.data ?? ({ code: 'copy-failed', detail: String(reason) } as const);
}
