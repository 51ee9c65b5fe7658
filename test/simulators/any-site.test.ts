import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { formatProblem, loadSite } from '../../config/load-site.ts';
import { modbusBusesOf, type Site } from '../../config/site.ts';
import type { PointName } from '../../contract/ids.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { type Decoded, decodeRange } from '../../devices/decode.ts';
import { encodePdu, parseReplyPdu } from '../../devices/modbus/pdu.ts';
import { planReads, type ReadRange } from '../../devices/plan.ts';
import { type PointProfile, valueTypeOf } from '../../devices/profile.ts';
import { viewsOf } from '../../simulators/registers.ts';
import { type BusName, VirtualBuses } from '../../simulators/virtual-buses.ts';
import { builtInProfiles } from '../built-in.ts';
import { writeSiteText } from './sites.ts';

const profiles = [...builtInProfiles().values()];

/** What a site may say about a point: what it means, and in what unit, as an installer would. */
const contactKinds = [
  'contact',
  'occupancy',
  'smoke',
  'water-leak',
  'door',
  'heat',
  'power-fail',
  'motion',
  'anything',
];
const numberKinds = [
  'temperature',
  'crack',
  'level',
  'lel',
  'counter',
  'battery',
  'vibration',
  'anything',
  'setting',
  'toString',
];

type PointWish = { kind: string; invert: boolean; scale: number };
type DeviceWish = { profile: string; wishes: readonly PointWish[] };
type SiteWish = {
  zone: string;
  buses: readonly { serial: boolean; devices: readonly DeviceWish[] }[];
  spaces: 'none' | 'general' | 'resident';
};

