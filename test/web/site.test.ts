import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Role } from '../../contract/roles.ts';
import { command, missing } from '../needs.ts';
import { launch, noteTroubles, see } from './browser.ts';
import { LivingSite } from './living-site.ts';
import { cookieOf } from './people-browser.ts';

/** Every page before the demo's whole site, in one browser: one story in order, since a site takes seconds to come alive. */

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 900 };
/** How far things moved by themselves so far. */
const layoutShift = `new Promise((resolve) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
  setTimeout(() => resolve(sum), 100);
})`;

describe.skipIf(missing(command('chromium')))('the pages before a whole site', () => {
  let browser: Browser;
  let site: LivingSite;
  const troubles: string[] = [];
  let turn = 0;

  beforeAll(async () => {
    [browser, site] = await Promise.all([launch(), LivingSite.start()]);
  });
  afterAll(async () => {
    await browser?.close();
    await site?.close();
  });
  afterEach(() => {
    expect(troubles.splice(0)).toEqual([]);
  });

  test('a lot stands still while it loads; a space changes as soon as a car has come or gone, in plan and count', async () => {
    const page = await open('viewer', '/parking/saesol-public?lang=ko');
    const space = '[data-id=s13]';
    await page.locator(space).waitFor();
    expect(await page.evaluate(layoutShift)).toBe(0);
    for (const [isThere, state] of [
      [true, 'occupied'],
      [false, 'free'],
    ] as const) {
      site.buses.set('di-2/di_4', isThere);
      await site.go(8000);
      await expect.poll(() => page.locator(space).getAttribute('data-space')).toBe(state);
    }
    await closed(page);
  });

  test('a space that is touched on a phone opens in sight, and its lot does not jump to the top', async () => {
    const page = await open('operator', '/parking/saesol-public?lang=ko', { viewport: phone });
    await page.locator('[data-id=s13]').click();
    await page.locator('.space-panel').waitFor();
    await expect.poll(() => page.evaluate('scrollY')).toBeGreaterThan(0);
    const title = await page.locator('.space-panel h2').boundingBox();
    expect(title?.y).toBeGreaterThan(0);
    // Above the navigation at the lower edge.
    expect(title?.y).toBeLessThan(phone.height - 80);
    await closed(page);
  });

  test('eight tabs are alive beside each other in a browser that keeps six connections', async () => {
    const context = await browser.newContext({ locale: 'ko-KR', viewport: desk });
    await context.addCookies([cookieOf(site.signedIn('viewer'), site.url)]);
    const pages = await Promise.all(Array.from({ length: 8 }, () => context.newPage()));
    for (const page of pages) await page.goto(`${site.url}/charts`, { waitUntil: 'commit' });
    for (const page of pages) await page.locator('body[data-link=live]').waitFor({ timeout: 90_000 });
    await context.close();
  }, 120_000);

  test('a reservation is made from the public page, told by the clock of the lot, and released', async () => {
    const page = await open(null, '/public/lots/saesol-residents?lang=en', { timezoneId: 'Europe/Berlin' });
    await page.locator('#reserve-from').waitFor();
    await page.locator('#reserve-from').fill('2026-11-24T10:00');
    await page.locator('#reserve-to').fill('2026-11-24T12:00');
    await page.locator('#reserve button[type=submit]').click();
    await page.locator('.offers button').first().click();
    await page.locator('#to-reservation').click();
    await see(page, '.big.word', 'Confirmed');
    await see(page, '.facts-list', /10:00:00/);
    await page.locator('[data-do=cancel]').click();
    await page.locator('[data-do=cancel-send]').click();
    await see(page, '.big.word', /Cancelled|Ended/);
    await closed(page);
  });

  test('a part in maintenance is told on every page until its button ends it, and needs a reason', async () => {
    const page = await open('operator', '/devices/crack-2f?lang=ko');
    await page.locator('[data-do=begin-maintenance]').click();
    await page.evaluate(axe);
    expect(await page.evaluate(wcag)).toEqual([]);
    await page.locator('#maintain-form-button').click();
    await see(page, '#maintain-form-problem', /사유를 입력해 주세요/);
    await page.locator('#maintain-reason').fill('센서 교체');
    await page.locator('#maintain-form-button').click();
    await see(page, '.maintenance-line', /점검 중.*crack-2f.*까지operator: 센서 교체/);
    await page.goto(`${site.url}/parking?lang=ko`);
    await see(page, '.maintenance-line a', 'crack-2f');
    await page.locator('[data-do=end-maintenance]').click();
    await page.locator('#maintain-reason').fill('교체 완료');
    await page.locator('#maintain-form-button').click();
    await expect.poll(() => page.locator('#maintenance').count()).toBe(0);
    await closed(page);
  });

  test('outputs of a box that was replaced are turned on by who has looked, and nobody else', async () => {
    const viewer = await open('viewer', '/system?lang=ko');
    await see(viewer, '#outputs .hint', /운영자나 관리자/);
    expect(await viewer.locator('#outputs form').count()).toBe(0);
    await closed(viewer);
    const page = await open('operator', '/system?lang=ko');
    await see(page, '#outputs .state', '꺼짐');
    await page.evaluate(axe);
    expect(await page.evaluate(wcag)).toEqual([]);
    await page.locator('#outputs-on-button').click();
    await see(page, '#outputs-on-problem', /현장을 확인한 뒤/);
    expect(site.outputsOnBy).toBeNull();
    await page.locator('#outputs-looked').check();
    await page.locator('#outputs-on-button').click();
    await expect.poll(() => page.locator('#outputs').count()).toBe(0);
    expect(site.outputsOnBy).toBe('person:operator');
    await closed(page);
  });

  test('a fire is seen by an operator on whatever page they are, and a resident’s answer beside it', async () => {
    const [operator, resident] = [await open('operator', '/?lang=ko'), await open('resident', '/?lang=ko')];
    await operator.locator('#headline-text').waitFor();
    const pressed = operator.locator('.tile-title a').first();
    const { x, y, width, height } = must((await pressed.boundingBox()) ?? undefined);
    const hold = async () => {
      await operator.mouse.move(x + (Math.random() * width) / 2, y + height / 2);
      return operator.locator('.alarm-bar .first strong').allTextContents();
    };
    await hold();
    site.buses.event('fire', { place: 'cabinet-b1' });
    await Promise.all([
      site.go(40_000),
      expect.poll(hold, { timeout: 60_000, interval: 200 }).toEqual([expect.stringMatching(/화재/)]),
    ]);
    // Told above, and what the pointer is on stays under it.
    const after = must((await pressed.boundingBox()) ?? undefined);
    expect(Math.abs(after.y - y) + Math.abs(after.x - x)).toBeLessThan(1);
    await resident.locator('[data-do=need-help]').first().click();
    await expect.poll(() => resident.locator('[data-do=need-help]').first().getAttribute('aria-pressed')).toBe('true');
    await operator.locator('.alarm-bar .first').click();
    await see(operator, '#alert-title', /화재/);
    await see(operator, '.reach-trouble', /1/);
    await Promise.all([closed(operator), closed(resident)]);
  }, 120_000);

  test('the page of a building that was opened once works without the gateway: what to do, and what was known, as of when', async () => {
    const page = await open('resident', '/public/buildings/hanbit?lang=ko', { viewport: phone });
    await see(page, '#emergency-title', /화재/);
    const isKept = "caches.match('/public/buildings/hanbit').then((page) => page !== undefined)";
    await expect.poll(() => page.evaluate(isKept)).toBe(true);
    await site.shut();
    await page.reload();
    await see(page, '.not-told', '게이트웨이에 연결할 수 없어 건물의 지금 상황을 알 수 없습니다.');
    await see(page, 'h2.known-before', /^11월 23일 09:0\d:\d\d 기준: .*화재/);
    expect(await page.locator('.do-now li').count()).toBeGreaterThan(2);
    expect(await page.locator('#emergency-title, .answers, [data-do=sos]').count(), 'nothing as if it were now').toBe(
      0,
    );
    await page.locator('[data-hazard=gas] summary').click();
    await expect.poll(() => page.locator('[data-hazard=gas] li').first().isVisible()).toBe(true);
    await page.evaluate(axe);
    expect(await page.evaluate(wcag)).toEqual([]);
    await site.open();
    await see(page, '#emergency-title', /화재/);
    expect(await page.locator('.known-before').count()).toBe(0);
    await closed(page);
  });

  test('every page keeps nobody out: axe by day and by night, targets of 24 px, nothing wider than a phone', async () => {
    const pages = everywhere(must(site.openAlerts().find(isFire)).alert);
    const found = await Promise.all(
      [...Map.groupBy(pages, ([role]) => role)].map(async ([role, all]) => {
        const page = await open(role, '/?lang=ko', { viewport: phone });
        await page.evaluate(axe);
        const seen: string[] = [];
        for (const [, path] of all) seen.push(...(await lookAt(page, path)));
        await closed(page);
        return seen;
      }),
    );
    expect(found.flat()).toEqual([]);
  }, 180_000);

  test('the fire is acknowledged, reported and reset, each with its own button', async () => {
    const alert = must(site.openAlerts().find(isFire)).alert;
    const page = await open('operator', `/alerts/${alert}?lang=ko`);
    await act(page, 'acknowledge');
    await see(page, '.deeds-done li', /operator/);
    site.buses.clear();
    await site.go(60_000);
    await act(page, 'report', '대피 완료');
    await act(page, 'reset');
    await expect.poll(() => site.openAlerts().some(isFire)).toBe(false);
    await closed(page);
  }, 120_000);

  test('a building in three dimensions comes on request alone; where nothing can draw it, its plan stands', async () => {
    const page = await open('viewer', '/buildings/hanbit?lang=ko');
    await page.locator('.floor-plan').waitFor();
    expect(await loaded(page, /\/(twin|scene)-/)).toEqual([]);
    await page.locator('#twin-toggle').click();
    await see(page, '.twin-trouble', /WebGL/);
    expect(await loaded(page, /\/scene-/)).toEqual([]);
    await page.locator('.twin-sensors a').first().focus();
    await page.keyboard.press('Enter');
    await page.locator('#trend-title').waitFor();
    await page.locator('#twin-time').press('ArrowLeft');
    // Its hundred questions are not waited for: until they are answered nothing of now stands for then.
    await see(page, '#twin-time-said', /^과거: /);
    await page.locator('.twin[data-time=then] .twin-sensors [data-tone=unknown]').first().waitFor();
    expect(await page.locator('.floor-plan').isVisible()).toBe(true);
    await closed(page);
  });

  const freshAt = ['/', '/alerts', '/parking/saesol-public', '/buildings/hanbit', '/devices'];
  let kept: readonly Page[] = [];
  let fresh: Page | undefined;

  test.each([
    ['an outage of the gateway', outage],
    ['twenty minutes offline', offline],
    ['a frozen tab', frozen],
    ['events that never came', unheard],
  ])(
    'after %s every page shows what a fresh load would',
    async (_, happens) => {
      if (kept.length === 0) {
        kept = await Promise.all(freshAt.map((path) => open('viewer', `${path}?lang=ko`, { hasFakeTime: true })));
        await Promise.all(kept.map((page) => page.locator('h1').first().waitFor()));
      }
      await happens(kept);
      for (const [n, page] of kept.entries()) {
        const path = `${freshAt[n]}?lang=ko`;
        if (fresh === undefined) fresh = await open('viewer', path);
        else await fresh.goto(`${site.url}${path}`);
        const now = fresh;
        await now.locator('h1').first().waitFor();
        await expect
          .poll(async () => (await Promise.all([shownOn(page), shownOn(now)])).map(String))
          .toSatisfy(([old, shown]) => old === shown && old !== '');
      }
    },
    120_000,
  );

  /** What the page was told of changes meanwhile, and what it was not. */
  async function changed(): Promise<void> {
    turn += 1;
    site.buses.set('di-2/di_4', turn % 2 === 0);
    if (turn % 2 === 0) site.buses.clear();
    else site.buses.fault('climate-b1', 'silent');
    await site.go(15_000);
  }

  async function outage(): Promise<void> {
    await site.shut();
    await changed();
    await site.open();
  }

  async function offline(pages: readonly Page[]): Promise<void> {
    const beOffline = (is: boolean) => Promise.all(pages.map((page) => page.context().setOffline(is)));
    await beOffline(true);
    await changed();
    await Promise.all(pages.map((page) => page.clock.fastForward('20:00')));
    await beOffline(false);
  }

  async function frozen(pages: readonly Page[]): Promise<void> {
    const sessions = await Promise.all(pages.map((page) => page.context().newCDPSession(page)));
    const be = (state: 'frozen' | 'active') =>
      Promise.all(sessions.map((session) => session.send('Page.setWebLifecycleState', { state })));
    await be('frozen');
    await changed();
    await be('active');
  }

  async function unheard(pages: readonly Page[]): Promise<void> {
    site.muteEvents(true);
    await changed();
    site.muteEvents(false);
    await Promise.all(pages.map((page) => page.clock.fastForward('00:31')));
  }

  /** The address in each language and colour, as by following a link: what keeps people out of it. */
  async function lookAt(page: Page, path: string): Promise<string[]> {
    const found: string[] = [];
    for (const [look, script] of looks) {
      await page.evaluate(goTo(with_(path, look)));
      await page.locator('h1').first().waitFor();
      const seen: string[] = await page.evaluate(script);
      found.push(...seen.map((what) => `${path} ${look}: ${what}`));
    }
    return found;
  }

  async function act(page: Page, action: string, reason = ''): Promise<void> {
    await page.locator(`.alert-detail [data-do=${action}]`).click();
    if (reason !== '') await page.locator('#act-reason').fill(reason);
    await page.locator('#act-form button[type=submit]').click();
    await expect.poll(() => page.locator('#act').textContent()).toBe('');
  }

  async function open(
    role: Role | null,
    path: string,
    { hasFakeTime, ...options }: { timezoneId?: string; viewport?: typeof phone; hasFakeTime?: true } = {},
  ): Promise<Page> {
    const context = await newContext(role, options);
    const page = await context.newPage();
    if (hasFakeTime) await page.clock.install();
    noteTroubles(page, troubles, /401|ERR_|Failed to load resource: net/);
    await page.goto(`${site.url}${path}`);
    return page;
  }

  /** One a page: over HTTP/1.1 a browser opens six connections to a gateway, and each page keeps one. */
  async function newContext(role: Role | null, options: object): Promise<BrowserContext> {
    const usual = { locale: 'ko-KR', viewport: desk, timezoneId: 'Asia/Seoul', bypassCSP: true };
    const context = await browser.newContext({ ...usual, ...options });
    if (role !== null) await context.addCookies([cookieOf(site.signedIn(role), site.url)]);
    return context;
  }
});

