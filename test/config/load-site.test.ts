import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatProblem, loadSite } from '../../config/load-site.ts';
import { usualRollout } from '../../config/rollout/rollout.ts';
import { devicesOf, modbusBusesOf, type Site } from '../../config/site.ts';
import { unwatched } from '../../devices/plausibility.ts';
import { root } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { changed, folderOf, goodSite, problemsOf, siteOf } from './site-text.ts';

const demoFile = join(root, 'config/sites/demo.yaml');

describe('a site file that says little', () => {
  test('gets the defaults', () => {
    const site = siteOf(goodSite);
    expect(site.timezone).toBe('Asia/Seoul');
    expect(site.gateway).toEqual({
      names: [],
      mode: 'public',
      mqtt: { port: 1883, bind: '127.0.0.1', tls: null },
      http: { port: 8080, bind: '127.0.0.1', tls: null, proxies: [] },
      bridges: { homeAssistant: null, sparkplug: null },
      city: null,
      rollout: usualRollout,
      notify: {
        ...{ webhooks: [], email: null, sms: null, push: null, order: [], duty: [] },
        reachTest: { everyDays: 30, answerDays: 7, proofDays: 40, hours: { from: 600, to: 1020 } },
        pushProbe: { enabled: true, hours: { from: 540, to: 1080 }, silentDays: 7 },
      },
    });
    const [agent] = site.agents;
    const beside = (name: string) => ({ path: join(dirname(site.file), name), isGiven: false });
    expect(agent?.uplink).toEqual({
      url: 'mqtt://127.0.0.1:1883',
      username: 'cab',
      passwordFile: null,
      insecure: false,
      tls: { ca: beside('ca.crt'), cert: beside('cab.crt'), key: beside('cab.key') },
      configuration: { pull: true, ca: null },
    });
    expect(agent?.commitEveryMs).toBe(1000);
    expect(site.agents.flatMap(modbusBusesOf).map(({ id, link, timeoutMs }) => ({ id, link, timeoutMs }))).toEqual([
      {
        id: 'a',
        link: {
          kind: 'modbus-rtu',
          timing: 'economical',
          port: '/dev/serial/by-id/usb-a',
          baudRate: 9600,
          parity: 'none',
          stopBits: 1,
        },
        timeoutMs: 300,
      },
      { id: 'b', link: { kind: 'modbus-tcp', host: '192.0.2.7', port: 502 }, timeoutMs: 1000 },
    ]);
    expect(pointOf(site, 'air/temperature')).toMatchObject({
      name: 'temperature',
      everyMs: 5000,
      deadband: 0,
      maxSilenceMs: 60_000,
      commit: 'batch',
    });
  });

  test('may leave out lots, buildings and profiles', () => {
    const site = siteOf(goodSite.slice(0, goodSite.indexOf('lots:')));
    expect([site.lots, site.buildings]).toEqual([[], []]);
  });
});

describe('paths', () => {
  test('resolve against the folder of the site file', () => {
    const dir = folderOf({
      'site.yaml': changed('1883" }', '1883", passwordFile: ../keys/cab.password }'),
    });
    const loaded = loadSite(join(dir, 'site.yaml'));
    expect(loaded.ok && loaded.site.agents[0]?.uplink.passwordFile).toBe(join(dir, '../keys/cab.password'));
    expect(loaded.ok && loaded.site.file).toBe(join(dir, 'site.yaml'));
  });

  test.each([
    ['a file that is not there', (dir: string) => join(dir, 'none.yaml'), 'does not exist; check the path'],
    ['a folder', (dir: string) => dir, 'is a folder; name the YAML file in it'],
    [
      'a path through a file',
      (dir: string) => join(dir, 'site.yaml/site.yaml'),
      'a part of this path is not a folder; check the path',
    ],
    ['a device file', () => '/dev/null', 'is no ordinary file; name a YAML file'],
  ])('that lead to %s are refused as a whole', (_, path, says) => {
    const file = path(folderOf({ 'site.yaml': goodSite }));
    const loaded = loadSite(file);
    expect(loaded.ok ? [] : loaded.problems.map(formatProblem)).toEqual([`${file}: ${says}`]);
  });
});

describe('how often a point is read', () => {
  const device = (more: string) => changed('every: 5s }\n      - id: b', `${more} }\n      - id: b`);
  test.each([
    ['every second when nothing is said', device('points: {}'), 1000],
    ['as its device says', device('every: 5s'), 5000],
    ['as its own entry says', device('every: 5s, points: { temperature: { every: 2s } }'), 2000],
  ])('%s', (_, text, everyMs) => {
    expect(pointOf(siteOf(text), 'air/temperature').everyMs).toBe(everyMs);
  });

  test('is its profile’s word when the site says nothing', () => {
    const text = changed('profile: xy-md02', 'profile: ours', device('points: {}'));
    const site = siteOf(`${text}profiles: [mine]\n`, { 'mine/ours.yml': ownProfile });
    expect(pointOf(site, 'air/temperature').everyMs).toBe(3000);
  });

  test('is never less than the longest silence, unless the site says so', () => {
    const site = siteOf(device('every: 10m, points: { humidity: { maxSilence: 15m } }'));
    expect(pointOf(site, 'air/temperature').maxSilenceMs).toBe(600_000);
    expect(pointOf(site, 'air/humidity').maxSilenceMs).toBe(900_000);
  });
});

