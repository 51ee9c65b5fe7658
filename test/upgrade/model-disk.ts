import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { Disk } from '../../upgrade/disk.ts';

/** The power fails: nothing after it is done. */
export class PowerCut extends Error {}

type File = { kind: 'file'; bytes: Uint8Array; synced: Uint8Array | null };
type Entry = File | { kind: 'link'; target: string } | { kind: 'folder' };

/**
 * A disk in memory that loses at a power cut what a real one may: bytes of files that were not synced, from any byte on, and
 * changes of names whose folder was not synced, from any of them on. Folders themselves are kept.
 */
export class ModelDisk implements Disk {
  /** What a reader sees. */
  #seen = new Map<string, Entry>();
  /** What is on the disk for certain. */
  #sure = new Map<string, Entry>();
  /** Names that changed and are not certain yet, in order. */
  #pending: { folder: string; apply(names: Map<string, Entry>): void }[] = [];
  #steps = 0;
  /** The step before which the power fails. */
  cutAt = Number.POSITIVE_INFINITY;
  free = 1e12;

  get steps(): number {
    return this.#steps;
  }

  /** What is there when the power is back. */
  reboot(random: () => number): void {
    for (const folder of new Set(this.#pending.map((change) => change.folder))) {
      const changes = this.#pending.filter((change) => change.folder === folder);
      const kept = Math.floor(random() * (changes.length + 1));
      for (const { apply } of changes.slice(0, kept)) apply(this.#sure);
    }
    this.#seen = new Map();
    for (const [path, entry] of this.#sure) {
      const bytes = entry.kind === 'file' ? survivor(entry, random) : undefined;
      this.#seen.set(path, bytes === undefined ? entry : { kind: 'file', bytes, synced: bytes });
    }
    this.#sure = new Map(this.#seen);
    this.#pending = [];
    this.cutAt = Number.POSITIVE_INFINITY;
  }

  /** Everything is certain: how a test begins. */
  settle(): void {
    for (const entry of this.#seen.values()) if (entry.kind === 'file') entry.synced = entry.bytes;
    this.#sure = new Map(this.#seen);
    this.#pending = [];
  }

  put(path: string, text: string): void {
    this.makeFolder(dirname(path));
    const bytes = Buffer.from(text);
    this.#seen.set(path, { kind: 'file', bytes, synced: bytes });
  }

  /** The file is on the disk as it is, name and all. */
  keep(path: string): void {
    const entry = this.#seen.get(path);
    if (entry !== undefined) this.#sure.set(path, entry);
  }

  text(path: string): string | null {
    const bytes = this.read(path);
    return bytes === null ? null : Buffer.from(bytes).toString('utf8');
  }

  read(path: string): Uint8Array | null {
    const entry = this.#seen.get(path);
    return entry?.kind === 'file' ? entry.bytes : null;
  }

  exists(path: string): boolean {
    return this.#seen.has(path);
  }

  names(folder: string): readonly string[] {
    const below = [...this.#seen.keys()].filter((path) => path.startsWith(`${folder}/`));
    return [...new Set(below.map((path) => path.slice(folder.length + 1).split('/')[0] ?? ''))];
  }

  size(path: string): number {
    return this.read(path)?.length ?? 0;
  }

  hash(path: string): string | null {
    const bytes = this.read(path);
    return bytes === null ? null : createHash('sha256').update(bytes).digest('hex');
  }

  freeBytes(): number {
    return this.free;
  }

  makeFolder(path: string): void {
    for (let each = path; each !== dirname(each); each = dirname(each)) {
      if (!this.#seen.has(each)) this.#seen.set(each, { kind: 'folder' });
      if (!this.#sure.has(each)) this.#sure.set(each, { kind: 'folder' });
    }
  }

  create(path: string): ReturnType<Disk['create']> {
    this.#step();
    const file: File = { kind: 'file', bytes: new Uint8Array(0), synced: null };
    this.#name(path, file);
    return {
      write: (bytes) => {
        this.#step();
        file.bytes = Buffer.concat([file.bytes, bytes]);
      },
      close() {},
    };
  }

  copy(from: string, to: string): void {
    const bytes = this.read(from);
    if (bytes === null) throw new Error(`${from}: is not there`);
    this.create(to).write(bytes);
  }

  link(target: string, path: string): void {
    this.#step();
    this.#name(path, { kind: 'link', target });
  }

  target(path: string): string | null {
    const entry = this.#seen.get(path);
    return entry?.kind === 'link' ? entry.target : null;
  }

  rename(from: string, to: string): void {
    this.#step();
    this.#change(dirname(to), (names) => {
      const moved = below(names, from);
      if (moved.length > 0) for (const [path] of below(names, to)) names.delete(path);
      for (const [path, entry] of moved) {
        names.delete(path);
        names.set(to + path.slice(from.length), entry);
      }
    });
  }

  remove(path: string): void {
    this.#step();
    const gone = below(this.#seen, path);
    // Not what came to be there since.
    this.#change(dirname(path), (names) => {
      for (const [each, entry] of gone) if (names.get(each) === entry) names.delete(each);
    });
  }

  syncFile(path: string): void {
    this.#step();
    const entry = this.#seen.get(path);
    if (entry?.kind === 'file') entry.synced = entry.bytes;
  }

  syncFolder(folder: string): void {
    this.#step();
    for (const { apply } of this.#pending.filter((change) => change.folder === folder)) apply(this.#sure);
    this.#pending = this.#pending.filter((change) => change.folder !== folder);
  }

  #name(path: string, entry: Entry): void {
    this.#change(dirname(path), (names) => names.set(path, entry));
  }

  #change(folder: string, apply: (names: Map<string, Entry>) => void): void {
    apply(this.#seen);
    this.#pending.push({ folder, apply });
  }

  #step(): void {
    if (this.#steps++ >= this.cutAt) throw new PowerCut('the power failed');
  }
}

function below(names: ReadonlyMap<string, Entry>, path: string): [string, Entry][] {
  return [...names].filter(([each]) => each === path || each.startsWith(`${path}/`));
}

/** What was synced, or any beginning of what was not. */
function survivor({ bytes, synced }: File, random: () => number): Uint8Array {
  if (synced === bytes) return bytes;
  return random() < 0.5 && synced !== null ? synced : bytes.subarray(0, Math.floor(random() * bytes.length));
}
