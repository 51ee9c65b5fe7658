import type { Browser, CDPSession, Page } from 'playwright-core';
import { launch } from '../web/browser.ts';
import { LivingSite } from '../web/living-site.ts';
import { cookieOf } from '../web/people-browser.ts';
import { judge, median, note, percentile, type Row, round, steadily } from './measure.ts';
import type { Bench } from './run.ts';

/** The demo's whole site before a real browser that is four times slower than this machine. */
export const bench: Bench = { title: 'pages in Chromium at a quarter of its speed', slow: true, run };

const slowdown = 4;
const loads = 5;
/** Less than the three seconds after which a page fetches the others. */
const settleMs = 2500;
const pages = ['/alerts', '/parking', '/parking/saesol-public', '/buildings', '/devices', '/charts', '/'];
/** Beside the overview, which is loaded several times: what else a person may open first. */
const opened = ['/alerts', '/parking/saesol-public', '/buildings/hanbit', '/devices', '/charts', '/public/lots'];

async function run(): Promise<Row[]> {
  const [browser, site] = await Promise.all([launch(), LivingSite.start()]);
  try {
    const { result, steady } = await steadily(async () => {
      const first: FirstLoad[] = [];
      for (let nth = 0; nth < loads; nth += 1) {
        const context = await browser.newContext({ locale: 'ko-KR', viewport: { width: 1280, height: 900 } });
        await context.addCookies([cookieOf(site.signedIn('operator'), site.url)]);
        first.push(await firstLoad(await context.newPage(), site));
        await context.close();
      }
      const context = await browser.newContext({ locale: 'ko-KR', viewport: { width: 1280, height: 900 } });
      await context.addCookies([cookieOf(site.signedIn('operator'), site.url)]);
      const pressed = await pressing(await context.newPage(), site);
      await context.close();
      const others: Opened[] = [];
      for (const width of [1280, 390]) for (const path of opened) others.push(await open(browser, site, path, width));
      return { first, pressed, others };
    });
    return rowsOf(result, steady);
  } finally {
    await browser.close();
    await site.close();
  }
}

type FirstLoad = {
  readonly bytes: number;
  readonly said: number;
  readonly later: number;
  readonly usableMs: number;
  readonly shift: number;
};
type Opened = { readonly what: string; readonly bytes: number; readonly shift: number };
type Result = { readonly first: readonly FirstLoad[]; readonly pressed: Pressed; readonly others: readonly Opened[] };
type Pressed = { readonly ms: readonly number[]; readonly shift: number };

function rowsOf({ first, pressed, others }: Result, steady: boolean): Row[] {
  const heaviest = others.reduce((most, each) => (each.bytes > most.bytes ? each : most));
  const shifted = others.reduce((most, each) => (each.shift > most.shift ? each : most));
  const of = (key: keyof FirstLoad) => first.map((load) => load[key]);
  return [
    judge(
      'first load: page, styles and code, as they came over the wire',
      Math.max(...of('bytes')) / 1000,
      { atMost: 90 },
      sized,
    ),
    note('  answers of the API beside it', `${round(Math.max(...of('said')) / 1000)} kB`),
    note('  fetched afterwards, when nothing else is to do', `${round(Math.max(...of('later')) / 1000)} kB`),
    judge('usable, with its headline and its tiles', median(of('usableMs')), { atMost: 1500 }, { steady, unit: ' ms' }),
    judge('layout shift while it loads', Math.max(...of('shift')), { atMost: 0 }, { steady: true }),
    judge(
      'from a press to its next picture, the slowest of 98 %',
      percentile(pressed.ms, 0.98),
      { atMost: 200 },
      { steady, unit: ' ms' },
    ),
    note('  presses; median', `${pressed.ms.length}; ${round(median(pressed.ms))} ms`),
    note('  layout shift without a press', round(pressed.shift)),
    judge(`first load of the heaviest other page, ${heaviest.what}`, heaviest.bytes / 1000, { atMost: 90 }, sized),
    judge(`layout shift of the other pages, most at ${shifted.what}`, shifted.shift, { atMost: 0 }, { steady: true }),
  ];
}

