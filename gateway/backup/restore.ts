import { createHash } from 'node:crypto';
import {
  closeSync,
  createReadStream,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Decrypter } from 'age-encryption';
import type { RestoreProblem } from '../../contract/reasons/backup.ts';
import { versionOf } from '../store/reader.ts';
import { BackupError, detailOf, systemCode } from './backup-error.ts';
import {
  databasePath,
  isPlainPath,
  type Label,
  labelName,
  labelSchema,
  type Manifest,
  manifestPath,
  manifestSchema,
} from './manifest.ts';
import { firstDifference, streamOf, sumsOf } from './seal.ts';
import { inspect } from './snapshot.ts';
import { tarSize, untar } from './tar.ts';

/** Of the file format of age: what is encrypted together, and what that adds. */
const agePiece = 64 * 1024;
const agePieceSealed = agePiece + 16;
const ageMagic = 'age-encryption.org/v1\n';

type Identity = string;

export type OpenOptions = {
  /** The encrypted copy. */
  readonly file: string;
  /** AGE-SECRET-KEY-…, one of those that open it. */
  readonly identities: readonly Identity[];
  /** Of which site it has to be; null: of any. */
  readonly site: string | null;
  /** Which program will read it: one that is older than the copy allows restores nothing. */
  readonly reader: number;
};

/**
 * Restores a copy below `into`, which is not there before and holds all of it afterwards, or is not there afterwards either.
 * Everything is checked first: each byte by its seal, each file by its hash, the database page by page, its rows by number.
 * @param finish changes what was restored before it is there for anybody
 * @throws BackupError with what is wrong; nothing has been restored then
 */