/** Every page: of staff, of a resident, and of those who have not signed in. */
function everywhere(alert: string): readonly (readonly [Role | null, string])[] {
  const staff = [
    '/',
    '/alerts',
    '/alerts?state=all',
    `/alerts/${alert}`,
    `/alerts/${alert}/incident`,
    '/parking',
    '/parking/saesol-public',
    '/parking/saesol-public?space=s13',
    '/parking/saesol-public?tab=stays',
    '/parking/saesol-residents?tab=reservations',
    '/buildings',
    '/buildings/hanbit',
    '/buildings/hanbit/forecast?point=tilt-ne/tilt_x',
    '/buildings/hanbit?twin=open',
    '/devices',
    '/devices?show=values',
    '/devices/climate-b1',
    '/charts?points=climate-b1/temperature',
    '/people',
    '/reach',
    '/system',
    '/my-notices',
    '/nowhere',
  ];
  return [
    ...staff.map((path) => ['admin', path] as const),
    ['resident', '/'],
    [null, '/'],
    [null, '/public/lots'],
    [null, '/public/lots/saesol-residents'],
    [null, '/public/lots/none'],
    [null, '/join'],
    [null, '/arrived#a-token'],
  ];
}

function with_(path: string, query: string): string {
  const [at = '', fragment] = path.split('#');
  return `${at}${at.includes('?') ? '&' : '?'}${query}${fragment === undefined ? '' : `#${fragment}`}`;
}

