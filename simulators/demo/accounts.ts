import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Site } from '../../config/site.ts';
import { compileParser } from '../../contract/compiled.ts';
import type { AgentId } from '../../contract/ids.ts';

export type Accounts = {
  passwords: ReadonlyMap<AgentId, string>;
  user: string;
  password: string;
  token: string;
  tokenFile: string;
};

const readToken = compileParser(z.object({ token: z.string().min(1) }));

/**
 * Fresh credentials for this run, all made by the command line: one for each agent, one person who may look, one token to
 * read. Those of an earlier run on the folder end with it.
 */
export async function makeAccounts(options: {
  site: Site;
  dir: string;
  data: string;
  jari(args: readonly string[]): Promise<string>;
}): Promise<Accounts> {
  const { site, dir, data, jari } = options;
  const user = viewerName(dir);
  const [passwords, password, token] = await Promise.all([
    Promise.all(
      site.agents.map(async ({ id }): Promise<[AgentId, string]> => {
        const file = emptied(join(dir, `${id}.password`));
        await jari(['agent', 'add', id, '--site', site.file, '--data', data, '--password-file', file]);
        return [id, readFileSync(file, 'utf8').trim()];
      }),
    ),
    viewerPassword(jari, { user, data, file: emptied(join(dir, 'viewer.password')) }),
    readableToken(jari, data),
  ]);
  const tokenFile = emptied(join(dir, 'token'));
  writeFileSync(tokenFile, `${token}\n`, { mode: 0o600 });
  return { passwords: new Map(passwords), user, password, token, tokenFile };
}

async function viewerPassword(
  jari: (args: readonly string[]) => Promise<string>,
  { user, data, file }: { user: string; data: string; file: string },
): Promise<string> {
  await jari(['user', 'add', user, '--role', 'viewer', '--data', data, '--password-file', file]);
  return readFileSync(file, 'utf8').trim();
}

async function readableToken(jari: (args: readonly string[]) => Promise<string>, data: string): Promise<string> {
  const printed = await jari(['token', 'create', '--data', data, '--name', 'demo', '--scope', 'read', '--json']);
  const parsed = readToken(JSON.parse(printed));
  if (!parsed.ok) throw new Error(`jari token create --json: ${parsed.problem}`);
  return parsed.value.token;
}

/** Chosen once for the folder, so that each run replaces the account of the last instead of adding one. */
function viewerName(dir: string): string {
  const file = join(dir, 'viewer.name');
  try {
    const kept = readFileSync(file, 'utf8').trim();
    if (/^viewer-[0-9a-f]{8}$/.test(kept)) return kept;
  } catch {
    // The first run on this folder.
  }
  const name = `viewer-${randomBytes(4).toString('hex')}`;
  writeFileSync(file, `${name}\n`, { mode: 0o600 });
  return name;
}

/** The path, with nothing there: the mode of a file is given when it is made. */
function emptied(file: string): string {
  rmSync(file, { force: true });
  return file;
}
