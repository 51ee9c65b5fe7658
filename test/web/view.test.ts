import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentItem, DeviceItem, LatestItem } from '../../contract/http/live.ts';
import { faultCodes, qualityOf } from '../../contract/reading.ts';
import type { LinkState } from '../../web/gateway/link-state.ts';
import { change, deviceKey, type Model, modelOf } from '../../web/gateway/model.ts';
import { type Around, brokenAt, lostTogether } from '../../web/pages/devices/explain.ts';
import { frameLines } from '../../web/pages/devices/frame-lines.ts';
import { headlineOf } from '../../web/pages/live/headline.ts';
import { agentView, deviceView, type Seen } from '../../web/pages/live/view.ts';
import { demoWorld, missing } from './demo-world.ts';

const start = Date.parse('2026-11-21T15:00:00.000Z');
const at = (seconds: number) => new Date(start + seconds * 1000).toISOString();

function seen(of: Partial<Seen> = {}): Seen {
  return { language: 'en', link: 'live', now: start + 10_000, heardAt: start + 10_000, ...of };
}

function demoModel(): Model {
  const { fleet, sites } = demoWorld();
  const items = sites.map(({ id, name, timezone }) => ({ site: id, name, timezone }));
  return modelOf({ sites: items, agents: fleet.agents(), devices: fleet.devices(), latest: fleet.latest() });
}

function setDevice(model: Model, id: string, with_: Partial<DeviceItem>): void {
  const item = deviceOf(model, id);
  change(model, { event: 'device', data: { ...item, ...with_ } });
}

function setAgent(model: Model, id: string, with_: Partial<AgentItem>): void {
  const item = model.agents.get(`saesol/${id}`);
  if (item === undefined) throw new Error(`no agent ${id}`);
  change(model, { event: 'agent', data: { ...item, ...with_ } });
}

function setPoint(model: Model, device: string, point: string, with_: Partial<LatestItem>): void {
  const item = model.points.get(`saesol/${device}`)?.get(point);
  if (item === undefined) throw new Error(`no point ${device}/${point}`);
  change(model, { event: 'reading', data: { ...item, ...with_ } });
}

function deviceOf(model: Model, id: string): DeviceItem {
  const item = model.devices.get(`saesol/${id}`);
  if (item === undefined) throw new Error(`no device ${id}`);
  return item;
}

const pointOf = (model: Model, device: string, point: string, look: Seen) =>
  deviceView(model, deviceOf(model, device), look).points.find(({ name }) => name === point);