/** As following a link within the page, without loading it again. */
function goTo(path: string): string {
  return `new Promise((done) => {
    history.pushState(null, '', ${JSON.stringify(path)});
    dispatchEvent(new PopStateEvent('popstate'));
    requestAnimationFrame(() => requestAnimationFrame(done));
  })`;
}

/** Targets under 24 px (links within a sentence are as high as their line), and what is wider than the screen. */
const sizes = `(() => [
  ...[...document.querySelectorAll('a[href], button, input, select, summary, textarea')]
    .filter((element) => {
      const style = getComputedStyle(element);
      const isInText = element.tagName === 'A' && style.display === 'inline' && element.closest('p') !== null;
      const { width, height } = (element.closest('label') ?? element).getBoundingClientRect();
      return !isInText && width > 0 && style.visibility !== 'hidden' && Math.min(width, height) < 23.9;
    })
    .slice(0, 3)
    .map((element) => 'under 24 px: ' + element.outerHTML.slice(0, 120)),
  ...(document.documentElement.scrollWidth > innerWidth ? ['wider than the screen'] : []),
])()`;

const axeOf = (runOnly: string) => `axe
  .run(document, { resultTypes: ['violations'], runOnly: ${runOnly} })
  .then(({ violations }) =>
    violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.slice(0, 3).map(({ target }) => id + ' ' + target.join(' '))),
  )`;
