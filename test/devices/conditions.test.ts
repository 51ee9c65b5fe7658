import { describe, expect, test } from 'vitest';
import { checkProfile } from '../../config/checks/profile.ts';
import { decodeRange } from '../../devices/decode.ts';
import { planReads } from '../../devices/plan.ts';
import type { Profile } from '../../devices/profile.ts';
import { readFrame } from '../../devices/serial/decode.ts';
import { talkerProfileSchema } from '../../devices/serial/talker-profile.ts';
import { pointName, pointsOf, profile } from './builders.ts';

/** The block of a node behind a wireless gateway: its own state beside what it measured. */
const node = (level: object, rest: Partial<Parameters<typeof profile>[0]> = {}) =>
  profile({
    readable: { holding: [[2, 5]] },
    ...rest,
    points: {
      absent: { table: 'holding', address: 2, type: 'bit', bit: 1, kind: 'fault' },
      state: { table: 'holding', address: 3, type: 'u16', enum: { 0: 'ok', 1: 'warming-up' }, kind: 'status' },
      level: { table: 'holding', address: 4, type: 'f32', unit: 'cm', valid: [0, 500], kind: 'level', ...level },
      ...rest.points,
    },
  });

/** What each point says when the registers from 2 on hold these words; a fault by its name. */
function said(of: Profile, words: readonly number[], everyMs: Record<string, number> = {}) {
  const ranges = planReads({ profile: of, points: pointsOf(of, everyMs) });
  return Object.fromEntries(
    ranges.flatMap((range) =>
      decodeRange(range, { kind: 'words', words: words.slice(range.address - 2) }).map(({ name, value, fault }) => [
        name,
        value ?? fault,
      ]),
    ),
  );
}

const [there, gone] = [0, 2];
const metre = [0x42c8, 0];

describe('a point counts only while another says so', () => {
  test.each<[string, object, readonly number[], number | string]>([
    ['it is not so', { invalidWhile: 'absent' }, [there, 0, ...metre], 100],
    ['a lost node: its level is no 0 cm', { invalidWhile: 'absent' }, [gone, 0, 0, 0], 'sentinel'],
    ['one of several', { invalidWhile: ['absent', 'broken'] }, [1, 0, ...metre], 'sentinel'],
    ['none of several', { invalidWhile: ['absent', 'broken'] }, [4, 0, ...metre], 100],
    ['the word that must stand', { validWhile: { state: 'ok' } }, [there, 0, ...metre], 100],
    ['another word', { validWhile: { state: 'ok' } }, [there, 1, ...metre], 'sentinel'],
    [
      'a word nobody knows: it is not known whether it counts',
      { validWhile: { state: 'ok' } },
      [0, 7, ...metre],
      'out-of-range',
    ],
    ['one of two words', { validWhile: { state: ['ok', 'warming-up'] } }, [there, 1, ...metre], 100],
    ['a yes that must be a no', { validWhile: { absent: false } }, [there, 0, ...metre], 100],
    ['and is not', { validWhile: { absent: false } }, [gone, 0, ...metre], 'sentinel'],
    ['both conditions', { validWhile: { state: 'ok' }, invalidWhile: 'absent' }, [gone, 0, ...metre], 'sentinel'],
    ['its own fault stays its own', { invalidWhile: 'absent' }, [there, 0, 0x7fc0, 0], 'out-of-range'],
  ])('%s', (_, level, words, expected) => {
    const broken = { table: 'holding', address: 2, type: 'bit', bit: 0, kind: 'fault' } as const;
    expect(said(node(level, { points: { broken } }), words)).toMatchObject({ level: expected });
  });

  test('and what that one needs, it needs as well', () => {
    const of = node(
      { invalidWhile: 'absent' },
      {
        points: {
          absent: { table: 'holding', address: 2, type: 'bit', bit: 1, validWhile: { state: 'ok' }, kind: 'fault' },
        },
      },
    );
    expect(said(of, [there, 1, ...metre])).toMatchObject({ absent: 'sentinel', level: 'sentinel' });
    expect(said(of, [there, 0, ...metre])).toMatchObject({ absent: false, level: 100 });
  });

  test('of one reply: read by itself, it has no value', () => {
    const of = node({ invalidWhile: 'absent' });
    const level = of.points[pointName('level')];
    if (level === undefined) throw new Error('no level');
    const alone = { address: 4, points: [{ name: pointName('level'), profile: level }] };
    expect(decodeRange(alone, { kind: 'words', words: metre })).toEqual([
      { name: 'level', value: null, fault: 'not-polled' },
    ]);
  });
});