describe('a value', () => {
  test('is shown only when link, agent, device and reading all vouch for it; else it is a dash', () => {
    const anyCase = fc.record({
      link: fc.constantFrom<LinkState>('connecting', 'live', 'checking', 'lost'),
      agent: fc.constantFrom<AgentItem['state']>('online', 'offline', 'unknown'),
      device: fc.constantFrom<DeviceItem['state']>('online', 'degraded', 'offline', 'unknown'),
      value: fc.constantFrom<LatestItem['value']>(null, 0, 1.5, false, ''),
      fault: fc.constantFrom(null, ...faultCodes),
    });
    const check = fc.property(anyCase, ({ link, agent, device, value, fault }) => {
      const model = demoModel();
      setAgent(model, 'cabinet-2', { state: agent });
      setDevice(model, 'co-ramp', { state: device });
      setPoint(model, 'co-ramp', 'co', { value, fault, quality: qualityOf(value, fault) });
      const vouched = link !== 'lost' && agent === 'online' && (device === 'online' || device === 'degraded');
      const view = pointOf(model, 'co-ramp', 'co', seen({ link }));
      expect(view?.value === '—').toBe(!vouched || value === null);
      expect(view?.tone === 'unknown').toBe(view?.value === '—');
    });
    fc.assert(check, { numRuns: 300 });
  });

  test('that is doubtful says why beside it', () => {
    const model = demoModel();
    setPoint(model, 'co-ramp', 'co', { value: 7, fault: 'noisy', quality: 'uncertain' });
    expect(pointOf(model, 'co-ramp', 'co', seen())).toMatchObject({
      value: '7',
      tone: 'caution',
      note: 'value too noisy',
    });
  });

  test('that is missing says why, what was last known and how old that is', () => {
    const model = demoModel();
    setPoint(model, 'co-ramp', 'co', { ...missing('sentinel'), at: at(5), lastGood: { value: 3, at: at(-50) } });
    expect(pointOf(model, 'co-ramp', 'co', seen({ language: 'ko' }))).toMatchObject({
      value: '—',
      unit: '',
      note: '장치가 값 없음으로 보고 · 마지막 3 ppm',
      age: { at: at(-50), isEstimated: false, until: null },
    });
  });

  test('that never was says so and has no age', () => {
    const model = demoModel();
    setPoint(model, 'co-ramp', 'co', {
      value: null,
      quality: 'bad',
      fault: null,
      at: null,
      time: 'none',
      lastGood: null,
    });
    expect(pointOf(model, 'co-ramp', 'co', seen())).toMatchObject({
      value: '—',
      note: 'nothing received yet',
      age: null,
    });
  });

  test.each([
    ['synced', at(4), false],
    ['estimated', at(4), true],
    ['none', null, false],
  ] as const)('whose time is %s has the age that can be told', (time, when, isEstimated) => {
    const model = demoModel();
    setPoint(model, 'co-ramp', 'co', { time, at: when });
    expect(pointOf(model, 'co-ramp', 'co', seen())?.age).toEqual({ at: when, isEstimated, until: null });
  });
});

describe('a device', () => {
  test('that is offline says the fault of its points and what its agent says of it', () => {
    const model = demoModel();
    setDevice(model, 'tilt-se', { state: 'offline', reason: { code: 'wrong-crc', hex: '50 03' }, since: at(5) });
    setPoint(model, 'tilt-se', 'tilt_x', missing('bad-frame'));
    const view = deviceView(model, deviceOf(model, 'tilt-se'), seen({ language: 'ko' }));
    expect(view).toMatchObject({
      tone: 'warning',
      state: '통신 끊김',
      why: 'CRC 오류 (50 03)',
      since: '00:00:05부터',
    });
  });

  test.each([
    ['offline', 'agent offline'],
    ['unknown', 'agent not heard'],
  ] as const)('whose agent is %s is unknown whatever it said before', (state, why) => {
    const model = demoModel();
    setAgent(model, 'cabinet-1', { state });
    const view = deviceView(model, deviceOf(model, 'tilt-se'), seen());
    expect(view).toMatchObject({ tone: 'unknown', state: 'Unknown', why });
  });

  test('has an address of its own, with the site when there are several', () => {
    const model = demoModel();
    expect(deviceView(model, deviceOf(model, 'tilt-se'), seen()).anchor).toBe('tilt-se');
    model.sites.set('haneul', { site: 'haneul', name: { ko: '하늘', en: 'Haneul' }, timezone: 'Asia/Seoul' });
    expect(deviceView(model, deviceOf(model, 'tilt-se'), seen()).anchor).toBe('saesol/tilt-se');
  });
});

test('an agent never heard says so, and tells of missing messages and its clock', () => {
  const model = demoModel();
  setAgent(model, 'cabinet-1', { state: 'unknown', epoch: null, missing: 12, clock: 'unsynced', backlog: 3 });
  const agent = model.agents.get('saesol/cabinet-1');
  if (agent === undefined) throw new Error('no agent');
  expect(agentView(model, agent, seen({ language: 'ko' }))).toMatchObject({
    tone: 'unknown',
    state: '알 수 없음',
    facts: ['수신한 적 없음', '누락 12건', '전송 대기 3건', '시각 미동기'],
  });
});

