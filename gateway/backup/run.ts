import { createReadStream, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { generateX25519Identity, identityToRecipient } from 'age-encryption';
import type { BackupConfig } from '../../config/backup/backup.ts';
import type { BackupFailure, DrillFailure } from '../../contract/reasons/backup.ts';
import { ownReader } from '../store/reader.ts';
import { BackupError, detailOf } from './backup-error.ts';
import type { GatewayFile } from './gateway-files.ts';
import {
  copyName,
  databasePath,
  labelName,
  type Manifest,
  manifestPath,
  readCopyName,
  readPartName,
} from './manifest.ts';
import { folderMedium, type Medium } from './medium.ts';
import { replayDiffers } from './replay.ts';
import { unpack } from './restore.ts';
import { encrypted, Summing, sha256OfFile, summed, sumsOf } from './seal.ts';
import { sftpMedium } from './sftp-medium.ts';
import { inspect, snapshot } from './snapshot.ts';
import { type ArchiveFile, tar } from './tar.ts';

/** All that a thread is told of a copy to be made. */
export type RunOptions = {
  /** The data folder. */
  readonly dir: string;
  readonly config: Pick<BackupConfig, 'to' | 'recipients' | 'keep'>;
  readonly files: readonly GatewayFile[];
  readonly sites: readonly string[];
  readonly gateway: string;
  readonly jari: string;
  /** Epoch ms. */
  readonly now: number;
  /** Whether the copy is restored afterwards, and compared. */
  readonly drill: boolean;
};

export type Made = {
  readonly name: string;
  /** Of the encrypted copy. */
  readonly bytes: number;
  readonly tookMs: number;
  readonly files: number;
  readonly rows: number;
  /** Null: none was asked for. */
  readonly drill: DrillOutcome | null;
};
export type DrillOutcome = ({ readonly ok: true } & Drilled) | { readonly ok: false; readonly reason: DrillFailure };
/** What a drill compared: tables by their rows, readings of the last hour by their values. */
export type Drilled = {
  readonly tables: number;
  readonly rows: number;
  readonly readings: number;
  readonly tookMs: number;
};
export type RunResult =
  | { readonly ok: true; readonly made: Made }
  | { readonly ok: false; readonly reason: BackupFailure };

/**
 * Makes one copy: the database as it stands, checked; every other file; one archive, encrypted, on the medium and read back
 * from it; then the oldest copies go. A drill restores that very copy. Its key is made for it, is in memory alone, and is
 * forgotten with the thread, since the owner's key is not on the box.
 */
export async function makeBackup(options: RunOptions): Promise<RunResult> {
  const scratch = join(options.dir, 'backup.tmp');
  try {
    rmSync(scratch, { recursive: true, force: true });
    mkdirSync(scratch, { mode: 0o700 });
    return { ok: true, made: await make(options, scratch) };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

export function mediumOf(to: BackupConfig['to'], { dir, scratch }: { dir: string; scratch: string }): Medium {
  return to.kind === 'folder' ? folderMedium(to, dir) : sftpMedium(to, scratch, process.env.JARI_SFTP ?? 'sftp');
}

async function make(options: RunOptions, scratch: string): Promise<Made> {
  const begun = performance.now();
  const { dir, config, sites, now } = options;
  const medium = mediumOf(config.to, { dir, scratch });
  await medium.check();
  await forgetParts(medium, sites[0] ?? '');
  const staged = join(scratch, databasePath);
  await snapshot(join(dir, databasePath), staged);
  const copied = inspect(staged);
  const manifest = await listOf(options, staged, copied);
  const name = copyName(sites[0] ?? 'gateway', now);
  const drillKey = options.drill ? await generateX25519Identity() : null;
  const recipients = [...config.recipients, ...(drillKey === null ? [] : [await identityToRecipient(drillKey)])];
  const summing = new Summing();
  const archive = tar(archiveFiles(options, manifest, staged), now);
  await medium.write(name, summed(await encrypted(archive, recipients), summing));
  const sums = summing.done();
  rmSync(staged, { force: true });
  await medium.write(labelName(name), labelBytes(options, sums));
  const drill = await readBack({ medium, name, sha256: sums.sha256, scratch, manifest, drillKey });
  await prune(medium, { site: sites[0] ?? '', keep: config.keep });
  const rows = Object.values(copied.rows).reduce((sum, count) => sum + count, 0);
  const tookMs = Math.round(performance.now() - begun);
  return { name, bytes: sums.size, tookMs, files: manifest.files.length, rows, drill };
}

async function listOf(
  { jari, now, sites, gateway, files }: RunOptions,
  staged: string,
  { minReader, schema, rows }: ReturnType<typeof inspect>,
): Promise<Manifest> {
  const listed = [{ path: databasePath, source: staged }, ...files];
  const sums = await Promise.all(listed.map(async ({ path, source }) => ({ path, ...(await sha256OfFile(source)) })));
  return { v: 1, jari, madeAt: now, sites: [...sites], gateway, minReader, schema, rows, files: sums };
}

function archiveFiles({ files }: RunOptions, manifest: Manifest, staged: string): ArchiveFile[] {
  const sources = new Map([[databasePath, staged], ...files.map(({ path, source }) => [path, source] as const)]);
  const list = Buffer.from(`${JSON.stringify(manifest, null, 1)}\n`);
  return [
    { path: manifestPath, size: list.length, bytes: () => [list] },
    ...manifest.files.map(({ path, size }) => ({
      ...{ path, size },
      bytes: () => createReadStream(sources.get(path) ?? '', { highWaterMark: 256 * 1024 }),
    })),
  ];
}

async function* labelBytes({ jari, now, sites, gateway }: RunOptions, sums: object): AsyncGenerator<Uint8Array> {
  yield Buffer.from(`${JSON.stringify({ v: 1, jari, madeAt: now, sites, gateway, ...sums })}\n`);
}

type Written = {
  medium: Medium;
  name: string;
  sha256: string;
  scratch: string;
  manifest: Manifest;
  drillKey: string | null;
};

/** What the medium gives back is what was written, or the copy does not count. */
async function readBack({ medium, name, sha256, ...rest }: Written): Promise<DrillOutcome | null> {
  const back = await medium.fetch(name);
  try {
    const found = await sumsOf(createReadStream(back.file, { highWaterMark: 256 * 1024 }));
    if (found.sha256 !== sha256) throw new BackupError({ code: 'read-back-differs', name });
    return rest.drillKey === null ? null : await drill({ ...rest, file: back.file, identity: rest.drillKey });
  } finally {
    back.forget();
  }
}

/** Restores the copy as a person would on a new box, and plays its last hour into an empty store. */
async function drill(of: {
  file: string;
  identity: string;
  scratch: string;
  manifest: Manifest;
}): Promise<DrillOutcome> {
  const begun = performance.now();
  const dir = join(of.scratch, 'drill');
  try {
    mkdirSync(dir, { mode: 0o700 });
    await unpack({ file: of.file, identities: [of.identity], site: null, reader: ownReader }, dir);
    const rows = differingRows(of.manifest, inspect(join(dir, databasePath)).rows);
    const replayed = await replayDiffers(dir, join(of.scratch, 'replay'));
    return { ok: true, ...rows, readings: replayed.readings, tookMs: Math.round(performance.now() - begun) };
  } catch (error) {
    return { ok: false, reason: reasonOf(error) };
  }
}

function differingRows(
  { rows }: Manifest,
  restored: Readonly<Record<string, number>>,
): { tables: number; rows: number } {
  const tables = Object.entries(rows);
  for (const [table, copied] of tables) {
    const found = restored[table] ?? 0;
    if (found !== copied) throw new BackupError<DrillFailure>({ code: 'rows-differ', table, copied, restored: found });
  }
  return { tables: tables.length, rows: tables.reduce((sum, [, count]) => sum + count, 0) };
}

/** What a night left that ended in mid-copy, before it fills the medium. */
async function forgetParts(medium: Medium, site: string): Promise<void> {
  for (const name of await medium.list()) if (readPartName(name) === site) await medium.remove(name);
}

async function prune(medium: Medium, { site, keep }: { site: string; keep: number }): Promise<void> {
  const own = (await medium.list()).flatMap((name) => {
    const read = readCopyName(name);
    return read?.site === site ? [{ name, at: read.at }] : [];
  });
  const old = own.toSorted((a, b) => (a.at < b.at ? 1 : -1)).slice(keep);
  for (const { name } of old) {
    await medium.remove(name);
    await medium.remove(labelName(name)).catch(() => undefined);
  }
}

function reasonOf(error: unknown): BackupFailure {
  if (error instanceof BackupError) return error.reason;
  return { code: 'copy-failed', detail: detailOf(error) };
}

/** Size of a database with its log, for those who ask what a copy will take. */
export function databaseBytes(dir: string): number {
  const file = join(dir, databasePath);
  return [file, `${file}-wal`].reduce((sum, each) => sum + (statSync(each, { throwIfNoEntry: false })?.size ?? 0), 0);
}