test.each([
  ['at one period', { absent: 1000, state: 1000, level: 1000 }, ['1000: 2+4 absent state level']],
  ['read more seldom', { absent: 60_000, state: 60_000, level: 1000 }, ['1000: 2+4 absent level', '60000: 3+1 state']],
  [
    'read more often',
    { absent: 100, state: 60_000, level: 1000 },
    ['100: 2+1 absent', '1000: 2+4 absent level', '60000: 3+1 state'],
  ],
])('what a point depends on is read with it, in the same request: %s', (_, everyMs, requests) => {
  const of = node({ invalidWhile: 'absent' });
  const ranges = planReads({ profile: of, points: pointsOf(of, everyMs) });
  expect(
    ranges.map(
      (range) => `${range.everyMs}: ${range.address}+${range.count} ${range.points.map(({ name }) => name).join(' ')}`,
    ),
  ).toEqual(requests);
});

describe('a profile is refused whose point', () => {
  test.each<[string, Profile, string]>([
    [
      'names one that is not there',
      node({ invalidWhile: 'abent' }),
      'points.level.invalidWhile: the profile has no point abent; did you mean absent?',
    ],
    [
      'names no yes or no',
      node({ validWhile: 'state' }),
      'points.level.validWhile: state is a string, and true is none of its values; write { state: … } with a word of it',
    ],
    [
      'waits for a number of a yes or no',
      node({ validWhile: { absent: 0 } }),
      'points.level.validWhile: absent is a yes or no, and 0 is none of its values; write { absent: … } with true or false',
    ],
    [
      'waits for a word that is never said',
      node({ validWhile: { state: 'well' } }),
      'points.level.validWhile: state never says well; it says ok or warming-up',
    ],
    [
      'waits for itself',
      node({ validWhile: { level: 3 } }),
      'points.level: level waits for itself (by level); remove one of the conditions',
    ],
    [
      'cannot be read with it, as nothing says that it may',
      node(
        { invalidWhile: 'absent' },
        { readable: {}, points: { state: { table: 'input', address: 0, type: 'u16', kind: 'x' } } },
      ),
      'points.level.invalidWhile: level counts only while absent says so in the same reply, and nothing says that holding 2–5 may be read in one request; if the source does, add readable: { holding: [[2, 5]] }',
    ],
    [
      'cannot be read with it, in another table',
      node(
        { invalidWhile: 'absent' },
        { points: { absent: { table: 'discrete', address: 0, type: 'bool', kind: 'fault' } } },
      ),
      'points.level.invalidWhile: level counts only while absent says so in the same reply, and no request reads two tables; remove it',
    ],
    [
      'cannot be read with it, by the limits',
      node({ invalidWhile: 'absent' }, { limits: { maxRegisters: 3 } }),
      'points.level.invalidWhile: level counts only while absent says so in the same reply, and one request would take 4 registers where the limits allow 3; remove it, or correct the limits',
    ],
  ])('%s', (_, of, problem) => {
    expect(checkProfile(of).map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([problem]);
  });
});

describe('of a sensor that talks', () => {
  const about = { id: 'x', maker: 'x', model: 'x', source: 'x', verified: 'none' };
  const line = talkerProfileSchema.parse({
    ...about,
    protocol: 'serial-lines',
    frame: { layout: '{status},{range}' },
    points: {
      status: { enum: { A: 'ok', V: 'void' }, kind: 'status' },
      range: { validWhile: { status: 'ok' }, kind: 'distance' },
    },
  });
  const frames = talkerProfileSchema.parse({
    ...about,
    protocol: 'serial-frames',
    frame: { start: [1], length: 4, checksum: { kind: 'sum8', from: 0, to: 2, at: 3 } },
    points: {
      void: { at: 1, type: 'bit', bit: 0, kind: 'fault' },
      range: { at: 2, type: 'u8', invalidWhile: 'void', kind: 'distance' },
    },
  });

  test.each([
    [line, 'A,12', { status: 'ok', range: 12 }],
    [line, 'V,12', { status: 'void', range: 'sentinel' }],
    [line, 'X,12', { status: 'out-of-range', range: 'out-of-range' }],
    [frames, '\x01\x00\x0c\x00', { void: false, range: 12 }],
    [frames, '\x01\x01\x0c\x00', { void: true, range: 'sentinel' }],
  ])('a value counts by what its own frame says', (of, text, values) => {
    const asked = Object.entries(of.points).map(([name, own]) => ({ name: pointName(name), profile: own }));
    const frame = Uint8Array.from(text, (char) => char.charCodeAt(0));
    const points = [...(readFrame(of, asked, frame)?.points ?? [])];
    expect(Object.fromEntries(points.map(([name, { value, fault }]) => [name, value ?? fault]))).toEqual(values);
  });
});
