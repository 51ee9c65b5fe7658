import { describe, expect, test } from 'vitest';
import { password, serve, signedIn } from '../gateway/http/fakes.ts';
import { command, missing } from '../needs.ts';
import { openAccount, see } from './browser.ts';
import { cookieOf, desk, expectToFit, peopleBrowser, phone, type Who } from './people-browser.ts';
import { hanbit, invited, saebyeok } from './people-world.ts';

/** The page of people, in a browser, before real accounts. */

const admin: Who = ['admin'];
const manager: Who = ['manager', [hanbit]];
const residentOf = 'resident-saesol-hanbit';

describe.skipIf(missing(command('chromium')))('the page of people', () => {
  const { here, open } = peopleBrowser();
  const row = (name: string) => `[data-person="${name}"]`;
  const act = (name: string, what: string) => `${row(name)} [data-do=${what}]`;
  const lastAudit = () => here.world.audit.list({ before: null, limit: 1 })[0];

  test('lists people in Korean with role, buildings and since when, and as of when', async () => {
    signedIn(here.world, 'resident', [hanbit, saebyeok]);
    const page = await open('/people', { locale: 'ko-KR', who: admin });
    const both = 'resident-saesol-hanbit-saesol-saebyeok';
    await see(page, `${row(both)} .role`, '입주자');
    await see(page, `${row(both)} .where`, '한빛상가, 새벽빌라');
    await see(page, `${row(both)} .since`, '2026. 11. 22.부터');
    await see(page, `${row('mina')} .where`, '전체');
    await see(page, `${row('admin')} .tag`, '본인');
    await see(page, '#as-of', '00:00:00 기준');
    await page.locator('#to-en').click();
    await see(page, `${row(both)} .where`, 'Hanbit Arcade, Saebyeok Villa');
    await see(page, '#invite-button', 'Make the invitation');
  });

  test('an admin invites residents: the link and its QR code are shown once, and work', async () => {
    const page = await open('/people', { who: admin });
    await page.locator('#invite-building').selectOption('saesol/saebyeok');
    await page.locator('#uses').fill('30');
    await page.locator('#invite-hours').selectOption('720');
    await page.locator('#invite-reason').fill('the notice in the lobby');
    await page.locator('#invite-button').click();
    await see(page, '.made h3', 'Join as a resident of Saebyeok Villa');
    await see(page, '.only-once', /shown this once/);
    const link = await page.locator('.made .link').inputValue();
    expect(link).toMatch(new RegExp(`^${here.server.url}/join#`));
    const code = link.slice(link.indexOf('#') + 1);
    expect(here.world.accounts.invitations.look(code)).toMatchObject({
      role: 'resident',
      usesLeft: 30,
      ...{ building: saebyeok },
    });
    expect(await page.locator('.qr svg path').count()).toBeGreaterThan(0);
    const qr = await page.locator('.qr svg').boundingBox();
    expect(Math.min(qr?.width ?? 0, qr?.height ?? 0)).toBeGreaterThan(150);
    expect(lastAudit()).toMatchObject({ action: 'invitation-create', why: 'the notice in the lobby' });
    await see(page, '#invitations .facts', /Saebyeok Villa.*for 30 more/);
    await page.locator('.made [data-do=close]').click();
    expect(await page.content()).not.toContain(code);
  });

  test('copies the link, and says so', async () => {
    const page = await open('/people', { who: admin });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('#invite-button').click();
    await page.locator('.made [data-do=copy]').click();
    await see(page, '.made .said', 'Copied');
    const link = await page.locator('.made .link').inputValue();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(link);
  });

  test('copies where the browser gives no clipboard, as on an unencrypted page, and else selects the link', async () => {
    const page = await open('/people', { locale: 'ko-KR', who: admin });
    await page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })");
    await page.locator('#invite-button').click();
    await page.locator('.made [data-do=copy]').click();
    await see(page, '.made .said', '복사됨');
    await page.evaluate('document.execCommand = () => false');
    await page.locator('.made [data-do=copy]').click();
    await see(page, '.made .said', /직접 복사할 것$/);
    const link = await page.locator('.made .link').inputValue();
    expect(await page.evaluate('getSelection().toString()')).toBe(link);
  });

  test('prints the one invitation, with its address in full, and nothing around it', async () => {
    const page = await open('/people', { who: admin });
    await page.evaluate('window.print = () => {}');
    await page.locator('#invite-button').click();
    await page.locator('.made [data-do=print]').click();
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('.qr svg, .made .address, .made h3').evaluateAll((all) => all.length)).toBe(3);
    for (const shown of ['.qr svg', '.made .address', '.made h3'])
      expect(await page.locator(shown).isVisible()).toBe(true);
    for (const gone of ['#top', '#people', '#invite', '.made .buttons', '.only-once']) {
      expect(await page.locator(gone).isVisible()).toBe(false);
    }
  });

  test.each([
    ['viewer', false, false],
    ['operator', false, false],
    ['admin', false, false],
    ['manager', true, false],
    ['resident', true, true],
  ] as const)('an invitation of a %s asks for a building: %s, for how many: %s', async (role, building, uses) => {
    const page = await open('/people', { who: admin });
    await page.locator('#invite-role').selectOption(role);
    expect(await page.locator('#invite-building').isVisible()).toBe(building);
    expect(await page.locator('#uses').isVisible()).toBe(uses);
    await page.locator('#invite-button').click();
    await see(page, '.made h3', /^Join as/);
    const [made] = here.world.accounts.invitations.list();
    expect(made).toMatchObject({ role, usesLeft: 1, building: building ? hanbit : null });
  });

  test('a manager sees and invites residents of their own buildings, and nobody else', async () => {
    signedIn(here.world, 'resident', [hanbit]);
    signedIn(here.world, 'resident', [saebyeok]);
    const page = await open('/people', { locale: 'ko-KR', size: phone, who: manager });
    await see(page, '#people h3', residentOf);
    expect(await page.locator('#people .row').count()).toBe(1);
    expect(await page.locator('[data-do=changeRole], #invite-role').count()).toBe(0);
    await page.locator('#invite-card summary').click();
    expect(await page.locator('#invite-building option').allTextContents()).toEqual(['한빛상가']);
    await page.locator('#invite-button').click();
    await see(page, '.made h3', '한빛상가 입주자로 가입');
    await expectToFit(page);
  });

  test.each([
    ['ko-KR', '사람 관리는 시스템 관리자와 건물 관리자만 가능', 'resident', '입주자', [hanbit]],
    ['en-GB', 'People are looked after by administrators and building managers alone', 'viewer', 'Viewer', []],
  ] as const)('%s: tells others so, with a way back', async (locale, words, role, called, buildings) => {
    const page = await open('/people', { locale, who: [role, [...buildings]] });
    await see(page, '#forbidden h1', words);
    await see(page, '#forbidden p', new RegExp(called));
    expect(await page.locator('.board').count()).toBe(0);
    await page.locator('#to-live').click();
    await page.waitForURL(`${here.server.url}/`);
  });

  test('asks again in place before a person is removed, by keyboard too, and keeps the reason for the audit', async () => {
    signedIn(here.world, 'resident', [hanbit]);
    const page = await open('/people', { locale: 'ko-KR', who: admin });
    const button = page.locator(act(residentOf, 'remove'));
    await button.focus();
    await page.keyboard.press('Enter');
    await see(page, `${row(residentOf)} .ask`, /되돌릴 수 없음$/);
    expect(await page.evaluate('document.activeElement.name')).toBe('reason');
    await page.keyboard.press('Escape');
    expect(await page.locator(`${row(residentOf)} form`).count()).toBe(0);
    expect(await button.evaluate((node) => node === node.ownerDocument.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await page.keyboard.type('이사');
    await page.keyboard.press('Enter');
    await see(page, '#said', `${residentOf} 삭제됨`);
    await expect.poll(() => page.locator(row(residentOf)).count()).toBe(0);
    expect(lastAudit()).toMatchObject({ action: 'person-remove', why: '이사', by: 'person:admin' });
    await expect.poll(() => page.evaluate('document.activeElement.id')).toBe('people-title');
  });

  test('the only admin stays: the gateway’s words are shown and what was typed is kept', async () => {
    const page = await open('/people', { locale: 'ko-KR', who: admin, troubles: /400/ });
    await page.locator(act('admin', 'remove')).click();
    await page.locator('#remove-admin-reason').fill('퇴사');
    await page.keyboard.press('Enter');
    await see(page, '#remove-admin-problem', 'admin 외에 시스템 관리자 없음. 다른 시스템 관리자를 먼저 둘 것');
    expect(await page.locator('#remove-admin-reason').inputValue()).toBe('퇴사');
  });

  test('an admin makes a viewer the manager of a building, which has to be chosen', async () => {
    const page = await open('/people', { who: admin });
    await page.locator(act('mina', 'changeRole')).click();
    await page.locator('#role-mina-choice').selectOption('manager');
    await page.locator('#role-mina-button').click();
    await see(page, '#role-mina-problem', 'Choose at least one building');
    await page.getByLabel('Saebyeok Villa').check();
    await page.locator('#role-mina-button').click();
    await see(page, '#said', 'mina is now: Building manager');
    await see(page, `${row('mina')} .where`, 'Saebyeok Villa');
    expect(here.world.accounts.people.find('mina')).toMatchObject({ role: 'manager', buildings: [saebyeok] });
  });

  test('makes a link by which a person sets a new password', async () => {
    const page = await open('/people', { locale: 'ko-KR', who: admin });
    await page.locator(act('mina', 'newPasswordLink')).click();
    await see(page, `${row('mina')} .ask`, /mina 계정의 비밀번호를 새로 정함/);
    await page.locator('#link-mina-button').click();
    await see(page, `${row('mina')} .made h3`, 'mina 새 비밀번호');
    const link = await page.locator(`${row('mina')} .link`).inputValue();
    const code = link.slice(link.indexOf('#') + 1);
    expect(here.world.accounts.invitations.look(code)).toMatchObject({ for: 'password', person: 'mina' });
    await page.locator(`${row('mina')} [data-do=close]`).click();
    expect(await page.content()).not.toContain(code);
  });

  test('withdraws an invitation, asking once more', async () => {
    const code = invited(here.world, hanbit, 30);
    const page = await open('/people', { locale: 'ko-KR', who: manager });
    await see(
      page,
      '#invitations .facts',
      /^한빛상가 입주자로 가입30명 남음 · 11월 29일 \(일\) 00:00까지명령줄\(test\)/,
    );
    await page.locator('[data-invitation] [data-do=withdraw]').click();
    await page.locator('[data-invitation] form .main').click();
    await see(page, '#said', '초대 취소됨');
    await expect.poll(() => page.locator('[data-invitation]').count()).toBe(0);
    expect(here.world.accounts.invitations.look(code)).toBeUndefined();
  });

  test('a gateway that is gone is said, the list says how old it is, and what was typed is kept and sent later', async () => {
    const page = await open('/people', { who: admin, troubles: /ERR_/ });
    await page.locator('#invite-reason').fill('for the new tenants');
    await here.server.close();
    await page.locator('#invite-button').click();
    await see(page, '#invite-problem', 'The gateway cannot be reached.');
    await see(page, '#notice', /^The gateway cannot be reached\. .* as of 00:00:00$/);
    here.server = await serve(here.world, { port: here.server.port });
    await page.locator('#invite-button').click();
    await see(page, '.made h3', /^Join as/);
    expect(lastAudit()).toMatchObject({ why: 'for the new tenants' });
    await expect.poll(() => page.locator('#notice').isVisible()).toBe(false);
  });

  test('a session that ends asks for name and password, and what was typed is there again afterwards', async () => {
    const page = await open('/people', { who: admin });
    await page.locator('#invite-reason').fill('for the new tenants');
    here.world.accounts.sessions.endAllOf('admin');
    await page.locator('#invite-button').click();
    await see(page, '#sign-in-problem', 'You were signed out. Sign in again.');
    expect(await page.locator('.board').isVisible()).toBe(false);
    await page.locator('#user').fill('admin');
    await page.locator('#password').fill(password);
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#invite-reason').isVisible()).toBe(true);
    expect(await page.locator('#invite-reason').inputValue()).toBe('for the new tenants');
  });

  test('what one person typed or made is not shown to the next', async () => {
    signedIn(here.world, 'manager', [hanbit]);
    const page = await open('/people', { who: admin });
    await page.locator('#invite-reason').fill('between us');
    await page.locator('#invite-button').click();
    await see(page, '.made h3', /^Join as/);
    const link = await page.locator('.made .link').inputValue();
    await openAccount(page);
    await page.locator('#sign-out').click();
    await page.locator('#user').fill('manager-saesol-hanbit');
    await page.locator('#password').fill(password);
    await page.keyboard.press('Enter');
    await see(page, '#who', 'manager-saesol-hanbit');
    await expect.poll(() => page.locator('#invite-reason').inputValue()).toBe('');
    expect(await page.content()).not.toContain(link);
  });

  test('somebody who is no admin any more is told so', async () => {
    signedIn(here.world, 'manager', [hanbit]);
    const page = await open('/people', { who: admin, troubles: /403/ });
    await see(page, '#who', 'admin');
    await page.locator('#invite-button').waitFor();
    const other = { name: 'other', role: 'admin', buildings: [] } as const;
    here.world.accounts.people.write(other, here.world.accounts.people.hashOf('mina') ?? '', { by: 'test', why: null });
    here.world.accounts.people.change('admin', { role: 'viewer', buildings: [] }, { by: 'test', why: null });
    await page.locator('#invite-button').click();
    await see(page, '#forbidden p', /Viewer/);
    expect(await page.locator('.board').count()).toBe(0);
  });

  test.each([
    ['a phone', phone],
    ['a desk', desk],
  ])('fits %s with everything open, and every target is large enough for a thumb', async (_, size) => {
    signedIn(here.world, 'resident', [hanbit, saebyeok]);
    const page = await open('/people', { locale: 'ko-KR', size, who: admin });
    await page.locator(act('mina', 'changeRole')).click();
    await page.locator('#role-mina-choice').selectOption('manager');
    await page.locator(act('resident-saesol-hanbit-saesol-saebyeok', 'newPasswordLink')).click();
    await page.locator('#link-resident-saesol-hanbit-saesol-saebyeok-button').click();
    await see(page, '.made h3', /./);
    await expectToFit(page);
    for (const target of await page
      .locator('button:visible, input:not([type=checkbox]):visible, a:visible, .box')
      .all()) {
      expect((await target.boundingBox())?.height).toBeGreaterThanOrEqual(44);
    }
  });

  test('every control has a label, and no id is there twice', async () => {
    const page = await open('/people', { who: admin });
    await page.locator(act('mina', 'changeRole')).click();
    await page.locator(act('admin', 'remove')).click();
    expect(await page.evaluate(unlabelled)).toEqual([]);
    expect(await page.evaluate(doubled)).toEqual([]);
  });

  test('knows its person by the cookie of the live page', async () => {
    const page = await open('/', { locale: 'ko-KR' });
    await page.context().addCookies([cookieOf(signedIn(here.world, 'admin'), here.server.url)]);
    await page.reload();
    await openAccount(page);
    await page.locator('#to-people').click();
    await see(page, '#people-title', '사람');
    expect(await page.locator('#to-people').count()).toBe(0);
  });
});

const unlabelled = `[...document.querySelectorAll('main :is(input, select, button)')]
  .filter((node) => !node.hidden && (node.labels?.length ?? 0) === 0 && node.textContent.trim() === '')
  .map((node) => node.outerHTML)`;
const doubled = `[...document.querySelectorAll('[id]')].map((node) => node.id).filter((id, at, all) => all.indexOf(id) !== at)`;
