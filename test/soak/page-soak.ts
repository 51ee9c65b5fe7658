import { connect, type Socket } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { median, percentile } from '../bench/measure.ts';
import { launch } from '../web/browser.ts';
import { cookieOf } from '../web/people-browser.ts';
import { type LargeSite, openLargeSite } from './page-site.ts';

/** What an open page costs while a large site changes, and what readers cost that stop reading. */

export type Soaked = { readonly what: string; readonly seen: string; readonly bar: string; readonly ok: boolean };

const changesPerSecond = 100;
const frozenReaders = 50;
const desk = { width: 1280, height: 900 };

export async function soakPage(minutes: number): Promise<Soaked[]> {
  const [browser, site] = await Promise.all([launch(), openLargeSite()]);
  try {
    return await openFor(browser, site, minutes);
  } finally {
    await browser.close();
    await site.close();
  }
}

export async function soakReaders(minutes: number): Promise<Soaked[]> {
  const site = await openLargeSite();
  try {
    return await besideFrozen(site, minutes);
  } finally {
    await site.close();
  }
}

/** The same pages idle, then with 100 changes a second: CPU of the page's main thread, long tasks, heap after collecting. */
async function openFor(browser: Browser, site: LargeSite, minutes: number): Promise<Soaked[]> {
  const rows: Soaked[] = [];
  for (const path of ['/devices', '/parking/lot-0', '/']) {
    const watched = await watch(browser, site, path);
    const idle = await watched.during(Math.min(60, minutes * 20));
    const stop = changing(site);
    // The first half minute fills what is kept anyway.
    await watched.during(Math.min(30, minutes * 10));
    const seconds = Math.round((minutes * 60) / 3);
    const parts = [await watched.during(seconds / 2), await watched.during(seconds / 2)];
    stop();
    await watched.close();
    const [first, last] = [parts[0] ?? idle, parts[1] ?? idle];
    const perHour = ((last.heapMb - first.heapMb) / (seconds / 2)) * 3600;
    const busy = (first.busy + last.busy) / 2;
    rows.push(
      row(`${path}: CPU of the page, changing against idle`, busy / idle.busy, '×', 2),
      { what: '  of one core', seen: `${percent(busy)} against ${percent(idle.busy)}`, bar: '–', ok: true },
      row(`${path}: long tasks a minute, second half against first`, last.longTasks - first.longTasks, ' more', 1),
      { what: '  a minute; the longest', seen: `${last.longTasks}; ${last.longest} ms`, bar: '–', ok: true },
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

type Span = { busy: number; heapMb: number; nodes: number; longTasks: number; longest: number };

async function watch(browser: Browser, site: LargeSite, path: string) {
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
  await pass(5000);
  const during = async (seconds: number): Promise<Span> => {
    await page.evaluate('window.longTasks.length = 0');
    const before = await metrics(session);
    await pass(seconds * 1000);
    const after = await metrics(session);
    const tasks: number[] = await page.evaluate('window.longTasks');
    // The collecting itself is not counted as the page's work.
    await session.send('HeapProfiler.collectGarbage');
    const { JSHeapUsedSize = 0, Nodes = 0 } = await metrics(session);
    return {
      busy: ((after.TaskDuration ?? 0) - (before.TaskDuration ?? 0)) / seconds,
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
  await page.route(/\/api\/v1\/lots\b/, (route) => {
    const [, , , , lot, part] = new URL(route.request().url()).pathname.split('/');
    const items = part === 'spaces' ? site.spaces.filter((space) => space.lot === lot) : site.lots();
    return route.fulfill({ json: { items, next: null } });
  });
}

function changing(site: LargeSite): () => void {
  const timer = setInterval(() => {
    for (let nth = 0; nth < changesPerSecond / 10; nth += 1) site.change();
  }, 100);
  return () => clearInterval(timer);
}

/** A reader that reads, alone and beside 50 that opened a stream and read no more, in turns. */
async function besideFrozen(site: LargeSite, minutes: number): Promise<Soaked[]> {
  const stop = changing(site);
  const seconds = Math.max(8, minutes * 6);
  const alive = await follow(site);
  await pass(20_000);
  const before = residentMb();
  const [alone, beside]: [number[], number[]] = [[], []];
  let most = before;
  for (let turn = 0; turn < 3; turn += 1) {
    alive.take();
    await pass(seconds * 1000);
    alone.push(percentile(alive.take(), 0.99));
    const frozen = await Promise.all(Array.from({ length: frozenReaders }, () => freeze(site)));
    alive.take();
    await pass(seconds * 1000);
    beside.push(percentile(alive.take(), 0.99));
    most = Math.max(most, residentMb());
    for (const socket of frozen) socket.destroy();
  }
  stop();
  alive.close();
  const [p99Alone, p99Beside] = [median(alone), median(beside)];
  return [
    row(
      `${frozenReaders} readers that read no more, 3 × ${seconds} s: memory of the gateway`,
      most - before,
      ' MB more',
      10,
    ),
    row('  p99 of an event on its way to one that reads', p99Beside - p99Alone, ' ms more', 20),
    { what: '  p99 alone; beside them', seen: `${ms(p99Alone)}; ${ms(p99Beside)}`, bar: '–', ok: true },
  ];
}

async function freeze(site: LargeSite): Promise<Socket> {
  const socket = await ask(site);
  socket.once('data', () => socket.pause());
  return socket;
}

/** Times from an event's being told to its arrival, ms; each event says when it was told. */
async function follow(site: LargeSite) {
  const socket = await ask(site);
  let times: number[] = [];
  let told = new Map<number, number>();
  const unsubscribe = site.events.subscribe(({ id }) => told.set(id, performance.now()));
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const at = line.startsWith('id: ') ? told.get(Number(line.slice(4))) : undefined;
      if (at !== undefined) times.push(performance.now() - at);
    }
  });
  return {
    take(): number[] {
      const taken = times;
      times = [];
      told = new Map();
      return taken;
    },
    close() {
      unsubscribe();
      socket.destroy();
    },
  };
}

async function ask(site: LargeSite): Promise<Socket> {
  const socket = connect(Number(new URL(site.url).port), '127.0.0.1');
  socket.on('error', () => socket.destroy());
  socket.write(`GET /api/v1/events HTTP/1.1\r\nhost: ${new URL(site.url).host}\r\ncookie: ${site.cookie}\r\n\r\n`);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** After a collection; the readers' own ends are in this process as well, and hold nothing while they do not read. */
function residentMb(): number {
  collect();
  return process.memoryUsage().rss / 1e6;
}

function row(what: string, value: number, unit: string, atMost: number): Soaked {
  return { what, seen: `${value.toFixed(2)}${unit}`, bar: `≤ ${atMost}${unit}`, ok: value <= atMost };
}

const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
const ms = (value: number) => `${value.toFixed(1)} ms`;
