import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatProblem, loadSite } from '../../config/load-site.ts';
import { isModbusBus, isTalkerBus, type Site } from '../../config/site.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { decodeRange } from '../../devices/decode.ts';
import { encodePdu, parseReplyPdu } from '../../devices/modbus/pdu.ts';
import { planReads } from '../../devices/plan.ts';
import { readFrame } from '../../devices/serial/decode.ts';
import { framerOf } from '../../devices/serial/framer.ts';
import { TalkerVoice } from '../../simulators/talker-voice.ts';
import { busesOf, VirtualBuses } from '../../simulators/virtual-buses.ts';
import { folderOf } from '../config/site-text.ts';

const about = (id: string) => `id: ${id}\nmaker: M\nmodel: X\nsource: s\nverified: none\n`;
const point = (name: string, at: number, keys: string) =>
  `  ${name}: { table: holding, address: ${at}, kind: x, ${keys} }\n`;
const registers = {
  overlap: point('a', 0, 'type: u32') + point('b', 1, 'type: u16') + point('c', 1, 'type: bit, bit: 3'),
  halves: point('a', 0, 'type: u16, mask: 0xFF00') + point('b', 0, 'type: sm16, mask: 0x00FF'),
  whole: point('v', 0, 'type: u16, validWhile: s') + point('s', 0, 'type: bit, bit: 15'),
  meter: point('p', 0, 'type: u16, scaleBy: ct') + point('ct', 1, 'type: u16') + point('e', 2, 'type: i16'),
  signed: point('v', 0, 'type: u16, negativeWhile: r') + point('r', 1, 'type: bit, bit: 15'),
};
const frames = {
  line: 'protocol: serial-lines\nframe: { layout: "{a:5},{b:4},{c}" }\npoints: { a: { decimals: 1, kind: x }, b: { kind: x }, c: { scale: 0.1, kind: x } }\n',
  bytes:
    'protocol: serial-frames\nframe: { start: [170], length: 6, checksum: { kind: sum8, from: 0, to: 4, at: 5 } }\npoints: { a: { at: 1, type: u16, kind: x }, lo: { at: 2, type: u8, kind: x }, bit0: { at: 3, type: bit, bit: 0, kind: x }, all: { at: 3, type: u8, kind: x }, f: { at: 4, type: i8, scale: 0.5, kind: x } }\n',
};

const [asked, spoken] = [Object.entries(registers), Object.entries(frames)];
const text = `site: k
name: { ko: 가, en: a }
profiles: [p]
agents:
  - id: a
    uplink: { url: "mqtt://127.0.0.1:1883" }
    buses:
${asked.map(([id], i) => `      - { id: b${i}, kind: modbus-tcp, host: 192.0.2.7, port: ${2000 + i}, devices: [{ id: ${id}, profile: ${id}, unit: 0, every: 10s }] }\n`).join('')}${spoken.map(([id], i) => `      - { id: s${i}, kind: serial, port: /dev/ttyNEVER${i}, devices: [{ id: ${id}, profile: ${id} }] }\n`).join('')}`;
function theSite(): Site {
  const dir = folderOf({
    'site.yaml': text,
    ...Object.fromEntries(asked.map(([id, points]) => [`p/${id}.yaml`, `${about(id)}points:\n${points}`])),
    ...Object.fromEntries(spoken.map(([id, rest]) => [`p/${id}.yaml`, `${about(id)}${rest}`])),
  });
  const loaded = loadSite(join(dir, 'site.yaml'));
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.site;
}

type Field = { readonly site: Site; readonly clock: SimClock; readonly buses: VirtualBuses };

function fieldOf(site: Site): Field {
  const clock = new SimClock();
  return { site, clock, buses: new VirtualBuses({ site, clock, seed: 1, speed: 1 }) };
}

