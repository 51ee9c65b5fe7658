import { roleNames } from '../../../contract/words/roles.ts';
import { pick } from '../../ui/language.ts';

/** The words of a role that people may have; others are the site file's own. */
export function roleName(role: string): string {
  const known = Object.entries(roleNames).find(([name]) => name === role);
  return known === undefined ? role : pick(known[1]);
}