describe('the first line', () => {
  test('says that all are online only when all are, and that no value is judged', () => {
    const model = demoModel();
    expect(headlineOf(model, seen({ language: 'ko' }))).toMatchObject({
      tone: 'normal',
      text: '장치 6대 통신 정상 · 통신 상태만 나타냄, 위험 여부는 경보에서 확인',
    });
    setPoint(model, 'co-ramp', 'co', missing('sentinel'));
    expect(headlineOf(model, seen({ language: 'ko' })).text).toContain('알 수 없음 1건: co-ramp 값 없음 1건');
  });

  test('says what, where and since when, the most urgent first and then the longest lasting', () => {
    const model = demoModel();
    setDevice(model, 'di-1', { state: 'degraded', reason: { code: 'no-reply', ms: 300, echo: false }, since: at(1) });
    setDevice(model, 'tilt-se', { state: 'offline', reason: { code: 'readings-bad', fault: 'timeout' }, since: at(5) });
    setDevice(model, 'meter-main', {
      state: 'offline',
      reason: { code: 'readings-bad', fault: 'timeout' },
      since: at(2),
    });
    const line = headlineOf(model, seen());
    expect(line.text).toBe('3 wrong: meter-main offline · since 00:00:02');
    expect(line.tone).toBe('warning');
    expect(line.problems.map(({ text }) => text)).toEqual([
      'meter-main offline · no answer · since 00:00:02',
      'tilt-se offline · no answer · since 00:00:05',
      'di-1 degraded · no reply in 300 ms · since 00:00:01',
    ]);
  });

  test('names an agent that is away once, and not each of its devices', () => {
    const model = demoModel();
    setAgent(model, 'cabinet-2', { state: 'offline', since: at(3) });
    for (const id of ['co-ramp', 'meter-main', 'sump-1']) setDevice(model, id, { state: 'unknown', since: at(3) });
    const line = headlineOf(model, seen({ language: 'ko' }));
    expect(line.problems.map(({ text }) => text)).toEqual([
      '수집기 cabinet-2 연결 끊김 · 장치 3대 상태 알 수 없음 · 00:00:03부터',
    ]);
  });

  test('of a lost link says since when, and claims nothing else', () => {
    const line = headlineOf(demoModel(), seen({ link: 'lost', heardAt: start - 24_000 }));
    expect(line).toMatchObject({ tone: 'unknown', problems: [] });
    expect(line.text).toBe('This page has lost the gateway · last heard 34 s ago, the state now is unknown');
  });

  test('does not say that all is well while nothing is loaded or nothing is configured', () => {
    const empty = modelOf({ sites: [], agents: [], devices: [], latest: [] });
    expect(headlineOf(empty, seen({ link: 'connecting' }))).toMatchObject({ tone: 'unknown', text: 'Loading' });
    expect(headlineOf(empty, seen())).toMatchObject({
      tone: 'unknown',
      text: 'No devices yet. Add them to the site file.',
    });
  });

  test('keeps to eight problems and says how many more there are', () => {
    const model = demoModel();
    const template = deviceOf(model, 'di-1');
    for (let n = 0; n < 11; n += 1) {
      change(model, { event: 'device', data: { ...template, device: `io-${n}`, state: 'offline', since: at(n) } });
    }
    const line = headlineOf(model, seen());
    expect([line.problems.length, line.more]).toEqual([8, 'and 3 more']);
  });
});

test('an event changes what it speaks of and says which card that is', () => {
  const model = demoModel();
  const device = deviceOf(model, 'tilt-se');
  expect(change(model, { event: 'device', data: { ...device, state: 'offline' } })).toBe(deviceKey(device));
  expect(change(model, { event: 'device', data: { ...device, device: 'new-one' } })).toBe('all');
  const order = [...(model.points.get('saesol/tilt-se')?.keys() ?? [])];
  setPoint(model, 'tilt-se', 'tilt_x', { value: 9 });
  expect([...(model.points.get('saesol/tilt-se')?.keys() ?? [])]).toEqual(order);
});

