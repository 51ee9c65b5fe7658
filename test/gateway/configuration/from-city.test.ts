import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { signConfiguration, signSet } from '../../../config/signed/city-set.ts';
import type { ConfigurationSet, RuleSettings, SignedByKey } from '../../../contract/configuration.ts';
import { siteIdSchema } from '../../../contract/ids.ts';
import { ConfigurationFromCity } from '../../../gateway/configuration/from-city.ts';
import { silentLog } from '../../../gateway/log.ts';
import { goodSite } from '../../config/site-text.ts';
import { tempDir } from '../../temp.ts';
import { faster, kim, site, slower, worldOf } from './world.ts';

const own = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');
const pem = own.publicKey.export({ format: 'pem', type: 'spki' }).toString();

type Body = Parameters<typeof signSet>[0][number];
const siteFile = (text: string, version: number, more: Partial<Extract<Body, { kind: 'site' }>> = {}): Body => ({
  ...{ v: 1, site, version, kind: 'site', text, profiles: [], confirm: [], ...more },
});

function signed(body: Body, key = own.privateKey) {
  const { kind, version } = body;
  const [only] = signSet([body], { kind, version, why: null }, key).sites;
  return only as ConfigurationSet['sites'][number];
}

/** A gateway below a city; `hears` is what the city answers, `starts` a start of the gateway on its folder. */
function cityWorld(text = goodSite, { keys = pem as string | null } = {}) {
  const world = worldOf(text);
  const keyFile = keys === null ? null : join(world.dir, 'city.pub');
  if (keyFile !== null && keys !== null) writeFileSync(keyFile, keys);
  const below = {
    ...{ world, keyFile },
    city: undefined as ConfigurationFromCity | undefined,
    starts() {
      const { service, every } = world.start();
      below.city = new ConfigurationFromCity({ sites: [site], keyFile, service, log: silentLog });
      return every;
    },
    async hears(...offers: SignedByKey[]) {
      below.city?.hear(offers);
      await below.city?.settled();
      return below.city?.reports()[0];
    },
    /** The agent passes its trial, then the gateway does. */
    async passes(version: number) {
      world.tells({ version, highest: version, last: { version, outcome: 'kept', reason: null } });
      await world.looks(10);
      below.starts();
      await world.looks(620);
    },
  };
  below.starts();
  return below;
}

test('a site file that its key signed is tried, kept, said so, and taken back by the word that was signed with it', async () => {
  const below = cityWorld();
  const set = signed(siteFile(faster, 7));
  expect(await below.hears(set.signed)).toMatchObject({ seen: 7, version: 7, state: 'trying', reason: null });
  await below.passes(1);
  expect(below.city?.reports()).toEqual([{ site, pull: true, seen: 7, version: 7, state: 'kept', reason: null }]);
  expect(below.starts()).toBe(2000);

  expect(await below.hears(set.signed)).toMatchObject({ seen: 7, state: 'kept' });
  const before = below.world.restarts;
  expect(await below.hears(set.withdrawal)).toMatchObject({ seen: 8, version: 7, state: 'returned' });
  expect(below.world.restarts).toBe(before + 1);
  expect(below.world.offered()).toMatchObject({ ok: true, withdrawal: { withdraws: 1 } });
  expect(below.starts()).toBe(5000);
  expect(below.city?.reports()[0]).toMatchObject({
    seen: 8,
    version: 7,
    state: 'returned',
    reason: { code: 'by-hand' },
  });
  expect(await below.hears(set.signed)).toMatchObject({ state: 'refused', reason: { code: 'older', highest: 8 } });
  expect(below.world.troubles).toEqual([]);
});

test('what makes an agent worse goes back by itself, and the reason is said over a restart', async () => {
  const below = cityWorld();
  await below.hears(signed(siteFile(faster, 7)).signed);
  const reason = { code: 'devices-worse' as const, devices: ['meter'] };
  below.world.tells({ highest: 1, last: { version: 1, outcome: 'returned', reason } });
  await below.world.looks(5);
  below.starts();
  expect(below.city?.reports()[0]).toMatchObject({ version: 7, state: 'returned', reason });
});