describe('overrides of a point', () => {
  test('change that point of that device and nothing else', () => {
    const text = changed(
      'every: 5s }\n      - id: b',
      'every: 5s, points: { temperature: { scale: 0.18, offset: 32, unit: °F, valid: [0, 120], kind: cellar, deadband: 0.5, maxSilence: 30s } } }\n      - id: b',
    );
    const [before, after] = [siteOf(goodSite), siteOf(text)];
    expect(pointOf(after, 'air/temperature')).toEqual({
      ...pointOf(before, 'air/temperature'),
      deadband: 0.5,
      maxSilenceMs: 30_000,
      // A kind that has no defaults is not watched.
      plausibility: { ...unwatched, count: 0.18 },
      profile: {
        ...pointOf(before, 'air/temperature').profile,
        scale: 0.18,
        offset: 32,
        unit: '°F',
        valid: [0, 120],
        kind: 'cellar',
      },
    });
    expect(pointOf(after, 'air/humidity')).toEqual(pointOf(before, 'air/humidity'));
  });

  test('turn a contact round', () => {
    const site = siteOf(changed('every: 500ms', 'every: 500ms, points: { di_2: { invert: true, kind: smoke } }'));
    expect(pointOf(site, 'di/di_2').profile).toMatchObject({ invert: true, kind: 'smoke' });
    expect(pointOf(site, 'di/di_3').profile).toMatchObject({ invert: false, kind: 'contact' });
  });
});

test('contacts, words and occupancy commit at once, other points wait', () => {
  const text = changed('profile: eastron-sdm120', 'profile: greystone-cmd5b4');
  const site = siteOf(text);
  expect(['di/di_0', 'di/di_7', 'di/do_0', 'meter/status'].map((ref) => pointOf(site, ref).commit)).toEqual(
    Array(4).fill('now'),
  );
  expect(['air/temperature', 'meter/co'].map((ref) => pointOf(site, ref).commit)).toEqual(['batch', 'batch']);
});

describe('a warning', () => {
  test('lets a unit over 247 through', () => {
    const text = changed('unit: 2,', 'unit: 254,');
    expect(problemsOf(text)).toEqual([
      '12:48 agents.0.buses.0.devices.1.unit: warning: unit 254 is over 247, which the standard reserves; some devices ship so: check that this one does',
    ]);
    expect(siteOf(text).agents.flatMap(modbusBusesOf)[0]?.devices[1]?.unit).toBe(254);
  });

  test('stands among the problems of a file that is refused', () => {
    const text = changed('site: test', 'site: Test', changed('unit: 2,', 'unit: 254,'));
    expect(problemsOf(text).map((line) => line.slice(0, 5))).toEqual(['1:7 s', '12:48']);
  });
});

describe('the load of a bus', () => {
  const text = (every: string) => changed('every: 500ms', `every: ${every}`);
  test('over its wire is refused', () => {
    expect(problemsOf(text('40ms'))).toEqual([
      '7:9 agents.0.buses.0: the reads of this bus take 117 % of what 9600 baud can carry, of which di 116 %; what would help most is reading di every 80ms instead of 40ms: 117 → 59 %',
    ]);
  });

  test('near it is warned of', () => {
    expect(problemsOf(text('60ms'))).toEqual([
      expect.stringMatching(/^7:9 agents\.0\.buses\.0: warning: the reads of this bus take 7\d % of what 9600 baud/),
    ]);
    expect(siteOf(text('60ms')).id).toBe('test');
  });

  test('fits again on a faster line', () => {
    expect(problemsOf(changed('kind: modbus-rtu', 'kind: modbus-rtu\n        baudRate: 115200', text('40ms')))).toEqual(
      [],
    );
  });
});