/** What one point of a virtual field reads as: out of registers, or of frames. */
async function read({ site, clock, buses }: Field, id: string, name: string): Promise<unknown> {
  for (const [bus, config] of busesOf(site)) {
    if (isModbusBus(config))
      for (const { id: own, unit, profile, points } of config.devices.filter((device) => device.id === id))
        for (const range of planReads({ profile, points: points.map((each) => ({ ...each, everyMs: 1000 })) })) {
          const request = { kind: 'read', fn: range.fn, address: range.address, count: range.count } as const;
          const reply = parseReplyPdu(request, buses.answer(bus, unit, encodePdu(request)) ?? new Uint8Array());
          if (reply?.kind !== 'words' && reply?.kind !== 'bits') return `${own}: ${JSON.stringify(reply)}`;
          const found = decodeRange(range, reply).find((each) => each.name === name);
          if (found !== undefined) return found.value ?? found.fault;
        }
    if (!isTalkerBus(config) || config.devices[0]?.id !== id) continue;
    const [{ profile, points }] = config.devices;
    const framer = framerOf(profile);
    let said: unknown;
    const send = (bytes: Uint8Array) => {
      for (const frame of framer.take(bytes, clock.monotonic()))
        said = readFrame(profile, points, frame)?.points.get(name)?.value;
    };
    const voice = new TalkerVoice({ clock, bus: config, ...buses.voicesOf(bus), send });
    await clock.advance(3010);
    voice.close();
    return said;
  }
  return 'no such device';
}

const numbers = [0, 1, 7.5, -5, 0.62, 128, 255, 300, 5000, 65_535, 70_000];
const wishes: [string, number | boolean][] = [
  ...['overlap/a', 'overlap/b', 'halves/a', 'halves/b', 'whole/v', 'meter/p', 'meter/ct', 'signed/v'],
  ...['line/a', 'line/b', 'line/c', 'bytes/a', 'bytes/lo', 'bytes/all', 'bytes/f'],
].flatMap((ref) => numbers.map((value): [string, number] => [ref, value]));
for (const ref of ['overlap/c', 'whole/s', 'signed/r', 'bytes/bit0']) wishes.push([ref, true], [ref, false]);

// What is set by hand and read otherwise makes a person look for a fault in the profile that is none.
test('what is set is what is read, or it is refused', async () => {
  const site = theSite();
  const taken: string[] = [];
  for (const [ref, value] of wishes) {
    const field = fieldOf(site);
    try {
      field.buses.setByHand(ref, String(value));
    } catch {
      continue;
    }
    const [id = '', name = ''] = ref.split('/');
    const found = await read(field, id, name);
    if (typeof value === 'number') expect(Math.abs(Number(found) - value), `${ref} ${value}`).toBeLessThanOrEqual(0.5);
    else expect(found, ref).toBe(value);
    taken.push(`${ref} ${value}`);
  }
  expect(taken).toEqual(
    expect.arrayContaining(['overlap/a 5000', 'halves/b -5', 'line/b 7.5', 'line/a 0.62', 'signed/r true']),
  );
  expect(taken).not.toEqual(expect.arrayContaining(['bytes/a 5000']));
});

test('a refusal leaves what was set before, and says what would be read', async () => {
  const field = fieldOf(theSite());
  const { buses } = field;
  buses.setByHand('whole/s', 'true');
  buses.setByHand('whole/v', '33000');
  expect(() => buses.setByHand('whole/v', '5')).toThrow(/whole\/v: would read as 32773, beside/);
  expect(await read(field, 'whole', 'v')).toBe(33_000);
  expect(() => buses.setByHand('line/b', '65535')).toThrow(/its frame would not be read/);
});

test('the sign of a value follows the register that says it', async () => {
  const field = fieldOf(theSite());
  const { buses } = field;
  buses.setByHand('signed/v', '12');
  buses.setByHand('signed/r', 'true');
  expect(await read(field, 'signed', 'v')).toBe(-12);
  expect(buses.valueOf('signed/v')).toBe(-12);
});