test('it is taken back while it is being tried, and a word that takes nothing back is remembered', async () => {
  const below = cityWorld();
  const set = signed(siteFile(faster, 7));
  await below.hears(set.signed, set.withdrawal);
  expect(below.city?.reports()[0]).toMatchObject({ seen: 8, version: 7, state: 'returned' });
  const next = cityWorld();
  expect(await next.hears(set.withdrawal)).toMatchObject({ seen: 8, state: 'none' });
  expect(await next.hears(set.signed)).toMatchObject({ state: 'refused', reason: { code: 'older' } });
});

test('a disk that does not take the record is said, and what was handed down is taken when it comes again', async () => {
  const { service } = worldOf(goodSite).start();
  let isFull = true;
  const same = async (...of: Parameters<typeof service.same>) => {
    if (isFull) throw new Error('ENOSPC');
    return service.same(...of);
  };
  const keyFile = join(tempDir(), 'city.pub');
  writeFileSync(keyFile, pem);
  const handed = service.handed.bind(service);
  const stage = service.stage.bind(service);
  const taker = { handed, stage, same, file: service.file.bind(service), withdraw: service.withdraw.bind(service) };
  const city = new ConfigurationFromCity({ sites: [site], keyFile, service: taker, log: silentLog });
  const set = signed(siteFile(goodSite, 7));
  city.hear([set.signed]);
  await city.settled();
  expect(city.reports()[0]).toMatchObject({ seen: 0, state: 'refused', reason: { code: 'not-stored' } });
  isFull = false;
  city.hear([set.signed]);
  await city.settled();
  expect(city.reports()[0]).toMatchObject({ seen: 7, version: 7, state: 'kept' });
});

const withRule = goodSite.replace(
  /buildings:[\s\S]*/,
  `roles: { manager: { ko: 관리자, en: Manager } }
buildings:
  - id: house
    name: { ko: 집, en: House }
    rules: # kept
      - id: hot
        title: { ko: 더움, en: Hot }
        hazard: fire
        lifeSafety: true
        each: point
        points: [air/temperature]
        unit: °C
        condition: { kind: threshold, levels: { 주의: { above: 50 } } }
        consequence: { ko: 위험, en: Danger }
        action: { ko: 보세요, en: Look }
        who: manager
        within: 5m
        source: before
        acceptUnverified: true
`,
);

test.each<[string, string, SignedByKey, object, { keys?: string | null; text?: string }?]>([
  ['without a key', goodSite, signed(siteFile(faster, 7)).signed, { code: 'no-trust' }, { keys: null }],
  ['by another key', goodSite, signed(siteFile(faster, 7), other.privateKey).signed, { code: 'not-signed' }],
  [
    'changed on its way',
    goodSite,
    (({ body, ...rest }) => ({ ...rest, body: body.replace('2s', '3s') }))(signed(siteFile(faster, 7)).signed),
    { code: 'not-signed' },
  ],
  [
    'whose file fails its checks',
    goodSite,
    signed(siteFile(`${goodSite}colour: red\n`, 7)).signed,
    { code: 'check-failed', problems: 1 },
  ],
  [
    'that takes something away without a word of it',
    goodSite,
    signed(siteFile(slower, 7)).signed,
    { code: 'not-confirmed', losses: [expect.stringContaining('points-slower')] },
  ],
  [
    'that leads the gateway to another city',
    goodSite,
    signed(siteFile(`${faster}gateway: { city: { url: "https://evil.example.kr", gateway: g1, tokenFile: t } }\n`, 7))
      .signed,
    { code: 'way-changed' },
  ],
])('one %s is refused with the reason, and nothing is changed', async (_what, text, offer, reason, of = {}) => {
  const below = cityWorld(text, of);
  expect(await below.hears(offer)).toMatchObject({ seen: 0, version: 7, state: 'refused', reason });
  expect([below.world.said, below.world.actions()]).toEqual([[], []]);
});

test('one for another site is not looked at', async () => {
  const below = cityWorld();
  const foreign = signConfiguration({ ...siteFile(faster, 7), site: siteIdSchema.parse('elsewhere') }, own.privateKey);
  expect(await below.hears(foreign)).toMatchObject({ seen: 0, version: null, state: 'none' });
});