export async function restore(
  options: OpenOptions,
  into: string,
  finish: (dir: string) => void = () => undefined,
): Promise<Manifest> {
  assertFree(into);
  const scratch = `${into}.restoring`;
  rmSync(scratch, { recursive: true, force: true });
  try {
    makeFolder(scratch);
    const manifest = await unpack(options, scratch);
    finish(scratch);
    if (existsSync(into)) rmSync(into, { recursive: true });
    renameSync(scratch, into);
    return manifest;
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** Opens and checks a copy into a folder that is there and empty. @throws BackupError */
export async function unpack(options: OpenOptions, dir: string): Promise<Manifest> {
  const { file } = options;
  await checkLabel(file);
  const opened = await decrypted(options);
  const manifest = await write(options, opened, dir);
  const found = inspect(join(dir, databasePath));
  const off = Object.entries(manifest.rows).find(([table, rows]) => found.rows[table] !== rows);
  if (off !== undefined) {
    const detail = `${off[0]}: ${found.rows[off[0]] ?? 0} rows, and ${off[1]} were copied`;
    throw problem({ code: 'backup-incomplete', file, detail });
  }
  return manifest;
}

/** Checks a copy as {@link unpack} does and keeps nothing of it but its list. */
export async function verify(options: OpenOptions, scratch: string): Promise<Manifest> {
  makeFolder(scratch);
  try {
    return await unpack(options, scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** What lies beside a copy; null where it is not there or cannot be read. */
export async function readLabel(file: string): Promise<Label | null> {
  try {
    return labelSchema.parse(JSON.parse(await readFile(labelOf(file), 'utf8')));
  } catch {
    return null;
  }
}

/** Checks a copy by its label alone, which takes no key. False: there is no label. @throws BackupError */
export async function checkLabel(file: string): Promise<boolean> {
  const size = sizeOf(file);
  const label = await readLabel(file);
  if (label === null) return false;
  const found = await sumsOf(createReadStream(file, { highWaterMark: 256 * 1024 }));
  if (found.sha256 === label.sha256) return true;
  if (size < label.size) {
    const changed = firstDifference({ ...label, pieces: label.pieces.slice(0, found.pieces.length - 1) }, found);
    if (changed === undefined) {
      throw problem({ code: 'backup-truncated', file, haveBytes: size, wantBytes: label.size });
    }
    throw problem({ code: 'backup-changed', file, ...changed, inside: null });
  }
  const place = firstDifference(label, found) ?? { from: label.size, to: size };
  throw problem({ code: 'backup-changed', file, ...place, inside: null });
}

function labelOf(file: string): string {
  return file.endsWith('.tar.age') ? labelName(file) : `${file}.json`;
}

function sizeOf(file: string): number {
  const found = statSync(file, { throwIfNoEntry: false });
  if (found?.isFile() !== true) throw problem({ code: 'backup-not-there', file });
  return found.size;
}

type Opened = { readonly plain: AsyncIterable<Uint8Array>; readonly headBytes: number };

async function decrypted({ file, identities }: OpenOptions): Promise<Opened> {
  const head = await headOf(file);
  const decrypter = new Decrypter();
  for (const identity of identities) decrypter.addIdentity(identity);
  try {
    // Less than a piece at a time, so that what came before a broken piece is handed over before it is looked at.
    const plain = await decrypter.decrypt(streamOf(createReadStream(file, { highWaterMark: agePiece / 2 })));
    return { plain, headBytes: head };
  } catch (error) {
    const why = detailOf(error);
    if (why.includes('no identity matched')) throw problem({ code: 'wrong-key', file });
    throw problem({ code: 'backup-changed', file, from: 0, to: head, inside: null });
  }
}

/** Bytes before the first sealed piece: the header with its last line, and the nonce. */
async function headOf(file: string): Promise<number> {
  const handle = await open(file, 'r');
  try {
    const start = Buffer.alloc(16 * 1024);
    const { bytesRead } = await handle.read(start, 0, start.length, 0);
    const text = start.subarray(0, bytesRead).toString('latin1');
    // One byte may be wrong here as anywhere.
    const alike = [...ageMagic].filter((char, at) => text[at] === char).length;
    if (alike < ageMagic.length - 2) throw problem({ code: 'not-a-backup', file });
    const end = text.indexOf('\n', text.indexOf('\n---') + 1);
    return end === -1 ? bytesRead : end + 1 + 16;
  } finally {
    await handle.close();
  }
}

/** Writes what comes to `dir`, checked by the list that comes first. */
async function write(options: OpenOptions, { plain, headBytes }: Opened, dir: string): Promise<Manifest> {
  const { file } = options;
  const seen = { bytes: 0, inside: null as string | null, manifest: null as Manifest | null, manifestBytes: 0 };
  const counted = async function* () {
    for await (const chunk of plain) {
      seen.bytes += chunk.length;
      yield chunk;
    }
  };
  const target = new Target(dir, file);
  const list: Uint8Array[] = [];
  try {
    for await (const part of untar(counted())) {
      if (part.kind === 'file') {
        target.end();
        if (seen.manifest === null && seen.inside === manifestPath) seen.manifest = readManifest(options, list);
        seen.inside = part.path;
        if (part.path === manifestPath) seen.manifestBytes = part.size;
        else target.begin(part.path);
      } else if (seen.inside === manifestPath) list.push(part.bytes);
      else target.write(part.bytes);
    }
    target.end();
  } catch (error) {
    if (error instanceof BackupError) throw error;
    if (systemCode(error) !== undefined) throw problem({ code: 'place-unusable', place: dir, detail: detailOf(error) });
    throw broken(file, { ...seen, headBytes });
  } finally {
    target.close();
  }
  const { manifest } = seen;
  if (manifest === null) throw problem({ code: 'backup-incomplete', file, detail: 'it holds no list of its files' });
  target.compare(manifest);
  return manifest;
}

/** The seal of a piece is broken, or the end is missing. */
function broken(
  file: string,
  seen: { bytes: number; inside: string | null; manifest: Manifest | null; manifestBytes: number; headBytes: number },
): Error {
  const size = sizeOf(file);
  const { manifest, manifestBytes, headBytes, inside } = seen;
  if (manifest !== null) {
    const plain = tarSize([{ size: manifestBytes }, ...manifest.files]);
    const wantBytes = headBytes + plain + 16 * Math.max(1, Math.ceil(plain / agePiece));
    if (size < wantBytes) return problem({ code: 'backup-truncated', file, haveBytes: size, wantBytes });
  }
  const from = headBytes + Math.floor(seen.bytes / agePiece) * agePieceSealed;
  return problem({ code: 'backup-changed', file, from, to: Math.min(size, from + agePieceSealed), inside });
}

function readManifest({ file, site, reader }: OpenOptions, list: readonly Uint8Array[]): Manifest {
  const parsed = manifestSchema.safeParse(tryJson(Buffer.concat(list).toString('utf8')));
  if (!parsed.success) throw problem({ code: 'backup-incomplete', file, detail: detailOf(parsed.error) });
  const manifest = parsed.data;
  if (site !== null && !manifest.sites.includes(site)) {
    throw problem({ code: 'foreign-site', file, sites: manifest.sites, wanted: site });
  }
  if (manifest.minReader > reader) {
    throw problem({ code: 'newer-schema', file, madeBy: manifest.jari, own: versionOf(reader) });
  }
  return manifest;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The files of a copy as they are written, with the hash of each. */
class Target {
  readonly #dir: string;
  readonly #copy: string;
  readonly #found = new Map<string, { size: number; sha256: string }>();
  #open: { path: string; handle: number; size: number; hash: ReturnType<typeof createHash> } | null = null;

  constructor(dir: string, copy: string) {
    this.#dir = dir;
    this.#copy = copy;
  }

  begin(path: string): void {
    if (!isPlainPath(path)) {
      throw problem({ code: 'backup-incomplete', file: this.#copy, detail: `${path}: leads out of the folder` });
    }
    const file = join(this.#dir, path);
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    this.#open = { path, handle: openSync(file, 'wx', 0o600), size: 0, hash: createHash('sha256') };
  }

  write(bytes: Uint8Array): void {
    if (this.#open === null) return;
    writeSync(this.#open.handle, bytes);
    this.#open.hash.update(bytes);
    this.#open.size += bytes.length;
  }

  end(): void {
    if (this.#open === null) return;
    const { path, handle, size, hash } = this.#open;
    closeSync(handle);
    this.#open = null;
    this.#found.set(path, { size, sha256: hash.digest('hex') });
  }

  close(): void {
    if (this.#open !== null) closeSync(this.#open.handle);
    this.#open = null;
  }

  compare({ files }: Manifest): void {
    for (const { path, size, sha256 } of files) {
      const found = this.#found.get(path);
      if (found?.sha256 === sha256 && found.size === size) continue;
      const detail = `${path}: ${found === undefined ? 'is not in it' : 'is not as it was copied'}`;
      throw problem({ code: 'backup-incomplete', file: this.#copy, detail });
    }
  }
}

function assertFree(into: string): void {
  const found = statSync(into, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory() || readdirSync(into).length > 0) throw problem({ code: 'place-taken', place: into });
}

function makeFolder(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw problem({ code: 'place-unusable', place: dir, detail: detailOf(error) });
  }
}

function problem(reason: RestoreProblem): BackupError<RestoreProblem> {
  return new BackupError(reason);
}
