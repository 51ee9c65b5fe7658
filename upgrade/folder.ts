import { join } from 'node:path';
import type { z } from 'zod';
import {
  outcomeSchema,
  type Sign,
  signSchema,
  type UpgradeOutcome,
  type UpgradeState,
  upgradeStateSchema,
} from '../contract/upgrade.ts';
import { type Disk, removeFile, replaceFile, replaceLink } from './disk.ts';

export type Ask = 'commit' | 'back';
/** `damaged`: it is there and cannot be read, which no kill explains: the disk is at fault. */
export type StateRead = { kind: 'none' } | { kind: 'damaged' } | { kind: 'there'; state: UpgradeState };

/**
 * `DATA/upgrade`: which program runs on this data folder, and what an upgrade under way has come to.
 *
 * | file | holds | written by |
 * |---|---|---|
 * | `current` | link to the program that was committed last; without it the installed one runs | who commits |
 * | `state.json` | the upgrade under way; none is without it | the command `try`, then the program that is measured, then `jari upgrade run` |
 * | `ask` | `commit` or `back` | the commands of these names |
 * | `sign.json` | sign of life of the program on trial | that program |
 * | `snapshot/` | the databases as the program before left them | `jari upgrade run` |
 * | `trial-messages` | what a gateway on trial has acknowledged, where the version before could not read its database | that gateway; the version before takes it in |
 * | `set-aside/` | databases of a trial in whose place the snapshot was put | `jari upgrade run` |
 * | `last.json` | how the last upgrade ended | `jari upgrade run` |
 */
export class UpgradeFolder {
  readonly path: string;
  /** The data folder. */
  readonly data: string;
  readonly disk: Disk;

  constructor(data: string, disk: Disk) {
    this.data = data;
    this.path = join(data, 'upgrade');
    this.disk = disk;
  }

  get snapshot(): string {
    return join(this.path, 'snapshot');
  }

  /** Messages that a gateway on trial has acknowledged; see gateway/ingest/trial-messages.ts. */
  get trialMessages(): string {
    return join(this.path, 'trial-messages');
  }

  state(): StateRead {
    const text = this.disk.read(this.#at('state.json'));
    if (text === null) return { kind: 'none' };
    const state = parsed(upgradeStateSchema, text);
    return state === null ? { kind: 'damaged' } : { kind: 'there', state };
  }

  write(state: UpgradeState): void {
    this.disk.makeFolder(this.path);
    replaceFile(this.disk, this.#at('state.json'), `${JSON.stringify(state, null, 1)}\n`);
  }

  /** The upgrade is over. */
  clear(): void {
    this.forgetAsk();
    this.forgetSign();
    removeFile(this.disk, this.#at('state.json'));
  }

  /** Folder of the program that was committed last; null: the installed one. */
  current(): string | null {
    const target = this.disk.target(this.#at('current'));
    return target !== null && this.disk.exists(join(target, 'jari')) ? target : null;
  }

  setCurrent(dir: string | null): void {
    this.disk.makeFolder(this.path);
    if (dir === null) removeFile(this.disk, this.#at('current'));
    else replaceLink(this.disk, this.#at('current'), dir);
  }

  last(): UpgradeOutcome | null {
    const text = this.disk.read(this.#at('last.json'));
    return text === null ? null : parsed(outcomeSchema, text);
  }

  writeLast(outcome: UpgradeOutcome): void {
    this.disk.makeFolder(this.path);
    replaceFile(this.disk, this.#at('last.json'), `${JSON.stringify(outcome, null, 1)}\n`);
  }

  asked(): Ask | null {
    const text = this.disk.read(this.#at('ask'));
    const word = text === null ? '' : Buffer.from(text).toString('utf8').trim();
    return word === 'commit' || word === 'back' ? word : null;
  }

  ask(word: Ask): void {
    replaceFile(this.disk, this.#at('ask'), `${word}\n`);
  }

  forgetAsk(): void {
    removeFile(this.disk, this.#at('ask'));
  }

  sign(): Sign | null {
    const text = this.disk.read(this.#at('sign.json'));
    return text === null ? null : parsed(signSchema, text);
  }

  forgetSign(): void {
    this.disk.remove(this.#at('sign.json'));
  }

  setAsideAt(version: string): string {
    return join(this.path, 'set-aside', version);
  }

  #at(name: string): string {
    return join(this.path, name);
  }
}

function parsed<T>(schema: z.ZodType<T>, text: Uint8Array): T | null {
  try {
    const result = schema.safeParse(JSON.parse(Buffer.from(text).toString('utf8')));
    return result.success ? result.data : null;
  } catch {
    return null;
  }
}
