import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { password, serve, user } from '../gateway/http/fakes.ts';
import { command, missing } from '../needs.ts';
import { see } from './browser.ts';
import { expectToFit, peopleBrowser, phone } from './people-browser.ts';
import { invited, passwordLink } from './people-world.ts';

/** Taking up an invitation, in a browser of a phone's size. */

const own = 'my cat sleeps on the meter';

describe.skipIf(missing(command('chromium')))('the page of an invitation', () => {
  const { here, open } = peopleBrowser();
  const korean = { locale: 'ko-KR', size: phone } as const;
  const english = { locale: 'en-GB', size: phone } as const;

  test('says in Korean what it makes and until when, takes it up, signs in and leads to the resident’s page', async () => {
    const page = await open(`/join#${invited(here.world)}`, korean);
    await see(page, '#join-title', '한빛상가 입주자로 가입');
    await see(page, '#join-until', '11월 29일 (일) 00:00까지 쓸 수 있는 초대입니다.');
    await expectToFit(page);
    await fill(page, 'kim-202', own);
    await see(page, '#resident-title', '한빛상가');
    await see(page, '#resident p', '이 계정은 한빛상가의 알림을 받기 위한 계정입니다.');
    expect(here.world.accounts.people.find('kim-202')).toMatchObject({ role: 'resident' });
    expect(await page.locator('main').innerText()).not.toMatch(/안전|정상|이상 없음/);
    expect(await page.locator('.device, #headline:visible, #to-people:visible').count()).toBe(0);
    expect(new URL(page.url()).pathname).toBe('/');
  });

  test('does so in English', async () => {
    const page = await open(`/join#${invited(here.world)}`, english);
    await see(page, '#join-title', 'Join as a resident of Hanbit Arcade');
    await see(page, '#join-until', /^This invitation is good until Sun, November 29/);
    await fill(page, 'kim-202', own);
    await see(page, '#resident p', 'This account is for notices of Hanbit Arcade.');
    expect(await page.locator('main').innerText()).not.toMatch(/safe|fine|normal|all well/i);
  });

  test('takes the code out of the address at once, and sends it in a body alone', async () => {
    const code = invited(here.world);
    const context = await here.browser.newContext({ locale: 'en-GB' });
    const page = await context.newPage();
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url(), request.headers().referer ?? ''));
    const logged: string[] = [];
    page.on('console', (message) => logged.push(message.text()));
    await page.goto(`${here.server.url}/join#${code}`);
    await see(page, '#join-title', /^Join as/);
    expect(page.url()).toBe(`${here.server.url}/join`);
    expect(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])')).toBe(
      '[{},{},""]',
    );
    // The browser itself names the page's first address with its fragment; that never goes over the wire.
    expect(asked.slice(2).join() + logged.join()).not.toContain(code);
  });

  test('sets a new password, and signs in with it', async () => {
    const page = await open(`/join#${passwordLink(here.world, user)}`, korean);
    await see(page, '#join-title', '새 비밀번호 정하기');
    await see(page, '#join p', `${user} 님의 새 비밀번호를 정합니다.`);
    expect(await page.locator('#join-user').count()).toBe(0);
    await page.locator('#join-password').fill(own);
    await page.locator('#join-button').click();
    await see(page, '#who', user);
    expect(await here.world.accounts.signIns.signIn({ name: user, password: own, address: '::1' })).toMatchObject({
      ok: true,
    });
  });

  test.each([
    ['ko-KR', user, own, '이미 쓰이고 있는 이름입니다: mina. 다른 이름을 정해 주세요.', 'join-user'],
    ['ko-KR', '김', own, /^로그인할 때 쓰는 이름입니다\./, 'join-user'],
    ['en-GB', 'kim', 'short', 'The password has 5 characters. Give it 10 to 1024.', 'join-password'],
    ['ko-KR', 'kim', 'Password1234', /^가장 먼저 시도되는 흔한 비밀번호입니다\./, 'join-password'],
    ['ko-KR', 'kim-soyeon', 'kim-soyeon', /^이름과 거의 같은 비밀번호입니다\./, 'join-password'],
  ] as const)('%s: refuses the name “%s” with “%s” in words, at the field, and keeps both', async (...of) => {
    const [locale, name, chosen, words, field] = of;
    const page = await open(`/join#${invited(here.world)}`, { locale, size: phone, troubles: /400/ });
    await fill(page, name, chosen);
    await see(page, '#join-problem', words);
    expect(await page.evaluate('document.activeElement.id')).toBe(field);
    expect(await page.locator(`#${field}`).getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('#join-user').inputValue()).toBe(name);
    expect(await page.locator('#join-password').inputValue()).toBe(chosen);
    await fill(page, 'kim-303', own);
    await see(page, '#resident-title', /./);
  });

  test('shows what is typed when asked to, and every target is large enough for a thumb', async () => {
    const page = await open(`/join#${invited(here.world)}`, korean);
    await page.locator('#join-password').fill(own);
    await page.locator('#join .reveal').click();
    expect(await page.locator('#join-password').getAttribute('type')).toBe('text');
    expect(await page.locator('#join .reveal').getAttribute('aria-pressed')).toBe('true');
    for (const target of await page.locator('button:visible, input:visible, a:visible').all()) {
      expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    }
  });

  test.each([
    ['ko-KR', '', '초대 코드가 없습니다'],
    ['en-GB', '', 'The invitation’s code is missing'],
    ['ko-KR', '#nonsense', '쓸 수 없는 초대입니다'],
    ['en-GB', '#nonsense', 'This invitation cannot be used'],
    ['en-GB', `#${'x'.repeat(200)}`, 'This invitation cannot be used'],
  ] as const)('%s: /join%s says “%s” and what to do', async (locale, fragment, words) => {
    const page = await open(`/join${fragment}`, { locale, size: phone, troubles: /404|400/ });
    await see(page, '#join-title', words);
    expect(await page.locator('main form').count()).toBe(0);
    await expectToFit(page);
  });

  test('an invitation that is used up while its form is open says so', async () => {
    const code = invited(here.world);
    const page = await open(`/join#${code}`, { ...english, troubles: /404/ });
    await see(page, '#join-title', /^Join as/);
    await here.world.accounts.invitations.accept({ code, name: 'faster', password: own });
    await fill(page, 'kim', own);
    await see(page, '#join-title', 'This invitation cannot be used');
  });

  test('the link of a test answers by its button alone: who only opens it, as a scanner of mails does, has not answered', async () => {
    const page = await open('/arrived', { ...english, troubles: /40\d/ });
    const sent: (string | null)[] = [];
    page.on('request', (request) => request.url().endsWith('/receipts') && sent.push(request.postData()));
    await page.goto(`${here.server.url}/arrived?again#a-token`);
    await see(page, '#arrived h1', 'Did it arrive?');
    await page.waitForLoadState('networkidle');
    expect(sent).toEqual([]);
    expect(page.url()).not.toContain('a-token');
    await page.locator('#arrived button').click();
    await see(page, '#arrived h1', 'That did not work');
    expect(sent).toEqual([JSON.stringify({ token: 'a-token', receipt: 'answered' })]);
  });

  test('a gateway that is not there is said, and asked again on the button', async () => {
    const page = await open('/join', { ...english, troubles: /ERR_|40[14]/ });
    await see(page, '#join-title', /./);
    await here.server.close();
    await page.evaluate(`location.hash = '${invited(here.world)}'`);
    await see(page, '#join-trouble', 'The gateway cannot be reached.');
    here.server = await serve(here.world, { port: here.server.port });
    await page.locator('#try-again').click();
    await see(page, '#join-title', 'Join as a resident of Hanbit Arcade');
  });

  test('a gateway that has too much to do is waited for, counting down', async () => {
    const page = await open(`/join#${invited(here.world)}`, { ...korean, troubles: /429/ });
    await page.route('**/accept', (route) =>
      route.fulfill({
        status: 429,
        headers: { 'retry-after': '2' },
        json: { type: '/problems/too-many-at-once', figures: { retryAfterS: 2 } },
      }),
    );
    await fill(page, 'kim', own);
    await see(page, '#join-problem', '지금 요청이 많습니다.');
    await see(page, '#join .wait', '1초 뒤에 다시 시도할 수 있습니다.');
    expect(await page.locator('#join-button').getAttribute('aria-disabled')).toBe('true');
    await see(page, '#join-problem', '이제 다시 시도할 수 있습니다.');
    await page.unroute('**/accept');
    await page.locator('#join-button').click();
    await see(page, '#resident-title', '한빛상가');
  });

  test('an answer that was lost does not cost the account: the second try finds it made, and signs in', async () => {
    const page = await open(`/join#${invited(here.world)}`, { ...english, troubles: /ERR_|40[04]/ });
    await page.route('**/accept', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await fill(page, 'kim', own);
    await see(page, '#join-problem', 'The gateway cannot be reached.');
    await page.unroute('**/accept');
    await page.locator('#join-button').click();
    await see(page, '#resident-title', 'Hanbit Arcade');
  });

  test('a sign-in that does not work after joining leads to the form for it', async () => {
    const page = await open(`/join#${invited(here.world)}`, { ...english, troubles: /429|401/ });
    await page.route('**/session', (route) => route.fulfill({ status: 429, json: { detail: 'busy' } }));
    await fill(page, 'kim', own);
    await see(page, '#join-title', 'Done');
    await page.unroute('**/session');
    await page.getByText('To sign in').click();
    await page.locator('#user').fill(user);
    await page.locator('#password').fill(password);
    await page.keyboard.press('Enter');
    await see(page, '#who', user);
  });

  async function fill(page: Page, name: string, chosen: string): Promise<void> {
    await page.locator('#join-user').fill(name);
    await page.locator('#join-password').fill(chosen);
    await page.keyboard.press('Enter');
  }
});
