import type { Who } from '../../contract/http/session.ts';

/** Who may see what, as the gateway's table of rights has it; the gateway asks again with every request. */

export function mayKeepPeople(person: Who | null): boolean {
  return person?.role === 'admin' || person?.role === 'manager';
}

export function mayReadReach(role: string): boolean {
  return role === 'operator' || role === 'manager' || role === 'admin';
}

export function mayReadUpkeep(role: string): boolean {
  return role === 'viewer' || role === 'operator' || role === 'admin';
}
