import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { buildBuilding } from '../../config/buildings/building-config.ts';
import { buildingFileSchema } from '../../config/buildings/building-file.ts';
import { systemClock } from '../../contract/clock.ts';
import { goodItem, iso, makeWorld, type SiteSpec, serve, signedIn, type World } from '../gateway/http/fakes.ts';
import { command, missing } from '../needs.ts';
import { judge, note, type Row } from './measure.ts';
import type { Bench } from './run.ts';

/** 200 sensors on ten storeys before Chromium with WebGL in software: turned, pulled apart, told of news, shown as it was. */
export const bench: Bench = { title: 'twin: a building of 200 sensors in three dimensions', run };

const sensors = 200;
const storeys = 10;
const longMs = 100;
const gapMs = 60_000;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const launchArgs = ['--headless', '--no-sandbox', '--use-angle=swiftshader', '--enable-unsafe-swiftshader'];

async function run(): Promise<Row[]> {
  if (missing(command('chromium'))) return [note('left out', 'no chromium')];
  const world = tower();
  const server = await serve(world, { clock: systemClock });
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: launchArgs });
  const news = setInterval(() => tell(world), 100);
  try {
    return await look(browser, server.url, world);
  } finally {
    clearInterval(news);
    await browser.close();
    await server.close();
  }
}

async function look(browser: Browser, url: string, world: World): Promise<Row[]> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, bypassCSP: true });
  const [name = '', value = ''] = signedIn(world, 'viewer').split('=');
  await context.addCookies([{ name, value, url }]);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('pageerror', (error) => troubles.push(error.message));
  page.on('console', (message) => void (/WebGL|THREE/.test(message.text()) && troubles.push(message.text())));
  await page.addInitScript(observe);
  const first = await opened(page, `${url}/?lang=en`, '.headline, h1');
  const plain = await opened(page, `${url}/buildings/tower?lang=en`, '.floor-plan');
  const twin = await opened(page, `${url}/buildings/tower?lang=en&twin=open`, '.twin-host[data-drawn]');
  const violations = await axeOf(page);
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await page.evaluate('window.long.length = 0');
  const hands = await use(page);
  const frames = await drawnWhile(page, () => page.waitForTimeout(3000));
  const long: number[] = await page.evaluate('window.long');
  const tasks = mainTasks(await browser.stopTracing());
  const again = await reopened(page);
  const said = troubles.length;
  await page.evaluate(loseContext);
  await page.locator('.twin-trouble').waitFor();
  const steady = { steady: true };
  return [
    judge(
      `tasks of more than ${longMs} ms of CPU after it was drawn`,
      tasks.filter((ms) => ms > longMs).length,
      { atMost: 0 },
      steady,
    ),
    note('  the longest, of CPU', `${Math.round(Math.max(0, ...tasks))} ms`),
    note('  by the clock, which others disturb: over 100 ms', `${long.filter((ms) => ms > longMs).length}`),
    note('  and the longest', `${Math.max(0, ...long)} ms`),
    judge('labels in the document at the most', hands.labels, { atMost: 40 }, steady),
    judge('frames in 3 s in which no mark changed', frames, { atMost: 0 }, steady),
    judge('barriers that axe finds in the open twin', violations.length, { atMost: 0 }, steady),
    ...violations.map((what) => note('  barrier', what)),
    judge('troubles told to the console, opened and closed 20 times', said + again, { atMost: 0 }, steady),
    ...troubles.slice(0, said).map((what) => note('  trouble', what.slice(0, 100))),
    note('an earlier time of all sensors', `${Math.round(hands.pastMs)} ms`),
    note('first load, compressed: overview', `${first} bytes`),
    note('first load, compressed: a building', `${plain} bytes`),
    note('first load, compressed: with the twin', `${twin} bytes`),
  ];
}

/** Opens an address as a browser that has seen nothing before; the bytes of scripts, styles and page that it took. */
async function opened(page: Page, address: string, until: string): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.clearBrowserCache');
  const started = new Map<string, string>();
  let bytes = 0;
  session.on('Network.responseReceived', ({ requestId, response }) => void started.set(requestId, response.url));
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const { pathname } = new URL(started.get(requestId) ?? 'http://none/api');
    if (!pathname.startsWith('/api')) bytes += encodedDataLength;
  });
  // What other pages need comes later, when nothing else is to do.
  await page.addInitScript('window.requestIdleCallback = () => 0');
  await page.goto(address);
  await page.locator(until).first().waitFor();
  await page.waitForTimeout(500);
  await session.detach();
  return bytes;
}

/** Everything hands can do to it, with news coming in meanwhile. */
async function use(page: Page): Promise<{ labels: number; pastMs: number }> {
  const box = await page.locator('.twin-host').boundingBox();
  if (box === null) throw new Error('nothing is drawn');
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  for (let step = 0; step < 40; step += 1) await page.mouse.move(x + 4 * step, y + 2 * step);
  await page.mouse.up();
  for (const key of ['ArrowLeft', 'ArrowUp', '+', '+', '-', 'Home']) await page.locator('.twin-host').press(key);
  for (let apart = 0; apart <= 100; apart += 10) await page.locator('#twin-explode').fill(String(apart));
  await page.locator('#twin-lean').click();
  await page.locator('.twin-sensors a').first().focus();
  for (let step = 0; step < 20; step += 1) await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.locator('#trend-title').waitFor();
  const labels = await page.locator('.twin-label').count();
  const asked = performance.now();
  await page.locator('#twin-time').press('ArrowLeft');
  await page.locator('.twin[data-time=then]').waitFor();
  await page.waitForFunction(`!/fetching/.test(document.querySelector('#twin-time-said').textContent)`);
  const pastMs = performance.now() - asked;
  await page.waitForFunction(`!/Fetching/.test(document.querySelector('#twin-lean-said').textContent)`);
  await page.waitForTimeout(500);
  return { labels, pastMs };
}