describe('a missing value', () => {
  const around = (with_: Partial<Around> = {}): Around => {
    const model = demoModel();
    const device = deviceOf(model, 'air-b1');
    const plain = { link: 'live', isBusSilent: false, isBusClosed: false } as const;
    return { ...plain, agent: model.agents.get('saesol/cabinet-1'), device, ...with_ };
  };
  const agent = (with_: Partial<AgentItem>) => ({ agent: { ...around().agent, ...with_ } as AgentItem });
  const offline = { device: { ...around().device, state: 'offline' as const } };
  const byRadio = { device: { ...offline.device, reason: { code: 'no-uplink' as const, s: 61 } } };
  const point = { value: null, quality: 'bad' as const, fault: null, at: null };
  test.each<[string, Partial<LatestItem>, Partial<Around>, string | null]>([
    ['a page without its gateway', {}, { link: 'lost' }, 'screen link-lost'],
    ['an agent that is away', { fault: 'timeout' }, agent({ state: 'offline' }), 'broker agent-offline'],
    ['an agent never heard', {}, { agent: undefined }, 'broker agent-unheard'],
    ['one silent unit', { fault: 'timeout' }, {}, 'unit timeout'],
    ['a whole silent wire', { fault: 'timeout' }, { isBusSilent: true }, 'wire wire-silent'],
    ['one that is silent by radio', { fault: 'timeout' }, byRadio, 'unit no-uplink'],
    ['all of a network server', { fault: 'timeout' }, { ...byRadio, isBusSilent: true }, 'wire radio-silent'],
    ['a device that is off behind a closed port', {}, { ...offline, isBusClosed: true }, 'wire port-closed'],
    ['a value that is still there, behind one', { value: 3, quality: 'good' }, { isBusClosed: true }, null],
    ['a reply out of range', { fault: 'out-of-range' }, {}, 'decode out-of-range'],
    ['a value that cannot be true', { fault: 'stuck' }, {}, 'rule stuck'],
    ['a clock that nobody believes', { fault: 'clock' }, {}, 'clock clock'],
    ['a reading that waits in the outbox', { fault: 'not-polled' }, agent({ backlog: 7 }), 'outbox outbox-waits'],
    ['a value too old', { fault: 'not-polled' }, {}, 'gateway too-old'],
    ['a device that is off, nothing said of the point', { fault: 'not-polled' }, offline, 'unit timeout'],
    ['a point that its agent has not asked for', { fault: 'not-polled', at: at(0) }, {}, 'unit not-polled'],
    ['a value that is there', { value: 3, quality: 'good' }, {}, null],
  ])('of %s is said where it is lost and why', (_, of, with_, want) => {
    const lost = brokenAt({ ...point, ...of }, around(with_));
    expect(lost === null ? null : `${lost.at} ${lost.cause}`).toBe(want);
  });

  test('is expected of a device that is well so far, where its port is closed: its way is not unbroken', () => {
    expect(brokenAt(null, around({ isBusClosed: true }))).toMatchObject({ at: 'wire', cause: 'port-closed' });
    expect(brokenAt(null, around())).toBeNull();
  });

  test('is told together with those that are lost in the same way', () => {
    const lost = (fault: 'timeout' | 'sentinel') => brokenAt({ ...point, fault }, around());
    const broken = new Map([
      ['a', lost('timeout')],
      ['b', lost('sentinel')],
      ['c', lost('timeout')],
      ['d', null],
    ]);
    expect(lostTogether(broken).map(({ cause, points }) => [cause, points])).toEqual([
      ['timeout', ['a', 'c']],
      ['sentinel', ['b']],
    ]);
  });
});

test('a request without an answer has a line of its own among the frames', () => {
  const frame = (dir: 'tx' | 'rx') => ({ at: at(0), dir, hex: '0103ff', decoded: dir });
  expect(frameLines([frame('tx'), frame('rx'), frame('tx'), frame('tx')]).map(({ dir }) => dir)).toEqual([
    'tx',
    'rx',
    'tx',
    'none',
    'tx',
    'none',
  ]);
  expect(frameLines([frame('rx')])[0]?.hex).toBe('01 03 ff');
});
