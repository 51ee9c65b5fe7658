import { describe, expect, test } from 'vitest';
import type { DeviceState } from '../../../contract/http/live.ts';
import { agentIdSchema, buildingIdSchema, busIdSchema, deviceIdSchema, siteIdSchema } from '../../../contract/ids.ts';
import { troubleAction, troubleWords } from '../../../contract/words/alerts.ts';
import { type AgentWiring, type Known, troublesOf } from '../../../gateway/alerts/grouping.ts';
import { point } from './alerts-fakes.ts';

const hanbit = buildingIdSchema.parse('hanbit');
const wired = (ref: string, lifeSafety: boolean, building = hanbit) => ({
  ref: point(ref),
  building,
  lifeSafety,
  everyMs: 1000,
});
const device = (id: string, points: readonly ReturnType<typeof wired>[]) => ({
  device: deviceIdSchema.parse(id),
  points,
});

const wiring: AgentWiring = {
  site: siteIdSchema.parse('saesol'),
  agent: agentIdSchema.parse('cabinet-b1'),
  buses: [
    {
      bus: busIdSchema.parse('rs485-1'),
      isRadio: false,
      devices: [device('tilt-ne', [wired('tilt-ne/tilt_x', false)]), device('tilt-nw', [])],
    },
    {
      bus: busIdSchema.parse('rs485-2'),
      isRadio: false,
      devices: [
        device('contacts-1', [wired('contacts-1/di_0', true), wired('contacts-1/di_1', true)]),
        device('heat-b1', [wired('heat-b1/alarm', true)]),
      ],
    },
    { bus: busIdSchema.parse('rs485-3'), isRadio: false, devices: [device('meter-b1', [])] },
  ],
};

type Facts = {
  agent?: Known['agent'];
  devices?: Record<string, DeviceState>;
  views?: Record<string, 'bad' | 'unknown'>;
  serviced?: readonly string[];
};

const known = ({ agent = 'online', devices = {}, views = {}, serviced = [] }: Facts): Known => ({
  agent,
  device: (id) => devices[id] ?? 'online',
  view: (ref) => views[ref] ?? 'fresh',
  isServiced: (ref) => serviced.includes(ref),
});

const bothSmoke = { 'contacts-1/di_0': 'unknown', 'contacts-1/di_1': 'unknown' } as const;
const line2 = { 'contacts-1': 'offline', 'heat-b1': 'offline' } as const;

const rows: [name: string, facts: Facts, keys: readonly string[]][] = [
  ['nothing is silent', {}, []],
  [
    'an agent that is not heard explains everything behind it',
    { agent: 'offline', devices: line2 },
    ['agent:cabinet-b1'],
  ],
  ['an agent that has only just connected as well', { agent: 'unknown' }, ['agent:cabinet-b1']],
  ['a dead line is one trouble', { devices: line2 }, ['bus:cabinet-b1/rs485-2']],
  ['one dead device of a line is the device', { devices: { 'contacts-1': 'offline' } }, ['device:contacts-1']],
  ['the only device of a line is the device', { devices: { 'meter-b1': 'offline' } }, ['device:meter-b1']],
  ['a degraded device is no trouble', { devices: { 'contacts-1': 'degraded' } }, []],
  ['every watched point unknown is the device', { views: bothSmoke }, ['device:contacts-1']],
  ['one watched point is the point', { views: { 'contacts-1/di_1': 'bad' } }, ['point:contacts-1/di_1']],
  [
    'a point in maintenance is silent as expected',
    { views: bothSmoke, serviced: ['contacts-1/di_0', 'contacts-1/di_1'] },
    [],
  ],
  [
    'a device in maintenance explains no dead line',
    { devices: line2, serviced: ['contacts-1/di_0', 'contacts-1/di_1'] },
    ['device:heat-b1'],
  ],
];

describe('troubles of an installation', () => {
  test.each(rows)('%s', (_name, facts, keys) => {
    expect(troublesOf(wiring, known(facts)).map(({ key }) => key)).toEqual(keys);
  });

  test('say how many points nobody can judge, and how many of those people leave a building by', () => {
    const [lost] = troublesOf(wiring, known({ agent: 'offline' }));
    expect(lost?.why).toEqual({ code: 'agent-lost', agent: 'cabinet-b1', points: 4, lifeSafety: 3 });
    expect(lost).toMatchObject({ building: 'hanbit', lifeSafety: true, isSaid: true });
  });

  test('of a radio send nobody to a wire', () => {
    const radio = { ...wiring, buses: wiring.buses.map((bus) => ({ ...bus, isRadio: true })) };
    for (const [facts, code] of [
      [{ devices: line2 }, 'bus-silent'],
      [{ devices: { 'contacts-1': 'offline' } }, 'device-silent'],
    ] as const) {
      const [trouble] = troublesOf(radio, known(facts));
      const why = trouble?.why ?? expect.fail('no trouble');
      expect(why).toMatchObject({ code, by: 'radio' });
      const said = [troubleWords(why), troubleAction(why)];
      expect(said.map(({ ko }) => ko).join()).not.toMatch(/배선|통신선|응답/);
      expect(said.map(({ en }) => en).join()).not.toMatch(/wir(e|ing)|line |answer/);
    }
    const [wired] = troublesOf(wiring, known({ devices: line2 }));
    expect(wired?.why).not.toHaveProperty('by');
  });

  test('belong to no building when their points are of several', () => {
    const annex = buildingIdSchema.parse('annex');
    const two = device('di-9', [wired('di-9/di_0', false), wired('di-9/di_1', false, annex)]);
    const shared = { ...wiring, buses: [{ bus: busIdSchema.parse('b'), isRadio: false, devices: [two] }] };
    expect(troublesOf(shared, known({ agent: 'offline' }))[0]?.building).toBeNull();
  });

  test('tell what is said from what is only not heard', () => {
    expect(troublesOf(wiring, known({ views: bothSmoke }))[0]?.isSaid).toBe(false);
    expect(
      troublesOf(wiring, known({ views: { 'contacts-1/di_0': 'bad', 'contacts-1/di_1': 'bad' } }))[0]?.isSaid,
    ).toBe(true);
  });
});
