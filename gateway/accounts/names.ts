import { InputError } from '../../contract/input-error.ts';
import { Refusal } from '../../contract/problems/refusal.ts';
import { type Role, roles, type Scope, scopes } from '../../contract/roles.ts';

const namePattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

/** @throws Refusal when it has not the form of an id */
export function checkName(kind: 'token' | 'user' | 'id', name: string): void {
  if (namePattern.test(name)) return;
  // People type a password into the field for their name, and the page shows what comes back: theirs is not repeated.
  throw new Refusal('malformed-name', { kind, typed: kind === 'user' ? null : name });
}

/** @throws Refusal */
export function checkedId<T>(
  schema: { safeParse(text: string): { success: true; data: T } | { success: false } },
  id: string,
): T {
  const parsed = schema.safeParse(id);
  if (parsed.success) return parsed.data;
  throw new Refusal('malformed-name', { kind: 'id', typed: id });
}

/** @throws InputError */
export function checkedRole(text: string): Role {
  const role = roles.find((each) => each === text);
  if (role === undefined) throw new InputError([`role ${text}: is none; use ${listed(roles)}`]);
  return role;
}

/** One scope, or several with commas between. @throws InputError */
export function checkedScopes(text: string): Scope[] {
  const words = [...new Set(text.split(',').map((word) => word.trim()))];
  return words.map((word) => {
    const scope = scopes.find((each) => each === word);
    if (scope === undefined) throw new InputError([`scope ${word}: is none; use ${listed(scopes)}`]);
    return scope;
  });
}

function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
