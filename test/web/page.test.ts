import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { iso, password, serve, user, type World } from '../gateway/http/fakes.ts';
import { command, missing } from '../needs.ts';
import { launch, noteTroubles, openAccount, see } from './browser.ts';
import { demoWorld, missing as noValue, read, setAgent, setDevice, setPoint } from './demo-world.ts';

/** The page of devices with all their values, in a browser, before a gateway of fakes. */

const phone = { width: 390, height: 844 };
const wall = { width: 1920, height: 1080 };

describe.skipIf(missing(command('chromium')))('the page of devices', () => {
  let browser: Browser;
  let world: World;
  let server: Awaited<ReturnType<typeof serve>>;
  let troubles: string[];

  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    world = demoWorld();
    server = await serve(world);
    troubles = [];
  });
  afterEach(async () => {
    await Promise.all(browser.contexts().map((context) => context.close()));
    await server.close();
    expect(troubles).toEqual([]);
  });

  test('asks who is there, refuses a wrong password in words, and then shows every device', async () => {
    const page = await open({ locale: 'ko-KR' });
    await page.locator('#user').fill(user);
    await page.locator('#password').fill('wrong');
    await page.keyboard.press('Enter');
    await see(page, '#sign-in-problem', '이름 또는 비밀번호가 맞지 않습니다.');
    await page.locator('#password').fill(password);
    await page.keyboard.press('Enter');
    await see(page, '#headline-text', '장치 6대 통신 정상 · 통신 상태만 나타냄, 위험 여부는 경보에서 확인');
    expect(await page.locator('.device h3').allTextContents()).toEqual([
      'di-1',
      'tilt-se',
      'air-b1',
      'co-ramp',
      'meter-main',
      'sump-1',
    ]);
    expect(await page.locator('#sign-in').isVisible()).toBe(false);
    await see(page, '#site-names', '새솔동 공영주차장');
  });

  test('speaks the language of the browser until another is chosen, and the address keeps the choice', async () => {
    const page = await signedIn({ locale: 'en-GB' });
    await see(page, '#headline-text', '6 devices online · this is communication alone; dangers are under Alerts');
    await see(page, '#air-b1 [data-point=temperature] th', 'Temperature');
    await page.locator('#to-ko').click();
    await see(page, '#headline-text', '장치 6대 통신 정상 · 통신 상태만 나타냄, 위험 여부는 경보에서 확인');
    await see(page, '#air-b1 [data-point=temperature] th', '온도');
    expect(await page.locator('html').getAttribute('lang')).toBe('ko');
    expect(await page.locator('#to-ko').getAttribute('aria-pressed')).toBe('true');
    await page.reload();
    await see(page, '#headline-text', '장치 6대 통신 정상 · 통신 상태만 나타냄, 위험 여부는 경보에서 확인');
  });

  test('shows a new value as it comes, with its unit and an age, and touches no other card', async () => {
    const page = await signedIn();
    await see(page, value('air-b1', 'temperature'), '21.4');
    await page.evaluate(watchOthers);
    read(world, 'air-b1/temperature', 24.75);
    await see(page, value('air-b1', 'temperature'), '24.75');
    await see(page, '#air-b1 [data-point=temperature] .unit', '℃');
    expect(await page.locator('#air-b1 [data-point=temperature] .age').textContent()).toMatch(/^\d+ s ago$/);
    expect(await page.evaluate('window.touched')).toEqual([]);
  });

  test('lets ages tick', async () => {
    const page = await signedIn();
    const age = page.locator('#air-b1 [data-point=temperature] .age');
    const first = Number.parseInt((await age.textContent()) ?? '', 10);
    await expect.poll(async () => Number.parseInt((await age.textContent()) ?? '', 10)).toBeGreaterThan(first);
  });

  test('shows a dash, the reason and the last known value for what is stale or missing', async () => {
    const page = await signedIn();
    setPoint(world, 'co-ramp/co', {
      ...noValue('sentinel'),
      lastGood: { value: 3, at: iso(world.clock.now() - 60_000) },
    });
    await see(page, value('co-ramp', 'co'), '—');
    await see(page, '#co-ramp [data-point=co] .note', 'device reports no value · last 3 ppm');
    await see(page, '#headline-text', /^1 unknown: co-ramp 1 without a value/);
    setPoint(world, 'sump-1/level', { ...noValue('not-polled'), at: null, time: 'none', lastGood: null });
    // What follows a change so closely is told half a second after it.
    await world.clock.advance(500);
    await see(page, value('sump-1', 'level'), '—');
    await see(page, '#sump-1 [data-point=level] .note', 'not being read');
  });

  test('tells a device that is ill by shape, word and reason', async () => {
    const page = await signedIn({ locale: 'ko-KR' });
    setDevice(world, 'tilt-se', {
      state: 'offline',
      reason: { code: 'no-reply', ms: 300, echo: false },
      since: iso(world.clock.now()),
    });
    await see(page, '#tilt-se header .state', '통신 끊김');
    await see(page, '#tilt-se .why', '300 ms 안에 응답 없음');
    await see(page, '#headline-text', '이상 1건: tilt-se 통신 끊김 · 00:00:00부터');
    expect(await page.locator('#tilt-se .value').allTextContents()).toEqual(['—', '—', '—']);
    expect(await page.title()).toContain('이상 1건');
  });

  test('shows nothing of an agent that was never heard, and says so', async () => {
    for (const device of ['di-1', 'tilt-se', 'air-b1']) setDevice(world, device, { state: 'unknown', since: null });
    setAgent(world, 'cabinet-1', { state: 'unknown', epoch: null });
    const page = await signedIn();
    await see(page, '#headline-text', '1 unknown: Agent cabinet-1 unknown · never heard');
    await see(page, '.agent[aria-label=cabinet-1] > header .state', 'Unknown');
    const values = await page.locator('.agent[aria-label=cabinet-1] .value').allTextContents();
    expect(new Set(values)).toEqual(new Set(['—']));
  });

  test('says in both languages that the site is simulated', async () => {
    const page = await signedIn();
    expect(await page.locator('#simulated').isVisible()).toBe(false);
    setDevice(world, 'tilt-se', { simulated: true });
    await expect.poll(() => page.locator('#simulated').isVisible()).toBe(true);
    expect(await page.locator('#simulated').textContent()).toBe('모의 데이터 / Simulated');
    await see(page, '#tilt-se .tag', 'simulated');
  });

  test('a gateway that goes leaves no value standing; when it comes back all is fetched again', async () => {
    const page = await signedIn();
    await server.close();
    await see(
      page,
      '#headline-text',
      /^This page has lost the gateway · last heard \d+ s ago, the state now is unknown$/,
    );
    expect(new Set(await page.locator('.value').allTextContents())).toEqual(new Set(['—']));
    await see(page, '#air-b1 [data-point=temperature] .note', 'last 21.4 ℃');
    const { fleet } = world;
    fleet.latestItems = fleet.latestItems.map((item) =>
      item.point === 'air-b1/temperature' ? { ...item, value: 30 } : item,
    );
    server = await serve(world, { port: server.port });
    await see(page, '#headline-text', '6 devices online · this is communication alone; dangers are under Alerts');
    await see(page, value('air-b1', 'temperature'), '30');
    troubles = troubles.filter((trouble) => !trouble.includes('ERR_'));
  });

  test('asks again when the session ends', async () => {
    const page = await signedIn();
    world.accounts.sessions.endAllOf(user);
    await world.clock.advance(15_000);
    await see(page, '#sign-in-problem', 'You were signed out. Sign in again.');
    await expect.poll(() => page.locator('.device').count()).toBe(0);
  });

  test('signs out, and shows nothing any more', async () => {
    const page = await signedIn();
    await openAccount(page);
    await page.locator('#sign-out').click();
    await expect.poll(() => page.locator('#sign-in').isVisible()).toBe(true);
    await expect.poll(() => page.locator('.device').count()).toBe(0);
  });

  test('an address with a device leads to it', async () => {
    const page = await signedIn({ viewport: phone }, '#sump-1');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('sump-1');
    await expect.poll(() => page.evaluate(isInView('sump-1'))).toBe(true);
  });

  test('is worked by the keyboard alone: the line of a problem leads to its device', async () => {
    const page = await signedIn({ viewport: phone });
    setDevice(world, 'sump-1', {
      state: 'offline',
      reason: { code: 'readings-bad', fault: 'timeout' },
      since: iso(world.clock.now()),
    });
    await see(page, '#problems a', /^sump-1 offline/);
    const focused = () => page.evaluate('document.activeElement.hash');
    for (let steps = 0; steps < 30 && (await focused()) !== '#sump-1'; steps += 1) await page.keyboard.press('Tab');
    expect(await focused()).toBe('#sump-1');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('sump-1');
  });

  test.each([
    ['a phone', phone],
    ['a wall', wall],
  ])('fits %s without scrolling sideways, long words too', async (_, viewport) => {
    const page = await signedIn({ viewport });
    setDevice(world, 'tilt-se', {
      state: 'offline',
      why: `/dev/serial/by-id/${'usb-1a86-USB2.0-Serial-'.repeat(6)}if00: gone`,
    });
    await see(page, '#tilt-se header .state', 'Offline');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(viewport.width);
  });

  test('what an agent says is text, never markup', async () => {
    const page = await signedIn();
    setDevice(world, 'tilt-se', { state: 'offline', why: '<img src=x onerror=alert(1)><b>x</b>' });
    await see(page, '#tilt-se .why', '<img src=x onerror=alert(1)><b>x</b>');
    expect(await page.locator('#tilt-se .why *').count()).toBe(0);
  });

  async function open(options: { locale?: string; viewport?: typeof phone } = {}, fragment = ''): Promise<Page> {
    const context = await browser.newContext({ locale: 'en-GB', viewport: wall, ...options });
    const page = await context.newPage();
    noteTroubles(page, troubles);
    await page.goto(`${server.url}/devices?show=values${fragment}`);
    return page;
  }

  async function signedIn(options: { locale?: string; viewport?: typeof phone } = {}, fragment = ''): Promise<Page> {
    const page = await open(options, fragment);
    await page.locator('#user').fill(user);
    await page.locator('#password').fill(password);
    await page.locator('#sign-in-button').click();
    await page.locator('.device').first().waitFor();
    return page;
  }
});

/** Notes the card of every change of the page that is not an age, outside the card that is expected to change. */
const watchOthers = `
  window.touched = [];
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const node = target instanceof Element ? target : target.parentElement;
      const card = node?.closest('.device')?.id;
      if (card !== undefined && card !== 'air-b1' && !node.closest('.age')) window.touched.push(card);
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
`;

function isInView(id: string): string {
  return `(() => { const box = document.getElementById('${id}').getBoundingClientRect(); return box.top >= -1 && box.top < innerHeight; })()`;
}

function value(device: string, point: string): string {
  return `#${device} [data-point=${point}] .value`;
}