type TraceEvent = { name: string; pid: number; tid: number; tdur?: number; args?: { name?: string } };

/** CPU of each task of the pages' main threads, ms. */
function mainTasks(trace: Buffer): number[] {
  const { traceEvents } = JSON.parse(trace.toString()) as { traceEvents: TraceEvent[] };
  const mains = new Set(
    traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  return traceEvents
    .filter(({ name, pid, tid }) => name === 'ThreadControllerImpl::RunTask' && mains.has(`${pid} ${tid}`))
    .map(({ tdur = 0 }) => tdur / 1000);
}

async function drawnWhile(page: Page, work: () => Promise<unknown>): Promise<number> {
  const drawn = async () => Number(await page.locator('.twin-host').getAttribute('data-drawn'));
  const before = await drawn();
  await work();
  return (await drawn()) - before;
}

/** Twenty times; how often nothing was drawn. */
async function reopened(page: Page): Promise<number> {
  let failed = 0;
  for (let time = 0; time < 20; time += 1) {
    await page.locator('#twin-toggle').click();
    await page.locator('.twin').waitFor({ state: 'detached' });
    await page.locator('#twin-toggle').click();
    await page
      .locator('.twin-host[data-drawn]')
      .waitFor({ timeout: 15_000 })
      .catch(() => {
        failed += 1;
      });
  }
  return failed;
}

async function axeOf(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return page.evaluate(`axe
    .run('.twin', { resultTypes: ['violations'], runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'] })
    .then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => id + ' ' + target.join(' '))))`);
}

const observe = `
  window.long = [];
  new PerformanceObserver((list) => window.long.push(...list.getEntries().map(({ duration }) => duration))).observe({
    type: 'longtask',
  });
`;

const loseContext = `document
  .querySelector('.twin-host canvas')
  .getContext('webgl2')
  .getExtension('WEBGL_lose_context')
  .loseContext()`;

/** Every storey has its part of the sensors in rows; a tenth of them is unknown. */
function tower(): World {
  const tilt = { tilt_x: { kind: 'tilt', unit: 'deg' }, tilt_y: { kind: 'tilt', unit: 'deg' } };
  const devices = Object.fromEntries(
    Array.from({ length: sensors }, (_, n) => [`s-${n}`, { bus: 'rs485-a', profile: 'gauge', points: tilt }]),
  );
  const spec: SiteSpec = { id: 'saesol', name: { ko: '새솔', en: 'Saesol' }, agents: { 'cabinet-1': devices } };
  const world = makeWorld([spec]);
  const each = sensors / storeys;
  const file = buildingFileSchema.parse({
    id: 'tower',
    name: { ko: '탑', en: 'Tower' },
    storeys: Array.from({ length: storeys }, (_, n) => ({
      ...{ id: `${n + 1}f`, name: { ko: `${n + 1}층`, en: `Floor ${n + 1}` }, elevation: 3 * n },
      ...(n === 0 && { outline: outlineOf() }),
    })),
    places: Array.from({ length: sensors }, (_, n) => ({
      ...{ device: `s-${n}`, storey: `${Math.floor(n / each) + 1}f`, height: 1 },
      at: [2 + 4 * (n % 5), 2 + 3 * (Math.floor(n / 5) % 4)],
    })),
  });
  world.sites[0] = { ...must(world.sites[0]), buildings: [buildBuilding(file, [])] };
  const now = systemClock.now();
  world.fleet.latestItems = world.fleet.latestItems.map((item, n) =>
    n % 20 < 2 ? { ...item, value: null, quality: 'bad', fault: 'timeout' } : goodItem({ ...item, at: iso(now) }),
  );
  world.history.rows = Array.from({ length: 1500 }, (_, n) => ({
    ...({
      at: iso(now - n * gapMs),
      value: 1 + n / 1e5,
      quality: 'good',
      fault: null,
      seq: n,
      time: 'synced',
    } as const),
  })).toReversed();
  return world;
}

/** An L, so that floors are no mere boxes. */
const outlineOf = () => [
  [0, 0],
  [20, 0],
  [20, 8],
  [12, 8],
  [12, 14],
  [0, 14],
];

let told = 0;
/** Twenty readings, each as it was: 200 a second. */
function tell({ fleet, events }: World): void {
  for (let n = 0; n < 20; n += 1) {
    const item = fleet.latestItems[told % fleet.latestItems.length];
    told += 1;
    if (item !== undefined) events.publish('reading', { ...item, at: iso(systemClock.now()) });
  }
}

function must<T>(given: T | undefined): T {
  if (given === undefined) throw new Error('nothing there');
  return given;
}