const sized = { steady: true, unit: ' kB' } as const;

const observe = `
  window.shift = 0;
  window.presses = [];
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.shift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (entry.interactionId) window.presses.push(entry.duration);
  }).observe({ type: 'event', buffered: true, durationThreshold: 16 });
`;

async function slowed(page: Page): Promise<CDPSession> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowdown });
  await page.addInitScript(observe);
  return session;
}

/**
 * From the start of the navigation to the picture with headline and tiles, by the page's own clock: asking it from outside
 * while it loads takes it a tenth of a second and more.
 */
const observeUsable = `
  window.usableAt = null;
  const watcher = new MutationObserver(() => {
    if (document.querySelector('#headline-text') === null || document.querySelector('.tile') === null) return;
    watcher.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.usableAt = performance.now(); }));
  });
  watcher.observe(document, { childList: true, subtree: true });
`;

async function firstLoad(page: Page, site: LivingSite): Promise<FirstLoad> {
  const come = weighed(await slowed(page));
  await page.addInitScript(observeUsable);
  await page.goto(`${site.url}/`, { waitUntil: 'commit' });
  await page.waitForTimeout(settleMs);
  const atFirst = { ...come };
  await page.waitForTimeout(2 * settleMs);
  const usableMs: number | null = await page.evaluate('window.usableAt');
  if (usableMs === null) throw new Error('the overview showed no tiles within 7 s');
  const shift: number = await page.evaluate('window.shift');
  return { ...atFirst, later: come.bytes - atFirst.bytes, usableMs, shift };
}

/** Any page, at full speed: what it weighs until it stands, and how far things moved. */
async function open(browser: Browser, site: LivingSite, path: string, width: number): Promise<Opened> {
  const context = await browser.newContext({ locale: 'ko-KR', viewport: { width, height: 900 } });
  await context.addCookies([cookieOf(site.signedIn('operator'), site.url)]);
  const page = await context.newPage();
  await page.addInitScript(observe);
  const session = await context.newCDPSession(page);
  await session.send('Network.enable');
  const come = weighed(session);
  await page.goto(`${site.url}${path}`, { waitUntil: 'commit' });
  await page.locator('main h1').first().waitFor();
  await page.waitForTimeout(settleMs);
  const shift: number = await page.evaluate('window.shift');
  await context.close();
  return { what: `${path} at ${width} px`, bytes: come.bytes, shift };
}

/** Bytes as they came over the wire, so far: the page and its files, and what the API said. */
function weighed(session: CDPSession): { bytes: number; said: number } {
  const urls = new Map<string, string>();
  const come = { bytes: 0, said: 0 };
  session.on('Network.requestWillBeSent', ({ requestId, request }) => urls.set(requestId, request.url));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    come[urls.get(requestId)?.includes('/api/') === true ? 'said' : 'bytes'] += encodedDataLength;
  });
  return come;
}

/** Presses what a person presses: the navigation, a language, a space, an alert's filter. */
async function pressing(page: Page, site: LivingSite): Promise<Pressed> {
  await slowed(page);
  await page.goto(`${site.url}/`);
  await page.locator('#headline-text').waitFor();
  for (let turn = 0; turn < 3; turn += 1) {
    for (const path of pages) {
      const link = page.locator(`a[href^="${path}?"], a[href="${path}"]`).first();
      if ((await link.count()) === 0) continue;
      await link.click();
      await page.waitForTimeout(400);
      await site.go(500);
    }
    for (const words of ['English', '한국어']) {
      await page.locator('header button, header a').filter({ hasText: words }).first().click();
      await page.waitForTimeout(300);
    }
  }
  await page.waitForTimeout(500);
  return { ms: await page.evaluate('window.presses'), shift: await page.evaluate('window.shift') };
}
