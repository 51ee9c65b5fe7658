import type { ComponentType } from 'preact';
import { type Audience, type PageName, pageTable } from './page-table.ts';

/** The code of each page. It comes when the page is first opened. */

type Module = { readonly default: ComponentType };

export type Page = { readonly name: PageName; readonly audience: Audience };

const code: Readonly<Record<PageName, () => Promise<Module>>> = {
  public: () => import('../pages/public/page.tsx'),
  resident: () => import('../pages/resident/page.tsx'),
  overview: () => import('../pages/overview/page.tsx'),
  devices: () => import('../pages/devices/page.tsx'),
  alerts: () => import('../pages/alerts/page.tsx'),
  parking: () => import('../pages/parking/page.tsx'),
  buildings: () => import('../pages/buildings/page.tsx'),
  charts: () => import('../pages/charts/page.tsx'),
  reach: () => import('../pages/reach/page.tsx'),
  system: () => import('../pages/system/page.tsx'),
  'my-notices': () => import('../pages/my-notices/page.tsx'),
  arrived: () => import('../pages/arrived/page.tsx'),
  people: () => import('../pages/people/page.tsx'),
  join: () => import('../pages/join/page.tsx'),
};

export const residentPage: Page = { name: 'resident', audience: 'signed-in' };

export function pageAt(path: string): Page | undefined {
  return pageTable.find(({ at }) => at.test(path));
}

/** The others are fetched once the first one stands. */
export async function fetchOthers(audience: Audience): Promise<void> {
  for (const page of pageTable) {
    if (page.audience !== audience || loaded.has(page.name)) continue;
    // One at a time: together they would hold up a press for as long as it takes to read all of them.
    await quiet();
    await load(page).catch(() => undefined);
  }
}

/** Nothing else is to do. Not every browser says so. */
export function quiet(): Promise<void> {
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
  const module = loaded.get(page.name) ?? (await code[page.name]());
  loaded.set(page.name, module);
  return module.default;
}
