import { userInfo } from 'node:os';
import type { Clock } from '../../contract/clock.ts';
import { systemClock } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import { Accounts } from '../accounts/accounts.ts';
import { loadSessionKey } from '../accounts/session-key.ts';
import { Audit } from '../audit/audit.ts';
import { reasonOf, type Said } from '../audit/entry.ts';
import { AgentCertificates } from '../ca/agent-certificates.ts';
import { AuthorityKeeper } from '../ca/authority-keeper.ts';
import { lifetimes } from '../ca/lifetimes.ts';
import { askControl } from '../control/control-socket.ts';
import { type AccountCommand, type Answer, type Ask, workOn } from '../control/requests.ts';
import { tryLock } from '../data-folder/lock.ts';
import { openDataFolder } from '../data-folder/private-files.ts';
import { PersonRecords } from '../notify/person-records.ts';
import { openDatabase } from '../store/database.ts';
import { StoreError } from '../store/store-error.ts';

/** Where a command works and what it says for the audit. */
export type Where = { readonly data?: string; readonly why?: string };

const patienceMs = 5000;

/**
 * Asks something of the accounts: here when the data folder is free, of the gateway that owns it otherwise.
 * @throws InputError with what is wrong
 */
export async function change<C extends AccountCommand>(
  where: Where,
  command: C,
  ask: Ask<C>,
  clock: Clock = systemClock,
): Promise<Answer<C>> {
  const dir = openDataFolder(where.data);
  const said = { by: caller(), why: reasonOf(where.why) };
  const until = clock.monotonic() + patienceMs;
  for (;;) {
    const attempt = tryLock(dir);
    if (attempt.ok) {
      try {
        return await changeHere({ dir, command, ask, said, clock });
      } finally {
        attempt.lock.release();
      }
    }
    const answer = await askControl(dir, { command, ask, ...said }, clock);
    if (answer !== undefined) return answer;
    // A gateway that is still starting, or another such command: both are over in a moment.
    if (clock.monotonic() >= until) {
      const who = attempt.pid === null ? 'another process' : `process ${attempt.pid}`;
      throw new InputError([`${dir}: ${who} holds this folder and does not answer; stop it and try again`]);
    }
    await clock.sleep(100);
  }
}

async function changeHere<C extends AccountCommand>(options: {
  dir: string;
  command: C;
  ask: Ask<C>;
  said: Said;
  clock: Clock;
}): Promise<Answer<C>> {
  const { dir, command, ask, said, clock } = options;
  const db = usable(() => openDatabase(dir));
  try {
    const audit = new Audit({ db, clock });
    const records = new PersonRecords(db);
    const accounts = new Accounts({
      ...{ db, clock, audit, sessionKey: () => loadSessionKey(dir) },
      onGone: (name) => records.forget(name),
    });
    const authority = new AuthorityKeeper({ dir, clock, audit });
    const certificates = new AgentCertificates({ db, authority, clock, audit, lifetimes });
    return await workOn({ accounts, certificates, audit, pages: null }, command, ask, said);
  } finally {
    db.close();
  }
}

/** A store that cannot be used is something a person can fix, as bad input is. @throws InputError */
export function usable<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw error instanceof StoreError ? new InputError([error.problem], { cause: error.cause }) : error;
  }
}

/** The login of this machine that gave the command; with sudo, whose it was. */
export function caller(): string {
  const login = process.env.SUDO_USER ?? loginName();
  return `command:${login.replace(/[^\w.-]/g, '?').slice(0, 32)}`;
}

function loginName(): string {
  try {
    return userInfo().username;
  } catch {
    // A container may run under a number that has no name.
    return String(process.getuid?.() ?? '?');
  }
}
