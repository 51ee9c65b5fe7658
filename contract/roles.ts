/** What people may be and what tokens may be good for. Who may do what with it stands in gateway/permissions.ts. */

/** What a person may be. */
export const roles = ['viewer', 'operator', 'manager', 'resident', 'admin'] as const;
export type Role = (typeof roles)[number];

/** Managers and residents belong to buildings, and their rights end there; one who belongs to none sees nothing. */
export function isOfBuildings(role: string): boolean {
  return role === 'manager' || role === 'resident';
}

/** What a token may be good for. */
export const scopes = ['read', 'metrics', 'audit', 'command', 'reserve', 'payments'] as const;
export type Scope = (typeof scopes)[number];
