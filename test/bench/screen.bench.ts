import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { jariOnce } from '../system/harness.ts';
import { startTcpSlave } from '../system/tcp-slave.ts';
import { tempDir } from '../temp.ts';
import { launch } from '../web/browser.ts';
import { judge, median, note, percentile, type Row, round } from './measure.ts';
import { startOneBox } from './one-box.ts';
import type { Bench } from './run.ts';

const pollMs = 500;
const marginMs = 500;
const moves = 60;
/** What else changes: so many contacts of another unit with each of its polls, a hundred a second; some are bays of their own. */
const others = { points: 10, bays: 5, everyMs: 100 };

export const bench: Bench = {
  title: `a contact changes → its bay is drawn in Chromium; poll ${pollMs} ms, no debounce`,
  slow: true,
  run: measure,
};

async function measure(): Promise<Row[]> {
  let isOccupied = 0;
  let isBusy = false;
  let polls = 0;
  const slave = await startTcpSlave((unit, address, count) => {
    if (unit === 2 && isBusy) polls += 1;
    return Array.from({ length: count }, (_, nth) => (address + nth === 0 ? isOccupied : polls % 2));
  });
  const { http, signIn } = await setUp(slave.port);
  const browser = await launch();
  try {
    const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
    await page.addInitScript(observe);
    await signIn(page);
    await page.goto(`${http}/parking/yard`);
    await page.locator('body[data-link=live] [data-id=y1][data-space=free]').waitFor({ timeout: 60_000 });
    const flips = async () => {
      const seen: number[] = [];
      for (let nth = 0; nth < moves; nth += 1) {
        await new Promise((resolve) => setTimeout(resolve, 300 + Math.random() * pollMs));
        isOccupied = 1 - isOccupied;
        // The system's clock on both sides, which is one machine's.
        const from = Date.now();
        const drawnAt = await page.evaluate(`window.drawn('${isOccupied === 1 ? 'occupied' : 'free'}')`);
        seen.push(Number(drawnAt) - from);
      }
      return seen;
    };
    const quiet = await flips();
    isBusy = true;
    const before = polls;
    const began = performance.now();
    const busy = await flips();
    const perSecond = ((polls - before) * others.points * 1000) / (performance.now() - began);
    return [
      row('nothing else changes: p95', quiet),
      row('beside other bays and readings, told together: p95', busy),
      note('  other changes a second', round(perSecond)),
      note('p50 / p95 / max ms: nothing else', figures(quiet)),
      note('p50 / p95 / max ms: beside others', figures(busy)),
    ];
  } finally {
    await browser.close();
  }
}

/** Others on the machine make it later and never earlier, so no round is void. */
const row = (what: string, seen: readonly number[]) =>
  judge(what, percentile(seen, 0.95), { atMost: pollMs + marginMs }, { steady: true, unit: ' ms' });
const figures = (values: readonly number[]) =>
  [median(values), percentile(values, 0.95), Math.max(...values)].map((value) => round(value)).join(' / ');

/** When the picture in which the bay stands so has been drawn: the system's clock after the frame of the change. */
const observe = `
  window.drawn = (state) => new Promise((done) => {
    const stands = () => document.querySelector('[data-id=y1][data-space=' + state + ']') !== null;
    const tell = () => requestAnimationFrame(() => setTimeout(() => done(Date.now())));
    if (stands()) return tell();
    const watcher = new MutationObserver(() => {
      if (!stands()) return;
      watcher.disconnect();
      tell();
    });
    watcher.observe(document, { subtree: true, childList: true, attributeFilter: ['data-space'] });
  });
`;

async function setUp(port: number) {
  const contact = (name: string, address: number) =>
    `${name}: { table: holding, address: ${address}, type: bit, bit: 0, kind: occupied }`;
  const names = Array.from({ length: others.points }, (_, nth) => `car_${nth}`);
  // A lot each: bays of one lot that change at once are taken for something that disturbs them.
  const lots = [lot('yard', 'y1', 'bay-1/car')].concat(
    names.slice(0, others.bays).map((name, nth) => lot(`yard-${nth}`, 'z1', `others/${name}`)),
  );
  const { gateway } = await startOneBox({
    ...{ dir: tempDir(), port, device: 'bay-1', everyMs: pollMs },
    points: [contact('car', 0), ...names.map((name, nth) => contact(name, nth + 1))],
    others: [{ device: 'others', everyMs: others.everyMs }],
    extra: `lots:\n${lots.join('')}`,
  });
  const passwordFile = join(gateway.dir, 'watcher.password');
  const add = ['user', 'add', 'watcher', '--role', 'viewer', '--data', gateway.dir, '--password-file', passwordFile];
  const { code, output } = await jariOnce(add);
  if (code !== 0) throw new Error(`user add: ${output}`);
  const password = readFileSync(passwordFile, 'utf8').trim();
  const signIn = async (page: Page): Promise<void> => {
    await page.goto(gateway.http);
    await page.fill('input[autocomplete=username]', 'watcher');
    await page.fill('input[type=password]', password);
    await page.keyboard.press('Enter');
    await page.locator('nav').first().waitFor();
  };
  return { http: gateway.http, signIn };
}

const lot = (id: string, space: string, occupancy: string) => `  - id: ${id}
    name: { ko: 마당, en: Yard }
    kind: off-street
    operator: public
    location: { lat: 37.4812, lon: 127.0098 }
    hours: open24h
    detection: { occupiedAfter: 0ms, freeAfter: 0ms, source: made for this measurement, confirmedBy: test }
    spaces: [{ id: ${space}, type: general, occupancy: ${occupancy} }]
`;