test('what it takes away is taken once the signed text says so', async () => {
  const below = cityWorld();
  const refused = await below.hears(signed(siteFile(slower, 7)).signed);
  const losses = refused?.reason?.code === 'not-confirmed' ? refused.reason.losses : [];
  expect(await below.hears(signed(siteFile(slower, 9, { confirm: losses })).signed)).toMatchObject({
    ...{ seen: 9, version: 9, state: 'trying' },
  });
});

test('it waits while somebody at the site tries another, or nobody could try it', async () => {
  const below = cityWorld();
  await below.world.stage(faster);
  const { signed: offer } = signed(siteFile(goodSite.replace('every: 5s }\nlots', 'every: 3s }\nlots'), 7));
  expect(await below.hears(offer)).toMatchObject({ seen: 0, state: 'waiting', reason: { code: 'busy', version: 1 } });
  await below.world.service?.stop(kim, site);
  below.world.agent = { ...below.world.agent, heard: false };
  expect(await below.hears(offer)).toMatchObject({ state: 'waiting', reason: { code: 'nobody-to-try' } });
  below.world.agent = { ...below.world.agent, heard: true };
  expect(await below.hears(offer)).toMatchObject({ seen: 7, state: 'trying' });
});

test('it waits while the gateway’s clock was never set, and is tried once it is', async () => {
  const below = cityWorld();
  const now = below.world.clock.now();
  below.world.clock.stepWall(86_400_000 - now);
  const { signed: offer } = signed(siteFile(faster, 7));
  expect(await below.hears(offer)).toMatchObject({ seen: 0, state: 'waiting', reason: { code: 'clock-unset' } });
  await below.hears(offer);
  expect(below.world.actions()).toEqual([]);
  below.world.clock.stepWall(now);
  expect(await below.hears(offer)).toMatchObject({ seen: 7, state: 'trying', reason: null });
  expect(below.world.actions()).toEqual(['configuration-try']);
});

test('what runs already is kept at once, and what somebody at the site tries later replaces it', async () => {
  const below = cityWorld();
  expect(await below.hears(signed(siteFile(goodSite, 7)).signed)).toMatchObject({ seen: 7, state: 'kept' });
  await below.hears(signed(siteFile(faster, 9)).signed);
  await below.passes(1);
  expect(below.city?.reports()[0]).toMatchObject({ version: 9, state: 'kept' });
  writeFileSync(below.world.file, goodSite.replace('every: 5s }\nlots', 'every: 9s }\nlots'));
  expect(below.starts()).toBe(9000);
  expect(below.city?.reports()[0]).toMatchObject({ seen: 9, version: 9, state: 'replaced' });
});

const settings = (of: Partial<RuleSettings>): RuleSettings => ({
  ...{ rule: 'hot', set: { 'levels.주의.above': 45 }, lifeSafety: true, source: '시험', confirmedBy: 'manager', ...of },
});
const rules = (of: Partial<RuleSettings>, version = 7) =>
  signed({ v: 1, site, version, kind: 'rules', rules: [settings(of)] }).signed;

test('settings of a rule are laid over the gateway’s file, with their source, and the rest of it stays', async () => {
  const below = cityWorld(withRule);
  expect(await below.hears(rules({ lifeSafety: false }))).toMatchObject({
    ...{ state: 'refused', reason: { code: 'not-confirmed', losses: [expect.stringContaining('rule-changed')] } },
  });
  expect(await below.hears(rules({}))).toMatchObject({ seen: 7, state: 'trying' });
  const text = (await below.world.service?.file(site))?.text ?? '';
  expect(text).toBe(withRule);
  await below.world.looks(5);
  below.starts();
  const laid = (await below.world.service?.file(site))?.text ?? '';
  expect(laid).toContain('# kept');
  expect(laid).toMatch(/above: 45/);
  expect(laid).toContain('source: 시험');
  expect(await cityWorld(goodSite).hears(rules({}))).toMatchObject({ state: 'kept' });
});
