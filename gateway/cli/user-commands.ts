import { renderUnicodeCompact } from 'uqr';
import { formatProblem, loadSite } from '../../config/load-site.ts';
import type { Site } from '../../config/site.ts';
import { InputError } from '../../contract/input-error.ts';
import { checkedRole } from '../accounts/names.ts';
import { newSecret } from '../accounts/secrets.ts';
import { askPassword } from './ask-password.ts';
import { change, type Where } from './change.ts';
import { keepingSecret, type Output, table, withSecret } from './output.ts';
import { lifeOf } from './token-commands.ts';

/** For managers and residents: of which buildings, and the site file that names them. */
type OfBuildings = { building?: readonly string[]; site?: string };

/**
 * `jari user add`: a person. The password is made and written to `passwordFile` (0600); without one it is asked on a
 * terminal, and made and printed this once elsewhere. @throws InputError
 */
export async function runUserAdd(
  options: { name: string; role: string; passwordFile?: string } & OfBuildings & Where,
): Promise<Output> {
  const { name } = options;
  const role = checkedRole(options.role);
  const buildings = buildingsOf(options);
  return withPassword(name, options.passwordFile, async (password) => {
    const { replaced } = await change(options, 'user-add', { name, role, buildings, password });
    const text = `user ${name} (${role}) ${replaced ? 'has a new password' : 'is new'}`;
    return { text, json: { name, role, replaced } };
  });
}

/** `jari user reset`: a new password for a person; the way back in for an admin who has lost it. @throws InputError */
export async function runUserReset(options: { name: string; passwordFile?: string } & Where): Promise<Output> {
  const { name } = options;
  return withPassword(name, options.passwordFile, async (password) => {
    await change(options, 'user-reset', { name, password });
    return { text: `user ${name} has a new password and is signed out everywhere`, json: { name, reset: true } };
  });
}

/** `jari user role`: what a person is from now on. @throws InputError */
export async function runUserRole(options: { name: string; role: string } & OfBuildings & Where): Promise<Output> {
  const { name } = options;
  const role = checkedRole(options.role);
  const buildings = buildingsOf(options);
  await change(options, 'user-change', { name, role, buildings });
  return { text: `user ${name} is ${role} now`, json: { name, role, buildings } };
}

/** `jari user remove`. @throws InputError */
export async function runUserRemove(options: { name: string } & Where): Promise<Output> {
  const { name } = options;
  await change(options, 'user-remove', { name });
  return { text: `user ${name} is removed and signed out`, json: { name, removed: true } };
}

/** `jari user list`. */
export async function runUserList(options: Where): Promise<Output> {
  const { items } = await change(options, 'user-list', {});
  const list = items.map(({ at, ...rest }) => ({ ...rest, since: new Date(at).toISOString() }));
  const rows = list.map(({ name, role, buildings, since }) => [
    name,
    role,
    buildings.map(({ site, building }) => `${site}/${building}`).join(' '),
    since,
  ]);
  return { text: table(['user', 'role', 'buildings', 'since'], rows), json: { items: list } };
}

/** `jari user invite`: a link by which people make their own accounts, and its QR code. @throws InputError */
export async function runUserInvite(
  options: { role: string; uses?: number; expires?: string } & OfBuildings & Where,
): Promise<Output> {
  const role = checkedRole(options.role);
  const [building = null, second] = buildingsOf(options);
  if (second !== undefined) throw new InputError(['invitation: is for one building; make one for each']);
  const lifeMs = lifeOf(options.expires ?? '7d') ?? 0;
  const made = await change(options, 'user-invite', { role, building, uses: options.uses ?? 1, lifeMs });
  const { code, pages } = made;
  const link = `${pages ?? ''}/join#${code}`;
  const expires = new Date(made.expires).toISOString();
  const where = pages === null ? "no gateway runs: put its pages' address before the link\n" : '';
  const qr = pages === null ? '' : `\n${renderUnicodeCompact(link)}`;
  return {
    text: `${where}invitation (${role}), good until ${expires}; the link is shown this once:\n${link}${qr}`,
    json: { role, link, expires, uses: options.uses ?? 1 },
  };
}

async function withPassword(
  name: string,
  passwordFile: string | undefined,
  work: (password: string) => Promise<Output>,
): Promise<Output> {
  return keepingSecret(passwordFile, async (file) => {
    const ask = file === undefined && process.stdin.isTTY;
    const password = ask ? await askPassword(`password for ${name}: `) : newSecret();
    const output = await work(password);
    return ask ? output : withSecret({ ...output, secret: password, file });
  });
}

function buildingsOf({ building = [], site: file }: OfBuildings): { site: string; building: string }[] {
  if (building.length === 0) return [];
  if (file === undefined) throw new InputError(['--building: needs --site FILE, the file that names the building']);
  const loaded = loadSite(file);
  if (!loaded.ok) throw new InputError(loaded.problems.map(formatProblem));
  return building.map((id) => ({ site: loaded.site.id, building: known(loaded.site, id) }));
}

function known(site: Site, id: string): string {
  if (site.buildings.some((building) => building.id === id)) return id;
  const ids = site.buildings.map((building) => building.id).join(', ');
  throw new InputError([
    `building ${id}: is not in ${site.file}; add it there, or give one of: ${ids === '' ? 'none yet' : ids}`,
  ]);
}
