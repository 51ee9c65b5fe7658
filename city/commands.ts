import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { InputError } from '../contract/input-error.ts';
import { checkKey } from './nats/commands.ts';
import { caller, type Output, onDatabase, type Where } from './on-database.ts';
import { addGateway, addToken, nameDistrict, removeGateway } from './store/gateways.ts';
import { migrate } from './store/migrations.ts';
import { schema } from './store/schema.ts';

/** `jari city gateway add`. @throws InputError */
export async function runGatewayAdd(
  of: Where & { id: string; site: string[]; district?: string; certificate?: string; nkey?: string },
): Promise<Output> {
  const { id, site: sites, district = '', nkey = null } = of;
  if (nkey !== null) checkKey('--nkey', nkey);
  const certificate = of.certificate === undefined ? null : fingerprint(of.certificate);
  const { token } = await onDatabase(of, (sql) =>
    addGateway(sql, { id, sites, district, certificate, nkey, by: caller() }),
  );
  const known = nkey === null ? 'its certificate' : 'its nkey; make the configuration of the NATS servers again';
  const proof = token === null ? `it is known by ${known}` : `its token is shown this once:\n${token}`;
  return {
    text: `gateway ${id} may speak for ${sites.join(', ')}; ${proof}`,
    json: { id, sites, district, token, certificate, nkey },
  };
}

/** `jari city gateway remove`. @throws InputError when there is none */
export async function runGatewayRemove(of: Where & { id: string }): Promise<Output> {
  const was = await onDatabase(of, (sql) => removeGateway(sql, of.id, caller()));
  if (!was) throw new InputError([`gateway ${of.id}: there is none of this name`]);
  return { text: `gateway ${of.id} may say nothing more; what it handed on stays`, json: { id: of.id, removed: true } };
}

/** `jari city district`. @throws InputError */
export async function runDistrict(of: Where & { name: string; english?: string }): Promise<Output> {
  const { name, english = null } = of;
  await onDatabase(of, (sql) => nameDistrict(sql, { name, english, by: caller() }));
  const called = english === null ? 'as it is' : `"${english}"`;
  return { text: `district ${name} is called ${called} on English pages`, json: { name, english } };
}

/** `jari city token`. @throws InputError */
export async function runToken(
  of: Where & { name: string; scope: string; district?: string[]; operate?: string[] },
): Promise<Output> {
  const { name, scope, district = null, operate = null } = of;
  if (scope !== 'read' && scope !== 'operate')
    throw new InputError([`--scope ${scope}: is none; give read or operate`]);
  const beyond = operate?.find((each) => district !== null && !district.includes(each));
  if (beyond !== undefined)
    throw new InputError([`--operate ${beyond}: is none of --district; nobody acts on what he does not see`]);
  if (operate !== null && scope !== 'operate') throw new InputError(['--operate: needs --scope operate']);
  const who = { name, scope, districts: district, operates: operate } as const;
  const token = await onDatabase(of, (sql) => addToken(sql, { ...who, by: caller() }));
  return {
    text: `token ${name} (${scope}) is shown this once:\n${token}`,
    json: { ...who, token },
  };
}

/** `jari city migrate`. @throws InputError */
export async function runMigrate(of: Where): Promise<Output> {
  const { applied } = await onDatabase(of, async (sql) => ({ applied: (await migrate(sql, schema)).applied }));
  return { text: applied === 0 ? 'nothing to do' : `${applied} step(s) applied`, json: { applied } };
}

function fingerprint(file: string): string {
  try {
    return new X509Certificate(readFileSync(file)).fingerprint256;
  } catch (error) {
    throw new InputError([`${file}: is no certificate (${error instanceof Error ? error.message : String(error)})`]);
  }
}
