import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { Agreement } from '../../../devices/serial/agreement.ts';
import { readFrame } from '../../../devices/serial/decode.ts';
import { writeFrame } from '../../../devices/serial/encode.ts';
import { framerOf } from '../../../devices/serial/framer.ts';
import { agreementOf, type TalkerProfile, talkerProfileSchema } from '../../../devices/serial/talker-profile.ts';
import { builtInProfiles, builtInTalkers } from '../../built-in.ts';
import { root } from '../../needs.ts';
import { hex } from '../builders.ts';
import { askedOf, bytes, lines } from './builders.ts';

const ids = ['benewake-tfmini-plus', 'dfrobot-a02yyuw', 'maxbotix-hrxl-wr'];

test('the folder holds these profiles and no others, and none has the id of a Modbus profile', () => {
  expect([...builtInTalkers().keys()]).toEqual(ids);
  expect(ids.filter((id) => builtInProfiles().has(id))).toEqual([]);
});

describe.each(ids)('%s', (id) => {
  const profile = load(id);

  test('is named as its file, and gives a range to every number', () => {
    expect(profile.id).toBe(id);
    expect(Object.values(profile.points).every((point) => point.valid !== null || point.enum !== null)).toBe(true);
  });

  test('has no checksum that lets no damage through, so two of three frames must agree', () => {
    expect(agreementOf(profile)).toEqual({ frames: 2, of: 3 });
  });
});

/** Bytes as the makers and those who ran the sensor have them. */
test.each<[what: string, id: string, stream: Uint8Array, values: unknown[]]>([
  [
    'A02YYUW, the maker’s example and its neighbours, the first half heard',
    'dfrobot-a02yyuw',
    hex('A1 A7 FF 07 A1 A7 FF 07 A1 A7 FF 07 A6 AC'),
    [null, 1953, 1958],
  ],
  [
    'A02YYUW without an echo (0), then too near',
    'dfrobot-a02yyuw',
    hex('FF 00 00 FF FF 00 00 FF FF 00 1D 1C FF 00 1D 1C'),
    [null, 'sentinel', null, 'out-of-range'],
  ],
  [
    'A02YYUW: one damaged frame that its sum lets through costs itself',
    'dfrobot-a02yyuw',
    hex('FF 07 A1 A7 FF 07 A1 A7 FF 03 A5 A7 FF 07 A1 A7'),
    [null, 1953, null, 1953],
  ],
  [
    'TFmini Plus at 3 m and 3.02 m, the first half heard',
    'benewake-tfmini-plus',
    hex('01 F4 01 C8 08 A4 59 59 2C 01 F4 01 C8 08 A4 59 59 2E 01 F4 01 C8 08 A6'),
    [null, 3020],
  ],
  [
    'TFmini Plus with too little light (0), then with too much (65534)',
    'benewake-tfmini-plus',
    hex('59 59 00 00 3C 00 C8 08 BE 59 59 00 00 3C 00 C8 08 BE 59 59 FE FF FF FF C8 08 7D 59 59 FE FF FF FF C8 08 7D'),
    [null, 'sentinel', 'sentinel', 'sentinel'],
  ],
  [
    'TFmini Plus with a distance that its signal is too weak for',
    'benewake-tfmini-plus',
    hex('59 59 FA 00 50 00 C8 08 CC 59 59 FA 00 50 00 C8 08 CC'),
    [null, 'sentinel'],
  ],
  [
    'HRXL-MaxSonar-WR after power-up',
    'maxbotix-hrxl-wr',
    bytes('HRXL-MaxSonar-WRL\rPN:MB7386\rCopyright 2011-2013 MaxBotix Inc.\rRoHS 1.8b090\r0713 TempI\rR1234\rR1236\r'),
    [null, 1236],
  ],
  [
    'HRXL-MaxSonar-WR with a digit lost, a stray 0xFF, and nothing in range',
    'maxbotix-hrxl-wr',
    bytes('R0480\rR048\r\xffR0481\rR5000\rR5000\r'),
    [null, 481, null, 'sentinel'],
  ],
])('%s', (_, id, stream, values) => {
  expect(counted(load(id), stream)).toEqual(values);
});

test('a line of NMEA 0183, its checksum over what stands between $ and *', () => {
  const profile = lines({
    frame: {
      start: '$',
      layout: '$GPGGA,{*},{*},N,{*},E,{*},{satellites},{*},{altitude},M,{*},M,,',
      maxLength: 82,
      checksum: { kind: 'xor8', from: 1 },
    },
    points: { satellites: { kind: 'count' }, altitude: { kind: 'height', unit: 'm' } },
  });
  const [frame] = framerOf(profile).take(
    bytes('$GPGGA,123519,4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n'),
    0,
  );
  const said = frame && readFrame(profile, askedOf(profile), frame);
  expect([...(said?.points.values() ?? [])].map(({ value }) => value)).toEqual([8, 545.4]);
});

test('what a simulated sensor writes is what the data sheet shows', () => {
  expect(writeFrame(load('dfrobot-a02yyuw'), null, () => 1953)).toEqual(hex('FF 07 A1 A7'));
  expect(writeFrame(load('maxbotix-hrxl-wr'), null, () => 480)).toEqual(bytes('R0480\r'));
});

test('the example in the README is a profile that reads what it says', () => {
  const [, yaml = ''] =
    /```yaml\n(id: acme-depth[^`]*)```/.exec(readFileSync(join(root, 'devices/README.md'), 'utf8')) ?? [];
  const profile = talkerProfileSchema.parse(parse(yaml));
  const line = writeFrame(profile, '3', () => 1.25);
  expect(String.fromCharCode(...line)).toMatch(/^\$DEP,3,1\.25,\*[0-9A-F]{2}\r\n$/);
  const [frame] = framerOf(profile).take(line, 0);
  expect(frame && readFrame(profile, askedOf(profile), frame)?.points.get('depth')).toEqual({
    value: 1.25,
    fault: null,
  });
});

/** For each frame, what of it counts: null while it does not. */
function counted(profile: TalkerProfile, stream: Uint8Array): unknown[] {
  const points = askedOf(profile);
  const [name = ''] = Object.keys(profile.points);
  const agreement = new Agreement(agreementOf(profile), () => points[0]?.profile.within ?? 0);
  return framerOf(profile)
    .take(stream, 0)
    .flatMap((frame) => {
      const said = readFrame(profile, points, frame);
      if (said === undefined) return [];
      const meant = agreement.take(said.points).get(name);
      return [meant === undefined ? null : (meant.value ?? meant.fault)];
    });
}

function load(id: string): TalkerProfile {
  const file = join(root, 'devices/serial/profiles', `${id}.yaml`);
  return talkerProfileSchema.parse(parse(readFileSync(file, 'utf8')));
}
