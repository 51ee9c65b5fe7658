import { join } from 'node:path';
import { trialVariable, upgradeFolderVariable } from '../../contract/upgrade.ts';
import type { Log } from '../log.ts';
import { minReader } from '../store/migrations.ts';
import type { Store } from '../store/store.ts';
import type { Ingest, IngestOptions } from './ingest.ts';
import { forgetKept, keptMessages, TrialMessages } from './trial-messages.ts';

/** What an upgrade says to a gateway that it runs. `reads`: what the version before reads; null when this one is not on trial. */
export type Trial = { readonly file: string; readonly reads: number | null };

type Env = Readonly<Record<string, string | undefined>>;

/** Undefined where no upgrade could ever be under way. */
export function trialIn(env: Env): Trial | undefined {
  const folder = env[upgradeFolderVariable];
  if (folder === undefined || folder === '') return undefined;
  const reads = Number(env[trialVariable] ?? Number.NaN);
  return { file: join(folder, 'trial-messages'), reads: Number.isFinite(reads) ? reads : null };
}

/**
 * Keeps messages aside while on trial, if this version has changed the database so that the one before could not read it any
 * more. Which it is, is known at the first message: by then every part has opened its tables. It ends with the commit, which
 * removes the file: the process goes on as it is.
 */
export function keeperOf(trial: Trial | undefined, store: Pick<Store, 'db'>): Pick<IngestOptions, 'keep'> {
  if (trial === undefined || trial.reads === null) return {};
  const { file, reads } = trial;
  let kept: TrialMessages | 'none' | undefined;
  return {
    keep(messages) {
      kept ??= minReader(store.db) > reads ? new TrialMessages(file) : 'none';
      if (kept === 'none') return;
      if (kept.isRemoved()) {
        kept.close();
        kept = 'none';
      } else kept.keep(messages);
    },
  };
}

const messagesPerCommit = 500;

/**
 * Takes in again what was acknowledged on a trial that went back, as if agents had sent it again: what is there already is known
 * by its identity. Before anybody can connect, so that order is kept.
 */
export function takeInAgain(trial: Trial | undefined, { ingest, log, now }: TakingIn): void {
  if (trial === undefined || trial.reads !== null) return;
  let messages: ReturnType<typeof keptMessages>;
  try {
    messages = keptMessages(trial.file);
  } catch (error) {
    // The site is watched all the same, and the file stays for the next start.
    log.error({ file: trial.file, error: String(error) }, 'trial-messages-unreadable');
    return;
  }
  if (messages.length === 0) return;
  let failed = 0;
  for (const [index, { receivedAt, ...incoming }] of messages.entries()) {
    const count = (error: Error | null) => {
      if (error !== null) failed += 1;
    };
    ingest.submit(incoming, count, Math.max(0, now - receivedAt));
    if (index % messagesPerCommit === messagesPerCommit - 1) ingest.flush();
  }
  ingest.flush();
  log.info({ messages: messages.length, failed }, 'trial-messages-taken-in');
  if (failed === 0) forgetKept(trial.file);
}

/** `now`: epoch ms. */
export type TakingIn = { ingest: Pick<Ingest, 'submit' | 'flush'>; log: Pick<Log, 'info' | 'error'>; now: number };
