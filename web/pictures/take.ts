import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, chromium } from 'playwright-core';
import { z } from 'zod';

/**
 * Takes the README's pictures from a running demo: `npm start` in one terminal, `npm run pictures` in another. Each is a
 * page as the demo's viewer sees it; raise something first (`npx jari sim event fire cabinet-b1 --dir run/demo/field`) to
 * have an alert in them. Needs Chromium; CHROMIUM names it when it is not /usr/bin/chromium.
 */

const pictures = [
  { name: 'overview', at: '/', width: 1280 },
  { name: 'lot', at: '/parking/saesol-public', width: 1280 },
  { name: 'building', at: '/buildings/hanbit', width: 1280 },
  { name: 'device', at: '/devices/climate-b1', width: 1280 },
  { name: 'phone', at: '/public/lots', width: 390 },
] as const;

const demoSchema = z.object({ http: z.url(), user: z.string() });

const root = fileURLToPath(new URL('../..', import.meta.url));
const dir = process.env.JARI_DEMO_DIR ?? join(root, 'run', 'demo');
const demo = demoSchema.parse(JSON.parse(readFileSync(join(dir, 'demo.json'), 'utf8')));
const password = readFileSync(join(dir, 'viewer.password'), 'utf8').trim();

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  for (const picture of pictures) await take(browser, picture);
} finally {
  await browser.close();
}

async function take(from: Browser, { name, at, width }: (typeof pictures)[number]): Promise<void> {
  const context = await from.newContext({
    viewport: { width, height: 800 },
    locale: 'ko-KR',
    timezoneId: 'Asia/Seoul',
  });
  const page = await context.newPage();
  await page.goto(demo.http);
  await page.fill('input[autocomplete=username]', demo.user);
  await page.fill('input[type=password]', password);
  await page.keyboard.press('Enter');
  await page.waitForSelector('nav');
  await page.goto(new URL(at, demo.http).href);
  await page.waitForSelector('h1');
  // The first figures come with the page's own requests, the next with its stream.
  await page.waitForTimeout(3000);
  const file = fileURLToPath(new URL(`${name}.png`, import.meta.url));
  await page.screenshot({ path: file });
  process.stdout.write(`${file}\n`);
  await context.close();
}