const deviceWish: fc.Arbitrary<DeviceWish> = fc.record({
  profile: fc.constantFrom(...profiles.map(({ id }) => id)),
  wishes: fc.array(
    fc.record({
      kind: fc.constantFrom(...contactKinds, ...numberKinds),
      invert: fc.boolean(),
      scale: fc.constantFrom(1, 0.5, 2, 10),
    }),
    { maxLength: 4 },
  ),
});
const siteWish: fc.Arbitrary<SiteWish> = fc.record({
  zone: fc.constantFrom('Asia/Seoul', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu'),
  buses: fc.array(fc.record({ serial: fc.boolean(), devices: fc.array(deviceWish, { minLength: 1, maxLength: 3 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
  spaces: fc.constantFrom('none', 'general', 'resident'),
});

describe('any valid site', () => {
  test('shows a day of good values at every point, whatever it is made of and says of its points', async () => {
    await fc.assert(
      fc.asyncProperty(siteWish, fc.nat(), async (wish, seed) => {
        const site = built(wish);
        const clock = new SimClock(Date.UTC(2026, 2, 28, 15));
        const buses = new VirtualBuses({ site, clock, seed, speed: 1 });
        for (let hours = 0; hours < 24; hours += 6) {
          expect(readAll(site, buses).filter(isWrong).map(shown)).toEqual([]);
          await clock.advance(6 * 3_600_000 + 61_007);
        }
      }),
      { numRuns: 40, seed: 4711 },
    );
  });

  test('shows the same by wire and by TCP, and after a second at 3600 times the speed what comes in an hour', async () => {
    await fc.assert(
      fc.asyncProperty(siteWish, fc.nat(), async (wish, seed) => {
        const [slow, fast] = [
          built(wish),
          built({ ...wish, buses: wish.buses.map((bus) => ({ ...bus, serial: !bus.serial })) }),
        ];
        const [clock, quick] = [new SimClock(), new SimClock()];
        const [here, there] = [
          new VirtualBuses({ site: slow, clock, seed, speed: 1 }),
          new VirtualBuses({ site: fast, clock: quick, seed, speed: 3600 }),
        ];
        await clock.advance(3_600_000);
        await quick.advance(1000);
        expect(readAll(fast, there).map(shown)).toEqual(readAll(slow, here).map(shown));
      }),
      { numRuns: 15, seed: 4711 },
    );
  });
});

test('a contact that a site calls smoke and inverts is false on a quiet day, by way of a closed contact', () => {
  const wish = { profile: 'waveshare-rtu-io-8ch', wishes: [{ kind: 'smoke', invert: true, scale: 1 }] };
  const site = built({ zone: 'UTC', buses: [{ serial: true, devices: [wish] }], spaces: 'none' });
  const buses = new VirtualBuses({ site, clock: new SimClock(), seed: 1, speed: 1 });
  expect(readAll(site, buses).find(({ ref }) => ref === 'd-0-0/di_0')).toMatchObject({ value: false, fault: null });
  const request = { kind: 'read', fn: 2, address: 0, count: 1 } as const;
  const pdu = buses.answer(busOf(site, 0), 1, encodePdu(request));
  expect(pdu && parseReplyPdu(request, pdu)).toEqual({ kind: 'bits', bits: [true] });
});

type Seen = Decoded & { ref: string; profile: PointProfile };

/**
 * A sentinel is what the device itself says; no quiet day has any other value that is none. But a site may scale a distance
 * and not the yes or no that the same register gives, and then that one is out of its range.
 */
function isWrong({ value, fault, profile }: Seen): boolean {
  return value === null && fault !== 'sentinel' && profile.trueBelow === null;
}

function shown({ ref, value, fault }: Seen): string {
  return `${ref} ${value} ${fault}`;
}

function modbusDevicesOf(agent: Site['agents'][number]) {
  return modbusBusesOf(agent).flatMap((bus) => bus.devices.map((device) => ({ bus, device })));
}

/** Every point of every device, by the reads an agent would plan. */
function readAll(site: Site, buses: VirtualBuses): Seen[] {
  return site.agents.flatMap((agent) =>
    modbusDevicesOf(agent).flatMap(({ bus, device }) => {
      const exponents = new Map<PointName, number>();
      return planReads(device).flatMap((range) => {
        const reply = replyTo(buses, `${agent.id}/${bus.id}`, device.unit, range);
        const decoded = decodeRange(range, reply, exponents);
        return decoded.map((each) => {
          if (typeof each.value === 'number') exponents.set(each.name, each.value);
          const profile = range.points.find(({ name }) => name === each.name)?.profile;
          if (profile === undefined) throw new Error(`${each.name} was not asked for`);
          return { ...each, ref: `${device.id}/${each.name}`, profile };
        });
      });
    }),
  );
}

function replyTo(buses: VirtualBuses, bus: BusName, unit: number, { fn, address, count }: ReadRange) {
  const request = { kind: 'read', fn, address, count } as const;
  const pdu = buses.answer(bus, unit, encodePdu(request));
  const reply = pdu && parseReplyPdu(request, pdu);
  if (reply?.kind === 'words' || reply?.kind === 'bits') return reply;
  throw new Error(`${bus} unit ${unit}, ${count} from ${address}: ${JSON.stringify(reply)}`);
}

function busOf(site: Site, nth: number): BusName {
  const [agent] = site.agents;
  const bus = agent?.buses[nth];
  if (agent === undefined || bus === undefined) throw new Error('no such bus');
  return `${agent.id}/${bus.id}`;
}

/** The site as a file, loaded; every boolean contact of the first device is a space. */
function built(wish: SiteWish): Site {
  const dir = mkdtempSync(`${tmpdir()}/jari-any-`);
  try {
    const loaded = loadSite(writeSiteText(stringify(siteFile(wish)), dir));
    if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
    return loaded.site;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function siteFile({ zone, buses, spaces: type }: SiteWish): object {
  const name = { ko: '시험', en: 'test' };
  const files = buses.map(({ serial, devices }, nth) => ({
    id: `bus-${nth}`,
    ...(serial
      ? { kind: 'modbus-rtu', port: `/dev/ttyNEVER${nth}`, baudRate: 115_200 }
      : { kind: 'modbus-tcp', host: '127.0.0.1', port: 1502 + nth }),
    devices: devices.map((device, i) => deviceFile(device, `d-${nth}-${i}`, i + 1)),
  }));
  const spaces = files[0]?.devices.slice(0, 1).flatMap(({ id, contacts }) =>
    contacts.map((contact, i) => ({
      id: `s-${i}`,
      type,
      occupancy: `${id}/${contact}`,
    })),
  );
  return {
    site: 'any',
    name,
    timezone: zone,
    agents: [
      {
        id: 'box',
        uplink: { url: 'mqtt://127.0.0.1:1883' },
        buses: files.map((bus) => ({ ...bus, devices: bus.devices.map(({ contacts: _, ...device }) => device) })),
      },
    ],
    lots: type === 'none' ? [] : [{ id: 'lot', name, spaces }],
  };
}

function deviceFile({ profile: id, wishes }: DeviceWish, device: string, unit: number) {
  const profile = profiles.find((each) => each.id === id);
  const all = Object.entries(profile?.points ?? {});
  const contacts = all.filter(([, point]) => valueTypeOf(point) === 'boolean' && !point.writable).map(([name]) => name);
  // A second reading of a register is not another instrument's to rescale.
  const views = new Set<string>(profile && viewsOf(profile));
  const points = Object.fromEntries(
    all
      .filter(([name]) => !views.has(name))
      .slice(0, wishes.length)
      .map(([name, point], i) => [name, overrideOf(point, wishes[i])]),
  );
  return { id: device, profile: id, unit, every: '10s', points, contacts };
}

/** As much of a wish as makes sense for a point: an installer scales numbers and inverts contacts. */
function overrideOf(point: PointProfile, wish: PointWish | undefined): object {
  if (wish === undefined) return {};
  const { kind, invert, scale } = wish;
  if (valueTypeOf(point) === 'boolean') return { kind, invert };
  const isPlain = valueTypeOf(point) === 'number' && point.scaleFrom === null;
  return isPlain ? { kind, scale: point.scale * scale } : { kind };
}
