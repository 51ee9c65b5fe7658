import { formatProblem, loadSite } from '../../config/load.ts';
import type { Clock } from '../../contract/clock.ts';
import { systemClock } from '../../contract/clock.ts';
import { InputError } from '../../contract/input-error.ts';
import { Accounts, roles, scopes } from '../accounts/accounts.ts';
import { newSecret } from '../accounts/secrets.ts';
import { openDatabase } from '../store/database.ts';
import { StoreError } from '../store/store-error.ts';
import { askPassword } from './ask-password.ts';
import { type AccountAnswer, type AccountRequest, answerAccounts, askControl } from './control.ts';
import { openDataFolder, preparePrivateFile } from './data-folder.ts';
import { tryLock } from './lock.ts';

/** What a command prints: text for people, or the same as JSON. */
export type Output = { text: string; json: object };

/**
 * `jari agent add`: a credential for an agent of the site file. Its password is written to `passwordFile` (0600) or
 * printed, this once. @throws InputError
 */
export async function runAgentAdd(options: {
  id: string;
  site: string;
  data?: string;
  passwordFile?: string;
}): Promise<Output> {
  const loaded = loadSite(options.site);
  if (!loaded.ok) throw new InputError(loaded.problems.map(formatProblem));
  const { site } = loaded;
  if (!site.agents.some((agent) => agent.id === options.id)) {
    const known = site.agents.map((agent) => agent.id).join(', ');
    throw new InputError([`agent ${options.id}: is not in ${site.file}; add it there, or give one of: ${known}`]);
  }
  return keepingSecret(options.passwordFile, async (file) => {
    const answer = await change(options.data, { command: 'agent-add', site: site.id, agent: options.id });
    return agentAdded({ site: site.id, agent: options.id, answer, file });
  });
}

/** `jari token create`: a token for a program; printed this once. @throws InputError */
export async function runTokenCreate(options: { data?: string; name: string; scope: string }): Promise<Output> {
  if (!scopes.some((scope) => scope === options.scope)) {
    throw new InputError([`scope ${options.scope}: comes later; use ${scopes.join(' or ')}`]);
  }
  const { name, scope } = options;
  const answer = await change(options.data, { command: 'token-create', name, scope });
  const token = secretOf(answer);
  const how = answer.replaced ? 'replaces the one of this name' : 'is new';
  return {
    text: `token ${name} (${scope}) ${how}; it is shown this once:\n${token}`,
    json: { name, scope, token, replaced: answer.replaced },
  };
}

/**
 * `jari user add`: a person. The password is made and written to `passwordFile` (0600); without one it is asked on a
 * terminal, and made and printed this once elsewhere. @throws InputError
 */
export async function runUserAdd(options: {
  data?: string;
  name: string;
  role: string;
  passwordFile?: string;
}): Promise<Output> {
  const { name, role } = options;
  if (!roles.some((each) => each === role)) {
    throw new InputError([`role ${role}: is none; use ${roles.join(' or ')}`]);
  }
  return keepingSecret(options.passwordFile, async (file) => {
    const ask = file === undefined && process.stdin.isTTY;
    const password = ask ? await askPassword(`password for ${name}: `) : newSecret();
    const answer = await change(options.data, { command: 'user-add', name, role, password });
    const text = `user ${name} (${role}) ${answer.replaced ? 'has a new password' : 'is new'}`;
    const json = { name, role, replaced: answer.replaced };
    return ask ? { text, json } : withSecret({ text, json, secret: password, file });
  });
}

type SecretFile = ReturnType<typeof preparePrivateFile> & { path: string };

/** Opens the file for a secret before anything is changed, and leaves nothing behind when the change fails. */
async function keepingSecret(path: string | undefined, work: (file: SecretFile | undefined) => Promise<Output>) {
  if (path === undefined) return work(undefined);
  const file = { ...preparePrivateFile(path), path };
  try {
    return await work(file);
  } catch (error) {
    file.abandon();
    throw error;
  }
}

/** Writes the secret to its file, or shows it. */
function withSecret(made: { text: string; json: object; secret: string; file: SecretFile | undefined }): Output {
  const { text, json, secret, file } = made;
  if (file === undefined) {
    return { text: `${text}; the password is shown this once:\n${secret}`, json: { ...json, password: secret } };
  }
  file.write(`${secret}\n`);
  return { text: `${text}; password in ${file.path}`, json: { ...json, passwordFile: file.path } };
}

const patienceMs = 5000;

/** Does it here when the folder is free, by the gateway that owns it otherwise. @throws InputError */
export async function change(
  data: string | undefined,
  request: AccountRequest,
  clock: Clock = systemClock,
): Promise<AccountAnswer> {
  const dir = openDataFolder(data);
  const until = clock.monotonic() + patienceMs;
  for (;;) {
    const attempt = tryLock(dir);
    if (attempt.ok) {
      try {
        return await changeHere(dir, request, clock);
      } finally {
        attempt.lock.release();
      }
    }
    const answer = await askControl(dir, request, clock);
    if (answer !== undefined) return answer;
    // A gateway that is still starting, or another such command: both are over in a moment.
    if (clock.monotonic() >= until) {
      const who = attempt.pid === null ? 'another process' : `process ${attempt.pid}`;
      throw new InputError([`${dir}: ${who} holds this folder and does not answer; stop it and try again`]);
    }
    await clock.sleep(100);
  }
}

async function changeHere(dir: string, request: AccountRequest, clock: Clock): Promise<AccountAnswer> {
  const db = usable(() => openDatabase(dir));
  try {
    return await answerAccounts(new Accounts({ db, clock }), request);
  } finally {
    db.close();
  }
}

/** A store that cannot be used is something a person can mend, as bad input is. @throws InputError */
export function usable<T>(open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw error instanceof StoreError ? new InputError([error.problem]) : error;
  }
}

function agentAdded(added: {
  site: string;
  agent: string;
  answer: AccountAnswer;
  file: SecretFile | undefined;
}): Output {
  const { site, agent, answer, file } = added;
  const token = answer.endedToken === true ? `the token of this name has ended\n` : '';
  const now = answer.replaced ? 'has a new password, the old one is void' : 'may sign in';
  const text = `${token}agent ${agent} of site ${site} ${now}`;
  return withSecret({ text, json: { site, agent, replaced: answer.replaced }, secret: secretOf(answer), file });
}

function secretOf(answer: AccountAnswer): string {
  if (answer.secret === undefined) throw new Error('the gateway answered without the secret it made');
  return answer.secret;
}