const wcag = axeOf("['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']");
const contrast = axeOf("{ type: 'rule', values: ['color-contrast'] }");

const looks = [
  ['lang=ko&theme=light', `Promise.all([${sizes}, ${wcag}]).then((all) => all.flat())`],
  ['lang=en&theme=light', sizes],
  ['lang=en&theme=dark', contrast],
] as const;

/** Scripts that this page has fetched, by name. */
function loaded(page: Page, name: RegExp): Promise<string[]> {
  return page
    .evaluate<string[]>(`performance.getEntriesByType('resource').map(({ name }) => name)`)
    .then((names) => names.filter((each) => name.test(each)));
}

/** The words of a page as they are shown, without what counts on with every second and what is drawn. */
function shownOn(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const copy = document.body.cloneNode(true);
    for (const gone of copy.querySelectorAll('.age, #as-of, .as-of, .picture, script, [role=alert]')) gone.remove();
    const agoes = /(\\d+(일|시간|분|초) ?)+ ?전/g;
    const lines = [];
    for (const walker = document.createTreeWalker(copy, NodeFilter.SHOW_TEXT); walker.nextNode(); ) {
      const text = walker.currentNode.data.replace(agoes, '').trim();
      if (text !== '') lines.push(text);
    }
    return lines;
  })()`);
}

const isFire = ({ hazard, lifeSafety }: { hazard: string; lifeSafety: boolean }) => hazard === 'fire' && lifeSafety;

const closed = (page: Page) => page.context().close();

function must<T>(given: T | undefined): T {
  if (given === undefined) throw new Error('nothing there');
  return given;
}
