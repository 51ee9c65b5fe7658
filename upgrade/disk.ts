import { createHash } from 'node:crypto';
import {
  chownSync,
  closeSync,
  copyFileSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/**
 * What an upgrade does to a disk, step by step. A file is on the disk for certain after `syncFile`, its name after
 * `syncFolder` of the folder that it is in. Tests put a disk in its place that loses the rest at a power cut.
 */
export type Disk = {
  /** Null when it is not there. */
  read(path: string): Uint8Array | null;
  exists(path: string): boolean;
  /** Names in a folder; none when it is not there. */
  names(folder: string): readonly string[];
  /** Bytes of a file; 0 when it is not there. */
  size(path: string): number;
  /** SHA-256 in hex, of what the file holds now; null when it is not there. */
  hash(path: string): string | null;
  freeBytes(path: string): number;
  /** With those above it. */
  makeFolder(path: string): void;
  /** A new file in place of any other. */
  create(path: string, mode: number): Writing;
  copy(from: string, to: string): void;
  link(target: string, path: string): void;
  /** Where a link leads; null when there is none. */
  target(path: string): string | null;
  rename(from: string, to: string): void;
  /** A file, a link, or a folder with all that is in it; nothing when it is not there. */
  remove(path: string): void;
  syncFile(path: string): void;
  syncFolder(path: string): void;
};

export type Writing = { write(bytes: Uint8Array): void; close(): void };

/** The file holds `text` afterwards, or what it held before, whenever the power fails. */
export function replaceFile(disk: Disk, path: string, text: string): void {
  const next = `${path}.new`;
  const writing = disk.create(next, 0o600);
  writing.write(Buffer.from(text));
  writing.close();
  disk.syncFile(next);
  disk.rename(next, path);
  disk.syncFolder(dirname(path));
}

/** The link leads to `target` afterwards, or where it led before. */
export function replaceLink(disk: Disk, path: string, target: string): void {
  const next = `${path}.new`;
  disk.remove(next);
  disk.link(target, next);
  disk.rename(next, path);
  disk.syncFolder(dirname(path));
}

export function removeFile(disk: Disk, path: string): void {
  if (!disk.exists(path)) return;
  disk.remove(path);
  disk.syncFolder(dirname(path));
}

const chunkBytes = 1 << 20;

/** The machine's own. What it makes belongs to whom the folder belongs, also where root makes it. */
export const systemDisk: Disk = {
  read: (path) => orNull(() => readFileSync(path)),
  exists: (path) => existsSync(path) || systemDisk.target(path) !== null,
  names: (folder) => orNull(() => readdirSync(folder)) ?? [],
  size: (path) => statSync(path, { throwIfNoEntry: false })?.size ?? 0,
  hash: (path) => orNull(() => hashOf(path)),
  freeBytes(path) {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize;
  },
  makeFolder(path) {
    if (existsSync(path)) return;
    systemDisk.makeFolder(dirname(path));
    mkdirSync(path, { mode: 0o755 });
    handOver(path);
  },
  create(path, mode) {
    rmSync(path, { recursive: true, force: true });
    // Only a new file: who may write the folder cannot lead us elsewhere by a link.
    const handle = openSync(path, 'wx', mode);
    fchmodSync(handle, mode);
    handOver(path);
    return { write: (bytes) => void writeAll(handle, bytes), close: () => closeSync(handle) };
  },
  copy: (from, to) => copyFileSync(from, to),
  link: (target, path) => symlinkSync(target, path),
  target: (path) => orNull(() => readlinkSync(path)),
  rename: (from, to) => renameSync(from, to),
  remove: (path) => rmSync(path, { recursive: true, force: true }),
  syncFile: (path) => sync(path),
  syncFolder: (path) => sync(path),
};

function writeAll(handle: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
}

function sync(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function handOver(path: string): void {
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(path));
  chownSync(path, uid, gid);
}

function hashOf(path: string): string {
  const hash = createHash('sha256');
  const buffer = Buffer.allocUnsafe(chunkBytes);
  const handle = openSync(path, 'r');
  try {
    for (let read = readSync(handle, buffer); read > 0; read = readSync(handle, buffer)) {
      hash.update(buffer.subarray(0, read));
    }
    return hash.digest('hex');
  } finally {
    closeSync(handle);
  }
}

function orNull<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EINVAL') return null;
    throw error;
  }
}

/** Every folder from `top` down to those that hold `files`, deepest first: what `syncFolder` has to be asked of. */
export function foldersOf(top: string, files: Iterable<string>): readonly string[] {
  const folders = new Set([top]);
  for (const file of files) {
    for (let folder = dirname(file); folder !== '.'; folder = dirname(folder)) folders.add(join(top, folder));
  }
  return [...folders].toSorted((a, b) => b.length - a.length || basename(a).localeCompare(basename(b)));
}
