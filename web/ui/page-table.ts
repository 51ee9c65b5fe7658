/** Which page stands at an address, and who may see it. */

/** anybody: without signing in. staff: everybody signed in but residents, who have a page of their own. */
export type Audience = 'anybody' | 'signed-in' | 'staff';

export const pageTable = [
  { name: 'public', at: /^\/public\/(lots(\/[^/]+)?|reservations\/[^/]+)$/, audience: 'anybody' },
  { name: 'resident', at: /^\/public\/buildings\/[^/]+$/, audience: 'signed-in' },
  { name: 'overview', at: /^\/$/, audience: 'staff' },
  { name: 'devices', at: /^\/devices(\/[^/]+){0,2}$/, audience: 'staff' },
  { name: 'alerts', at: /^\/alerts(\/[^/]+(\/incident)?)?$/, audience: 'staff' },
  { name: 'parking', at: /^\/parking(\/[^/]+)?$/, audience: 'staff' },
  { name: 'buildings', at: /^\/buildings(\/[^/]+(\/forecast)?)?$/, audience: 'staff' },
  { name: 'charts', at: /^\/charts$/, audience: 'staff' },
  { name: 'reach', at: /^\/reach$/, audience: 'staff' },
  { name: 'system', at: /^\/system$/, audience: 'staff' },
  { name: 'my-notices', at: /^\/my-notices$/, audience: 'signed-in' },
  { name: 'arrived', at: /^\/arrived$/, audience: 'anybody' },
  { name: 'people', at: /^\/people$/, audience: 'signed-in' },
  { name: 'join', at: /^\/join$/, audience: 'anybody' },
] as const satisfies readonly { readonly name: string; readonly at: RegExp; readonly audience: Audience }[];

export type PageName = (typeof pageTable)[number]['name'];
