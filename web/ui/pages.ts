import type { ComponentType } from 'preact';

/** Which page stands at an address, who may see it, and where its code is. Each comes when it is first opened. */

type Module = { readonly default: ComponentType };

export type Page = {
  readonly name: string;
  /** anybody: without signing in. staff: everybody signed in but residents, who have a page of their own. */
  readonly audience: 'anybody' | 'signed-in' | 'staff';
  load(): Promise<Module>;
};

const pages: readonly (Page & { readonly at: RegExp })[] = [
  {
    name: 'public',
    at: /^\/public\/(lots(\/[^/]+)?|reservations\/[^/]+)$/,
    audience: 'anybody',
    load: () => import('../pages/public/page.tsx'),
  },
  {
    name: 'resident',
    at: /^\/public\/buildings\/[^/]+$/,
    audience: 'signed-in',
    load: () => import('../pages/resident/page.tsx'),
  },
  { name: 'overview', at: /^\/$/, audience: 'staff', load: () => import('../pages/overview/page.tsx') },
  {
    name: 'devices',
    at: /^\/devices(\/[^/]+){0,2}$/,
    audience: 'staff',
    load: () => import('../pages/devices/page.tsx'),
  },
  {
    name: 'alerts',
    at: /^\/alerts(\/[^/]+(\/incident)?)?$/,
    audience: 'staff',
    load: () => import('../pages/alerts/page.tsx'),
  },
  { name: 'parking', at: /^\/parking(\/[^/]+)?$/, audience: 'staff', load: () => import('../pages/parking/page.tsx') },
  {
    name: 'buildings',
    at: /^\/buildings(\/[^/]+(\/forecast)?)?$/,
    audience: 'staff',
    load: () => import('../pages/buildings/page.tsx'),
  },
  { name: 'charts', at: /^\/charts$/, audience: 'staff', load: () => import('../pages/charts/page.tsx') },
  { name: 'reach', at: /^\/reach$/, audience: 'staff', load: () => import('../pages/reach/page.tsx') },
  { name: 'system', at: /^\/system$/, audience: 'staff', load: () => import('../pages/system/page.tsx') },
  {
    name: 'my-notices',
    at: /^\/my-notices$/,
    audience: 'signed-in',
    load: () => import('../pages/my-notices/page.tsx'),
  },
  { name: 'arrived', at: /^\/arrived$/, audience: 'anybody', load: () => import('../pages/arrived/page.tsx') },
  { name: 'people', at: /^\/people$/, audience: 'signed-in', load: () => import('../pages/people/page.tsx') },
  { name: 'join', at: /^\/join$/, audience: 'anybody', load: () => import('../pages/join/page.tsx') },
];

export const residentPage: Page = {
  name: 'resident',
  audience: 'signed-in',
  load: () => import('../pages/resident/page.tsx'),
};

export function pageAt(path: string): Page | undefined {
  return pages.find(({ at }) => at.test(path));
}

/** The others are fetched once the first one stands, so that a page can be changed while the gateway is away. */
export async function fetchOthers(audience: Page['audience']): Promise<void> {
  for (const page of pages) {
    if (page.audience !== audience || loaded.has(page.name)) continue;
    // One at a time: together they would hold up a press for as long as it takes to read all of them.
    await quiet();
    await load(page).catch(() => undefined);
  }
}

/** Nothing else is to do. Not every browser says so. */
function quiet(): Promise<void> {
  return new Promise((resolve) => {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => resolve());
    else setTimeout(resolve, 200);
  });
}

const loaded = new Map<string, Module>();

/** What was loaded before is there at once. */
export function loadedOf({ name }: Page): ComponentType | undefined {
  return loaded.get(name)?.default;
}

export async function load(page: Page): Promise<ComponentType> {
  const module = loaded.get(page.name) ?? (await page.load());
  loaded.set(page.name, module);
  return module.default;
}
