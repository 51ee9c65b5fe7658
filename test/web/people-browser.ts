import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { serve, signedIn, type World } from '../gateway/http/fakes.ts';
import { launch, noteTroubles } from './browser.ts';
import { peopleWorld } from './people-world.ts';

export type Who = Parameters<typeof signedIn> extends [World, ...infer Rest] ? Rest : never;
export type Look = { locale?: 'ko-KR' | 'en-GB'; who?: Who; size?: typeof phone; troubles?: RegExp };

export const phone = { width: 360, height: 800 };
export const desk = { width: 1280, height: 800 };

/** For each test a gateway of its own before one browser; every page must keep quiet about troubles of its own. */
export function peopleBrowser() {
  const here = {} as { browser: Browser; world: World; server: Awaited<ReturnType<typeof serve>> };
  let troubles: string[] = [];
  beforeAll(async () => {
    here.browser = await launch();
  });
  afterAll(() => here.browser.close());
  beforeEach(async () => {
    here.world = peopleWorld();
    here.server = await serve(here.world);
    troubles = [];
  });
  afterEach(async () => {
    await Promise.all(here.browser.contexts().map((context) => context.close()));
    await here.server.close();
    expect(troubles).toEqual([]);
  });
  const open = async (
    path: string,
    { locale = 'en-GB', who, size = desk, troubles: but }: Look = {},
  ): Promise<Page> => {
    const context = await here.browser.newContext({ locale, viewport: size, timezoneId: 'Asia/Seoul' });
    if (who !== undefined) await context.addCookies([cookieOf(signedIn(here.world, ...who), here.server.url)]);
    const page = await context.newPage();
    noteTroubles(page, troubles, but);
    await page.goto(`${here.server.url}${path}`);
    return page;
  };
  return { here, open };
}

export function cookieOf(text: string, url: string) {
  const [name = '', value = ''] = text.split('=');
  return { name, value, url, httpOnly: true, sameSite: 'Strict' as const };
}

/** Nothing to scroll sideways for. */
export async function expectToFit(page: Page): Promise<void> {
  const width = page.viewportSize()?.width ?? 0;
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
}