describe('the demo site', () => {
  test('loads without a warning', () => {
    const loaded = loadSite(demoFile);
    expect(loaded.ok ? loaded.warnings : loaded.problems).toEqual([]);
  });

  test('has a building, a public lot, and residents and a church on three agents', () => {
    const { agents, lots, buildings } = demoSite();
    const buses = agents.flatMap(({ id, buses: own }) =>
      own.map((bus) => `${id}/${bus.id} ${bus.link.kind}: ${bus.devices.map((device) => device.id).join(' ')}`),
    );
    expect(buses).toEqual([
      'cabinet-b1/rs485-1 modbus-rtu: tilt-ne tilt-nw tilt-se tilt-sw crack-2f crack-b1 crack-stair vib-b1 vib-roof climate-roof',
      'cabinet-b1/rs485-2 modbus-rtu: contacts-1 heat-b1 climate-b1 co-b1-1 co-b1-2 lel-kitchen-1 lel-kitchen-2 contacts-2 level-b1 siren-b1',
      'cabinet-b1/rs485-3 modbus-rtu: climate-1f climate-3f meter-b1 ups-b1',
      'cabinet-s1/rs485-di modbus-rtu: di-1 di-2 di-3 di-4 di-5 di-6 di-7',
      'cabinet-s1/rs485-lane modbus-rtu: us-1 us-2 us-3 us-4 us-5 us-6 us-7 us-8 lane-in lane-out',
      'cabinet-s2/lora modbus-tcp: s2-1 s2-2 s2-3 s3-1 s3-2',
    ]);
    expect(lots.map(({ id, spaces }) => [id, spaces.length])).toEqual([
      ['saesol-public', 60],
      ['saesol-residents', 24],
      ['saesol-church', 10],
    ]);
    expect(buildings.map(({ id }) => id)).toEqual(['hanbit']);
    expect(agents.map(({ uplink }) => uplink.passwordFile)).toEqual(
      ['cabinet-b1', 'cabinet-s1', 'cabinet-s2'].map((id) => join(root, `run/demo/${id}.password`)),
    );
  });

  test('has the spaces of a public lot: by type, and each watched by a contact or from above', () => {
    const [lot] = demoSite().lots;
    const types = Map.groupBy(lot?.spaces ?? [], ({ type }) => type);
    expect(Object.fromEntries([...types].map(([type, spaces]) => [type, spaces.length]))).toEqual({
      general: 30,
      extended: 16,
      compact: 6,
      'ev-fast': 1,
      'ev-slow': 2,
      disabled: 2,
      family: 3,
    });
    const above = (lot?.spaces ?? []).filter(({ occupancy }) => occupancy.endsWith('/occupied'));
    expect(above).toHaveLength(8);
  });

  test('says what every contact of the building means, and hears of life safety every 10 s', () => {
    const points = demoSite()
      .agents.flatMap(devicesOf)
      .flatMap(({ device }) => device.points);
    const kinds = Map.groupBy(points, ({ profile }) => profile.kind);
    expect(['smoke', 'leak', 'door', 'siren', 'beacon'].map((kind) => kinds.get(kind)?.length)).toEqual([
      6, 2, 2, 1, 1,
    ]);
    const lifeSafety = points.filter(({ isLifeSafety }) => isLifeSafety);
    expect(lifeSafety.length).toBeGreaterThan(15);
    expect(lifeSafety.every(({ everyMs, maxSilenceMs }) => everyMs <= 10_000 && maxSilenceMs <= 10_000)).toBe(true);
  });

  test('tells editors where its schema is', () => {
    expect(readFileSync(demoFile, 'utf8').split('\n')[0]).toBe('# yaml-language-server: $schema=../site.schema.json');
  });
});

function demoSite(): Site {
  const loaded = loadSite(demoFile);
  if (!loaded.ok) throw new Error('the demo site is refused');
  return loaded.site;
}

test('a mangled site file is refused with a place inside it, or still makes sense; it never throws', () => {
  // Of devices and spaces of a kind, the first will do.
  const text = readFileSync(demoFile, 'utf8').replaceAll(/^.*\b(di|us|s2|s3)-[2-9]\b.*\n/gm, '');
  const lines = text.split('\n').length;
  const dir = tempDir();
  const cut = fc.record({
    at: fc.nat(text.length),
    length: fc.nat(40),
    put: fc.string({ unit: 'binary', maxLength: 6 }),
  });
  const mangled = fc
    .array(cut, { minLength: 1, maxLength: 3 })
    .map((cuts) => cuts.reduce((now, { at, length, put }) => now.slice(0, at) + put + now.slice(at + length), text));
  fc.assert(
    fc.property(mangled, (content) => {
      const file = join(dir, 'site.yaml');
      writeFileSync(file, content);
      const loaded = loadSite(file);
      const problems = loaded.ok ? loaded.warnings : loaded.problems;
      expect(problems.every(({ line, message }) => line >= 0 && line <= lines + 20 && message !== '')).toBe(true);
      expect(loaded.ok || problems.some(({ severity }) => severity === 'error')).toBe(true);
    }),
    { numRuns: 150 },
  );
});

const ownProfile = `id: ours
maker: Own
model: One
source: our own test
verified: none
points:
  temperature: { table: input, address: 1, type: i16, scale: 0.1, unit: °C, kind: temperature, every: 3s }
`;

function pointOf(site: Site, ref: string) {
  const points = site.agents.flatMap(devicesOf).flatMap(({ device }) => device.points);
  const point = points.find((candidate) => candidate.ref === ref);
  if (point === undefined) throw new Error(`no point ${ref}`);
  return point;
}

test('one anchor may serve a thousand points', () => {
  const spaces = Array.from({ length: 500 }, (_, i) => `      - { id: x${i}, type: *type, occupancy: di/di_0 }`);
  const text = changed(
    '      - { id: s1, type: general, occupancy: di/di_0 }\n',
    ['      - { id: s1, type: &type general, occupancy: di/di_0 }', ...spaces, ''].join('\n'),
  );
  expect(problemsOf(text).filter((problem) => !problem.includes('is bound to'))).toEqual([]);
});
