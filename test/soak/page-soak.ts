import { setTimeout as pass } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { launch } from '../web/browser.ts';
import { cookieOf } from '../web/people-browser.ts';
import { type LargeSite, openLargeSite } from './page-site.ts';
import { cpuUnder, startedBy } from './process-cpu.ts';

/** What an open page costs while a large site changes, beside the same page of a site where nothing does. */

export type Soaked = { readonly what: string; readonly seen: string; readonly bar: string; readonly ok: boolean };

const changesPerSecond = 100;
const desk = { width: 1280, height: 900 };

/** Pages, and what stands on them once they are drawn. */
const pages = [
  ['/devices', '.device-line'],
  ['/parking/lot-0', 'svg.plan .bay'],
  ['/', '.lot'],
] as const;

type Side = { readonly browser: Browser; readonly pid: number; readonly site: LargeSite };

export async function soakPage(minutes: number): Promise<Soaked[]> {
  const idle = await openSide();
  const changing = await openSide();
  try {
    return await openFor(idle, changing, minutes);
  } finally {
    for (const { browser, site } of [idle, changing]) {
      await browser.close();
      await site.close();
    }
  }
}

/** A browser of its own: pages of one address share a process otherwise. */
async function openSide(): Promise<Side> {
  const before = startedBy(process.pid);
  const [browser, site] = [await launch(), await openLargeSite()];
  const [pid = 0] = startedBy(process.pid).filter((each) => !before.includes(each));
  return { browser, pid, site };
}

/** The same page idle and with 100 changes a second, at the same time: CPU, long tasks, heap after collecting. */
async function openFor(idle: Side, busy: Side, minutes: number): Promise<Soaked[]> {
  const rows: Soaked[] = [];
  for (const [path, drawn] of pages) {
    const [still, watched] = [await watch(idle, path, drawn), await watch(busy, path, drawn)];
    const stop = changing(busy.site);
    // The first half minute fills what is kept anyway.
    await watched.during(Math.min(30, minutes * 10));
    const seconds = Math.round((minutes * 60) / 3);
    const both = () => Promise.all([still.during(seconds / 2), watched.during(seconds / 2)]);
    const [[before, first], [after, last]] = [await both(), await both()];
    stop();
    await still.close();
    await watched.close();
    const perHour = ((last.heapMb - first.heapMb) / (seconds / 2)) * 3600;
    const share = (a: Span, b: Span, of: 'page' | 'browser') => (a[of] + b[of]) / 2;
    const of = (what: 'page' | 'browser') => [share(first, last, what), share(before, after, what)] as const;
    const [page, browser] = [of('page'), of('browser')];
    rows.push(
      row(`${path}: CPU of the browser, changing against idle`, browser[0] / browser[1], '×', 2),
      { what: '  of one core', seen: against(browser), bar: '–', ok: true },
      row("  CPU of the page's own thread", page[0] / page[1], '×', 2),
      { what: '  of one core', seen: against(page), bar: '–', ok: true },
      row(`${path}: long tasks a minute, second half against first`, last.longTasks - first.longTasks, ' more', 1),
      {
        what: '  a minute, changing and idle; the longest',
        seen: `${last.longTasks}, ${after.longTasks}; ${last.longest}, ${after.longest} ms`,
        bar: '–',
        ok: true,
      },
      row(`${path}: heap, slope over ${seconds / 2} s`, perHour, ' MB/h', 1),
      {
        what: '  heap; elements',
        seen: `${last.heapMb.toFixed(2)} MB; ${first.nodes} → ${last.nodes}`,
        bar: '–',
        ok: true,
      },
    );
  }
  return rows;
}

/** `page`: CPU of the page's main thread; `browser`: of all processes; both of one core. */
type Span = { page: number; browser: number; heapMb: number; nodes: number; longTasks: number; longest: number };

async function watch({ browser, pid, site }: Side, path: string, drawn: string) {
  const context = await browser.newContext({ locale: 'ko-KR', viewport: desk });
  await context.addCookies([cookieOf(site.cookie, site.url)]);
  const page = await context.newPage();
  await offerLots(page, site);
  const session = await context.newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  await page.addInitScript(`window.longTasks = [];
    new PerformanceObserver((list) => window.longTasks.push(...list.getEntries().map((e) => e.duration))).observe({ type: 'longtask' });`);
  await page.goto(`${site.url}${path}`);
  await page.locator('body[data-link=live]').waitFor({ timeout: 60_000 });
  await page.locator(drawn).first().waitFor({ timeout: 60_000 });
  await pass(5000);
  const during = async (seconds: number): Promise<Span> => {
    await page.evaluate('window.longTasks.length = 0');
    const [before, spent] = [await metrics(session), cpuUnder(pid)];
    await pass(seconds * 1000);
    const [after, spentNow] = [await metrics(session), cpuUnder(pid)];
    const tasks: number[] = await page.evaluate('window.longTasks');
    // The collecting itself is not counted as the page's work.
    await session.send('HeapProfiler.collectGarbage');
    const { JSHeapUsedSize = 0, Nodes = 0 } = await metrics(session);
    return {
      page: ((after.TaskDuration ?? 0) - (before.TaskDuration ?? 0)) / seconds,
      browser: (spentNow - spent) / seconds,
      heapMb: JSHeapUsedSize / 1e6,
      nodes: Nodes,
      longTasks: Math.round((tasks.length / seconds) * 60),
      longest: Math.round(Math.max(0, ...tasks)),
    };
  };
  return { during, close: () => context.close() };
}

async function metrics(session: CDPSession): Promise<Partial<Record<string, number>>> {
  const { metrics: all } = await session.send('Performance.getMetrics');
  return Object.fromEntries(all.map(({ name, value }) => [name, value]));
}

/** The fakes have no lots: their lists are answered here, their events come from the gateway. */
async function offerLots(page: Page, site: LargeSite): Promise<void> {
  await page.route(/\/api\/v1\/(lots|spaces)\b/, (route) => {
    const items = new URL(route.request().url()).pathname.endsWith('/spaces') ? site.spaces : site.lots();
    return route.fulfill({ json: { items, next: null } });
  });
}

export function changing(site: LargeSite): () => void {
  const timer = setInterval(() => {
    for (let nth = 0; nth < changesPerSecond / 10; nth += 1) site.change();
  }, 100);
  return () => clearInterval(timer);
}

export function row(what: string, value: number, unit: string, atMost: number): Soaked {
  return { what, seen: `${value.toFixed(2)}${unit}`, bar: `≤ ${atMost}${unit}`, ok: value <= atMost };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const against = ([busy, idle]: readonly [number, number]) => `${percent(busy)} against ${percent(idle)}`;
