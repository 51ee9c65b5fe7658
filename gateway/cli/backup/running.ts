import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatProblem, loadSite } from '../../../config/load-site.ts';
import type { Site } from '../../../config/site.ts';
import { systemClock } from '../../../contract/clock.ts';
import { InputError } from '../../../contract/input-error.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { readCopyName } from '../../backup/manifest.ts';
import { mediumOf } from '../../backup/run.ts';
import { BackupService } from '../../backup/service.ts';
import { notAsked } from '../../control/backup-requests.ts';
import { tryLock } from '../../data-folder/lock.ts';
import { openDataFolder } from '../../data-folder/private-files.ts';
import { silentLog } from '../../log.ts';
import { openDatabase } from '../../store/database.ts';
import { change, usable } from '../change.ts';
import { type Output, table } from '../output.ts';
import { telling, told } from './problem.ts';

type Where = { readonly data?: string; readonly site?: readonly string[] };
type Ended = {
  ok: boolean;
  name: string | null;
  reason: Parameters<typeof told>[0] | null;
  figures: Record<string, number>;
};

const askEveryMs = 300;

/** `jari backup now`: by the gateway that owns the folder; here where none runs and its site file is given. @throws InputError */
export async function runBackupNow({ data, site }: Where): Promise<Output> {
  const dir = openDataFolder(data);
  const attempt = tryLock(dir);
  if (!attempt.ok) return ended(await askRunning(data));
  try {
    if (site === undefined)
      throw new InputError(['no gateway runs on this data folder; give its site file with --site']);
    return ended(await makeHere(dir, site.map(load)));
  } finally {
    attempt.lock.release();
  }
}

async function askRunning(data: string | undefined): Promise<{ backup: Ended; drill: Ended | null }> {
  const where = data === undefined ? {} : { data };
  const before = await change(where, 'backup-standing', {});
  await change(where, 'backup-begin', {});
  for (;;) {
    await systemClock.sleep(askEveryMs);
    const { running, last, drill } = await change(where, 'backup-standing', {});
    if (running || last === null || last.at === before.last?.at) continue;
    return { backup: last, drill: drill !== null && drill.at === last.at ? drill : null };
  }
}

async function makeHere(dir: string, sites: readonly Site[]): Promise<{ backup: Ended; drill: Ended | null }> {
  if ((sites[0]?.backup ?? null) === null) throw new InputError([notAsked]);
  const db = usable(() => openDatabase(dir));
  try {
    const service = new BackupService({
      sites,
      dir,
      db,
      clock: systemClock,
      log: silentLog,
      jari: packageJson.version,
    });
    await service.now();
    const { last, drill } = service.standing();
    if (last === null) throw new Error('a copy was made and is not in the table');
    return { backup: plain(last), drill: drill.last?.at === last.at ? plain(drill.last) : null };
  } finally {
    db.close();
  }
}

function plain(run: Omit<Ended, 'figures'> & { readonly figures: Readonly<Record<string, number>> }): Ended {
  return { ...run, figures: { ...run.figures } };
}

function ended({ backup, drill }: { backup: Ended; drill: Ended | null }): Output {
  if (!backup.ok && backup.reason !== null) throw new InputError([told(backup.reason)]);
  const { bytes = 0, rows = 0, files = 0, tookMs = 0 } = backup.figures;
  const text = [
    `made ${backup.name}: ${(bytes / 1e6).toFixed(1)} MB, ${files} files, ${rows} rows, in ${(tookMs / 1000).toFixed(1)} s`,
    ...(drill === null ? [] : [drillText(drill)]),
  ];
  return { text: text.join('\n'), json: { backup, drill } };
}

function drillText({ ok, reason, figures }: Ended): string {
  if (!ok) return `drill failed: ${reason === null ? '' : told(reason)}`;
  return `drill passed: restored, ${figures.tables} tables and ${figures.rows} rows alike, ${figures.readings} readings of the last hour played again and alike`;
}

/** `jari backup list`: what lies at the place that the site file names. @throws InputError */
export async function runBackupList({ data, site }: { data?: string; site: readonly string[] }): Promise<Output> {
  const sites = site.map(load);
  const [first] = sites;
  const config = first?.backup ?? null;
  if (first === undefined || config === null) throw new InputError([notAsked]);
  const scratch = mkdtempSync(join(tmpdir(), 'jari-list-'));
  try {
    const medium = mediumOf(config.to, { dir: openDataFolder(data), scratch });
    const names = await telling(() => medium.list());
    const copies = names.flatMap((name) => {
      const read = readCopyName(name);
      return read === undefined ? [] : [{ name, site: read.site, at: isoOf(read.at) }];
    });
    const newestFirst = copies.toSorted((a, b) => (a.at < b.at ? 1 : -1));
    const text =
      newestFirst.length === 0
        ? 'no copy lies there yet; make one with: jari backup now'
        : table(
            ['made', 'site', 'file'],
            newestFirst.map((each) => [each.at, each.site, each.name]),
          );
    return { text, json: { items: newestFirst } };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** `20261129T031000Z` */
function isoOf(at: string): string {
  return at.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
}

function load(file: string): Site {
  const loaded = loadSite(file);
  if (!loaded.ok) throw new InputError(loaded.problems.map(formatProblem));
  return loaded.site;
}
