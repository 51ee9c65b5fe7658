import { durationSchema } from '../../contract/duration.ts';
import { InputError } from '../../contract/input-error.ts';
import { checkedScopes } from '../accounts/names.ts';
import { change, type Where } from './change.ts';
import { type Output, table } from './output.ts';

const dayMs = 24 * 3_600_000;

/** `jari token create`: a token for a program; printed this once. @throws InputError */
export async function runTokenCreate(
  options: { name: string; scope: string; expires?: string } & Where,
): Promise<Output> {
  const { name, scope } = options;
  checkedScopes(scope);
  const answer = await change(options, 'token-create', { name, scope, lifeMs: lifeOf(options.expires) });
  const { token, replaced, scopes } = answer;
  const expires = answer.expires === null ? null : new Date(answer.expires).toISOString();
  const how = replaced ? 'replaces the one of this name' : 'is new';
  const until = expires === null ? 'never ends by itself' : `ends ${expires}`;
  return {
    text: `token ${name} (${scopes.join(', ')}) ${how} and ${until}; it is shown this once:\n${token}`,
    json: { name, scope: scopes.join(','), token, replaced, expires },
  };
}

/** `jari token revoke`: ends it, and cuts off who is connected by it. @throws InputError when there is none */
export async function runTokenRevoke(options: { name: string } & Where): Promise<Output> {
  const { name } = options;
  const { was } = await change(options, 'token-revoke', { name });
  if (!was) throw new InputError([`token ${name}: there is none of this name; see jari token list`]);
  return { text: `token ${name} has ended`, json: { name, revoked: true } };
}

/** `jari token list`. */
export async function runTokenList(options: Where): Promise<Output> {
  const { items } = await change(options, 'token-list', {});
  const list = items.map(({ at, expires, ...rest }) => ({ ...rest, made: iso(at), expires: expires && iso(expires) }));
  const rows = list.map(({ name, scopes, made, expires }) => [name, scopes.join(', '), made, expires || 'never']);
  return { text: table(['token', 'scopes', 'made', 'ends'], rows), json: { items: list } };
}

/** `30d` or a duration of the site file such as `12h`; for ever without one. @throws InputError */
export function lifeOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  const days = /^([1-9]\d{0,3})d$/.exec(text)?.[1];
  const parsed = durationSchema.safeParse(text);
  const ms = days !== undefined ? Number(days) * dayMs : parsed.success ? parsed.data : 0;
  if (ms >= 60_000) return ms;
  throw new InputError([`${JSON.stringify(text)}: is no time of a minute or more; give one such as 12h or 30d`]);
}

const iso = (ms: number) => new Date(ms).toISOString();
