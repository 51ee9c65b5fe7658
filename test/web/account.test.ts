import type { Page, Route } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { password, serve, signedIn, user } from '../gateway/http/fakes.ts';
import { command, missing } from '../needs.ts';
import { openAccount, see } from './browser.ts';
import { cookieOf, expectToFit, peopleBrowser, phone, type Who } from './people-browser.ts';
import { hanbit, saebyeok } from './people-world.ts';

/** What a person meets on every page: signing in, their own account, and what the gateway says about itself. */

const own = 'my cat sleeps on the meter';

describe.skipIf(missing(command('chromium')))('a person’s own account', () => {
  const { here, open } = peopleBrowser();
  const resident: Who = ['resident', [hanbit]];

  test.each([
    ['admin', [], true],
    ['manager', [hanbit], true],
    ['operator', [], false],
    ['viewer', [], false],
    ['resident', [hanbit], false],
  ] as const)('a %s finds the password in the first line, and people: %s %s', async (role, buildings, people) => {
    const page = await open('/', { who: [role, [...buildings]] });
    await openAccount(page);
    await see(page, '#change-password', 'Change password');
    await expect.poll(() => page.locator('#change-password').isVisible()).toBe(true);
    expect(await page.locator('#to-people').isVisible()).toBe(people);
  });

  test('a browser that is pushed to says so again at each opening of any page', async () => {
    const context = await here.browser.newContext({ locale: 'en-GB' });
    await context.addCookies([cookieOf(signedIn(here.world, 'operator'), here.server.url)]);
    const page = await context.newPage();
    const subscription = { endpoint: 'https://push.example.kr/1', keys: { p256dh: 'p', auth: 'a' } };
    await page.addInitScript(`navigator.serviceWorker.getRegistration = async () => ({
      pushManager: { getSubscription: async () => ({ toJSON: () => (${JSON.stringify(subscription)}) }) },
    })`);
    const isOurs = (url: string) => url.endsWith('/api/v1/push/subscriptions');
    const sent = page.waitForRequest((request) => request.method() === 'POST' && isOurs(request.url()));
    await page.goto(`${here.server.url}/devices`);
    expect(JSON.parse((await sent).postData() ?? '')).toEqual({ ...subscription, language: 'en' });
  });

  test('a resident calls for help, and sees that it was sent, although what they said before cannot be asked', async () => {
    const page = await open('/join', { size: phone, who: resident, troubles: /40\d|500/ });
    const call = {
      site: hanbit.site,
      building: hanbit.building,
      alert: 'sos-1',
      since: '2026-11-29T00:00:00Z',
      times: 1,
    };
    await page.route('**/api/v1/answers', (route) => route.fulfill({ status: 500, json: {} }));
    await page.route('**/api/v1/sos', (route) => route.fulfill({ status: 201, json: call }));
    await page.goto(here.server.url);
    await page.locator('.sos summary').click();
    await page.locator('[data-do=sos]').click();
    await see(page, '.sos [role=alert]', /^Your call for help was sent/);
  });

  test.each([
    ['a proxy answers for it', async (route: Route) => route.fulfill({ status: 502, body: '<h1>Bad Gateway</h1>' })],
    ['every packet is swallowed', async () => undefined],
  ])('a resident reads what this device kept and what to do while the gateway is down and %s', async (_how, answer) => {
    const page = await open('/', { size: phone, who: resident, troubles: /40\d|502/ });
    await see(page, '#resident-title', 'Hanbit Arcade');
    await page.clock.install();
    await page.route('**/api/v1/**', answer);
    await page.reload();
    await page.clock.runFor(4000);
    await see(page, '#resident-title', 'Hanbit Arcade');
    await see(page, '.guidelines', /./);
    await see(page, '.not-told', /./);
    expect(await page.locator('#sign-in').count()).toBe(0);
  });

  test('a resident of two buildings reads both names, in the language chosen', async () => {
    const page = await open('/', { locale: 'ko-KR', size: phone, who: ['resident', [hanbit, saebyeok]] });
    await see(page, '#resident-title', '한빛상가, 새벽빌라');
    await expectToFit(page);
    await page.locator('#to-en').click();
    await see(page, '#resident-title', 'Hanbit Arcade, Saebyeok Villa');
    expect(await page.title()).toBe('Hanbit Arcade, Saebyeok Villa · 자리 Jari');
  });

  test('a resident whose building no site file has any more is told so', async () => {
    const gone = { site: 'saesol', building: 'gone' };
    const page = await open('/', { locale: 'ko-KR', who: ['resident', [gone]] });
    await see(page, '#resident p', /더 이상 등록되어 있지 않습니다/);
  });

  test('a person who becomes a resident loses sight of every device at once', async () => {
    const page = await open('/devices?show=values', { who: ['viewer'], troubles: /403/ });
    await page.locator('.device').first().waitFor();
    here.world.accounts.people.change('viewer', { role: 'resident', buildings: [hanbit] }, { by: 'test', why: null });
    await here.world.clock.advance(15_000);
    await see(page, '#resident-title', 'Hanbit Arcade');
    await expect.poll(() => page.locator('.device').count()).toBe(0);
  });

  test('changes the password, is signed out everywhere, and signs in with the new one', async () => {
    const page = await open('/', { locale: 'ko-KR', size: phone, who: resident });
    signedIn(here.world, ...resident);
    await openAccount(page);
    await page.locator('#change-password').click();
    await fillChange(page, password, own);
    await see(page, '#sign-in-problem', '비밀번호를 바꾸었습니다. 새 비밀번호로 로그인하세요.');
    expect(await page.locator('dialog').isVisible()).toBe(false);
    await page.locator('#user').fill('resident-saesol-hanbit');
    await page.locator('#password').fill(own);
    await page.keyboard.press('Enter');
    await see(page, '#resident-title', '한빛상가');
  });

  test.each([
    ['ko-KR', 'not this one', own, '지금 비밀번호가 맞지 않습니다.', 'old-password'],
    ['en-GB', 'not this one', own, 'The password now is another one.', 'old-password'],
    ['en-GB', password, 'short', 'The password has 5 characters. Give it 10 to 1024.', 'new-password'],
    ['ko-KR', password, '', '비밀번호를 입력해 주세요.', 'new-password'],
  ] as const)(
    '%s: with “%s” and “%s” it says what is wrong, and keeps both',
    async (locale, old, chosen, words, at) => {
      const page = await open('/', { locale, size: phone, who: resident, troubles: /40[01]/ });
      await openAccount(page);
      await page.locator('#change-password').click();
      await fillChange(page, old, chosen);
      await see(page, '#change-problem', words);
      expect(await page.evaluate('document.activeElement.id')).toBe(at);
      expect(await page.locator('#old-password').inputValue()).toBe(old);
      await expectToFit(page);
      await page.keyboard.press('Escape');
      expect(await page.locator('dialog').isVisible()).toBe(false);
      if (!(await page.locator('#change-password').isVisible())) await openAccount(page);
      await page.locator('#change-password').click();
      expect(await page.locator('#old-password').inputValue()).toBe('');
    },
  );

  test('says one thing for a wrong name and a wrong password, and counts down when it was too often', async () => {
    const page = await open('/', { locale: 'ko-KR', size: phone, troubles: /401|429/ });
    const said = new Set<string | null>();
    for (const name of ['nobody', user, user, user, user, user]) {
      await page.locator('#user').fill(name);
      await page.locator('#password').fill('wrong');
      await page.locator('#sign-in-button').click();
      await see(page, '#sign-in-problem', /./);
      await expect.poll(() => page.locator('#sign-in-button').getAttribute('aria-disabled')).toBeNull();
      said.add(await page.locator('#sign-in-problem').textContent());
    }
    expect([...said]).toEqual(['이름 또는 비밀번호가 맞지 않습니다.']);
    await page.keyboard.press('Enter');
    await see(page, '#sign-in-problem', '비밀번호가 여러 번 틀려서 잠시 잠겼습니다.');
    await see(page, '#sign-in .wait', '58초 뒤에 다시 시도할 수 있습니다.');
    await page.locator('#to-en').click();
    await see(page, '#sign-in .wait', /^You can try again in 5\d s\.$/);
    await see(page, '#sign-in-problem', 'Too many wrong passwords.');
  });

  test.each(['/', '/people', '/join'])(
    '%s says on every page which connections are open to listeners',
    async (path) => {
      const page = await open('/', { locale: 'ko-KR', troubles: /401|ERR_/ });
      expect(await page.locator('#insecure').count()).toBe(0);
      await here.server.close();
      here.server = await serve(here.world, { port: here.server.port, insecure: ['http', 'mqtt'] });
      await page.goto(`${here.server.url}${path}`);
      await see(
        page,
        '#insecure',
        '이 게이트웨이는 암호화되지 않은 연결을 허용합니다(HTTP, MQTT). 비밀번호가 도청될 수 있습니다.',
      );
    },
  );

  async function fillChange(page: Page, old: string, chosen: string): Promise<void> {
    await page.locator('#old-password').fill(old);
    await page.locator('#new-password').fill(chosen);
    await page.locator('#change-button').click();
  }
});
