import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { lineTiming } from '../../devices/modbus/rtu.ts';
import { breakEvenGapRegisters, planReads, type ReadRange } from '../../devices/plan.ts';
import { type Profile, pointProfileSchema, profileSchema, registersOf, tables } from '../../devices/profile.ts';
import { pointsOf, profile } from './builders.ts';

/** A range in one line: function, address + count (up to maxCount): points. */
const shown = ({ fn, address, count, maxCount, points }: ReadRange) =>
  `${fn}: ${address}+${count}${maxCount > count ? `..${maxCount}` : ''}: ${points.map(({ name }) => name).join(' ')}`;
const plan = (of: Profile, everyMs?: Record<string, number>) =>
  planReads({ profile: of, points: pointsOf(of, everyMs) }).map(shown);

const word = (address: number, more: object = {}) =>
  ({ table: 'holding', address, type: 'u16', kind: 'test', ...more }) as const;
const long = (address: number, more: object = {}) => ({ ...word(address), type: 'f32', ...more }) as const;
const coil = (address: number) => ({ table: 'coil', address, type: 'bool', kind: 'test' }) as const;

describe('points are read together', () => {
  test('over adjacent addresses', () => {
    expect(plan(profile({ points: { a: word(4), b: word(5), c: long(6) } }))).toEqual(['3: 4+4: a b c']);
  });

  test('over a gap that the source declares readable', () => {
    const of = profile({ readable: { holding: [[0, 20]] }, points: { a: word(2), b: word(13) } });
    expect(plan(of)).toEqual(['3: 2+12..19: a b']);
  });

  test('over a gap that other points of the profile cover', () => {
    const of = profile({ points: { a: word(0), b: word(1), c: word(2) } });
    expect(plan(of, { b: 60_000 })).toEqual(['3: 0+3: a c', '3: 1+1..2: b']);
  });

  test('whatever the order of the profile', () => {
    expect(plan(profile({ points: { c: word(6), a: word(4), b: word(5) } }))).toEqual(['3: 4+3: a b c']);
  });

  test('when they share a register', () => {
    const of = profile({ points: { a: { ...word(9), type: 'bit', bit: 0 }, b: { ...word(9), type: 'bit', bit: 1 } } });
    expect(plan(of)).toEqual(['3: 9+1: a b']);
  });

  test('when they share a register that the source does not declare readable', () => {
    const shared = { a: { ...word(9), type: 'bit', bit: 0 }, b: { ...word(9), type: 'bit', bit: 1 } } as const;
    expect(plan(profile({ readable: { holding: [[0, 3]] }, points: shared }))).toEqual(['3: 9+1: a b']);
  });

  test('as bits over a gap of as many bits as ten registers have', () => {
    const of = profile({ readable: { coil: [[0, 400]] }, points: { a: coil(0), b: coil(161), c: coil(323) } });
    expect(plan(of)).toEqual(['1: 0+162..401: a b', '1: 323+1..78: c']);
  });
});

describe('points are read apart', () => {
  test.each<[how: string, given: Parameters<typeof profile>[0], ranges: string[]]>([
    ['over a gap that nobody says is readable', { points: { a: word(0), b: word(2) } }, ['3: 0+1: a', '3: 2+1: b']],
    [
      'over a gap of more than ten registers',
      { readable: { holding: [[0, 12]] }, points: { a: word(0), b: word(12) } },
      ['3: 0+1..13: a', '3: 12+1: b'],
    ],
    [
      'in two declared ranges, though adjacent',
      {
        readable: {
          holding: [
            [0, 1],
            [2, 3],
          ],
        },
        points: { a: word(1), b: word(2) },
      },
      ['3: 1+1: a', '3: 2+1..2: b'],
    ],
    [
      'outside the declared ranges, where only the point itself is safe',
      { readable: { holding: [[0, 1]] }, points: { a: word(7), b: word(8) } },
      ['3: 7+1: a', '3: 8+1: b'],
    ],
    [
      'past the register limit',
      { limits: { maxRegisters: 2 }, points: { a: word(0), b: word(1), c: word(2) } },
      ['3: 0+2: a b', '3: 2+1: c'],
    ],
    [
      'past the bit limit',
      { limits: { maxBits: 2 }, points: { a: coil(0), b: coil(1), c: coil(2) } },
      ['1: 0+2: a b', '1: 2+1: c'],
    ],
    [
      'in different tables',
      { points: { a: word(0), b: { ...word(1), table: 'input' }, c: coil(2) } },
      ['1: 2+1: c', '3: 0+1: a', '4: 1+1: b'],
    ],
  ])('%s', (_, given, ranges) => {
    expect(plan(profile(given))).toEqual(ranges);
  });

  test('at different periods, the faster first', () => {
    const of = profile({ points: { a: word(0), b: word(1) } });
    expect(plan(of, { a: 5000, b: 1000 })).toEqual(['3: 1+1: b', '3: 0+1..2: a']);
  });
});

describe('a request may be lengthened', () => {
  test('to the end of the declared range, but not past the limit', () => {
    const of = (maxRegisters: number) =>
      profile({ limits: { maxRegisters }, readable: { holding: [[0, 9]] }, points: { a: word(4) } });
    expect(plan(of(125))).toEqual(['3: 4+1..6: a']);
    expect(plan(of(3))).toEqual(['3: 4+1..3: a']);
  });

  test('never to an end within a value of several registers', () => {
    const of = profile({ readable: { holding: [[0, 9]] }, points: { a: word(0), b: long(2) } });
    expect(plan(of, { b: 9000 })).toEqual(['3: 0+1..2: a', '3: 2+2..8: b']);
  });
});

describe('a scaleFrom partner', () => {
  const follower = (address: number) => word(address, { scaleFrom: 'sf' });

  test('is read in the same request, across a longer gap than others', () => {
    const of = profile({ readable: { holding: [[0, 60]] }, points: { a: follower(0), b: word(20), sf: word(50) } });
    expect(plan(of)).toEqual(['3: 0+51..61: a b sf']);
  });

  test('is read at the period of the point that needs it, and not slower besides', () => {
    const of = profile({ points: { a: follower(0), sf: word(1) } });
    expect(plan(of, { a: 1000, sf: 60_000 })).toEqual(['3: 0+2: a sf']);
    expect(plan(of, { a: 60_000, sf: 1000 })).toEqual(['3: 1+1: sf', '3: 0+2: a sf']);
  });

  test('is read with each of several periods', () => {
    const of = profile({ points: { a: follower(0), sf: word(1), b: follower(2) } });
    expect(plan(of, { a: 1000, b: 2000, sf: 1000 })).toEqual(['3: 0+2..3: a sf', '3: 1+2: sf b']);
  });

  test('that no one request holds goes first, whichever comes first in the map', () => {
    const of = profile({ points: { a: follower(0), b: word(20, { scaleBy: 'sf' }), sf: word(500) } });
    expect(plan(of)).toEqual(['3: 500+1: sf', '3: 0+1: a', '3: 20+1: b']);
    expect(plan(of, { a: 1000, b: 1000, sf: 60_000 })).toEqual(['3: 500+1: sf', '3: 0+1: a', '3: 20+1: b']);
  });

  test('is read once, though another request passes over it', () => {
    const of = profile({
      limits: { maxRegisters: 6 },
      readable: { holding: [[0, 20]] },
      points: { a: follower(0), sf: word(5), b: word(3, { scaleFrom: 'sf2' }), sf2: word(8) },
    });
    expect(plan(of)).toEqual(['3: 0+6: a sf', '3: 3+6: b sf2']);
  });

  test('that no request reaches is read ahead of it, once', () => {
    const of = profile({ points: { a: follower(0), b: follower(1), sf: word(50) } });
    expect(plan(of)).toEqual(['3: 50+1: sf', '3: 0+2: a b']);
  });

  test('is read although nobody asked for its value', () => {
    const of = profile({ points: { a: follower(0), sf: word(1) } });
    const [asked] = pointsOf(of);
    expect(planReads({ profile: of, points: asked === undefined ? [] : [asked] }).map(shown)).toEqual(['3: 0+2: a sf']);
  });
});

test('a point wider than its device answers is a contradiction, and says so', () => {
  const of = profile({ limits: { maxRegisters: 2 }, points: { serial: { ...word(0), type: 'string', length: 8 } } });
  expect(() => plan(of)).toThrow(/profile test: serial takes 8 registers.*maxRegisters is 2/);
});

test('a device without points is not read', () => {
  expect(planReads({ profile: profile({ points: { a: word(0) } }), points: [] })).toEqual([]);
});

describe('any profile', () => {
  const functions = { coil: 1, discrete: 2, holding: 3, input: 4 } as const;
  const table = fc.constantFrom(...tables);
  const anyPoint = fc
    .record({
      table,
      address: fc.nat(60),
      type: fc.constantFrom('u16', 'f32', 'f64' as const),
      scaleFrom: fc.constantFrom(null, 'p0'),
    })
    .map((given) =>
      given.table === 'coil' || given.table === 'discrete' ? { ...given, type: 'bool' as const } : given,
    )
    .map((given) => pointProfileSchema.parse({ ...given, kind: 'test' }));
  const stretches = fc.array(
    fc.tuple(fc.nat(40), fc.nat(30)).map(([from, more]): [number, number] => [from, from + more + 1]),
    {
      maxLength: 3,
    },
  );
  const anyProfile = fc
    .record({
      points: fc.array(anyPoint, { minLength: 1, maxLength: 14 }),
      readable: fc.dictionary(table, stretches),
      limits: fc.record({ maxRegisters: fc.integer({ min: 4, max: 125 }), maxBits: fc.integer({ min: 1, max: 80 }) }),
      periods: fc.array(fc.constantFrom(500, 1000), { minLength: 14, maxLength: 14 }),
    })
    .map(({ points, readable, limits, periods }) => ({
      profile: profileSchema.parse({
        id: 'any',
        maker: 'Any',
        model: 'Any',
        source: 'none',
        verified: 'none',
        readable,
        limits,
        points: Object.fromEntries(points.map((each, i) => [`p${i}`, asInput(each)])),
      }),
      periods: Object.fromEntries(periods.map((ms, i) => [`p${i}`, ms])),
    }));

  test('has every point inside its range, at its period, and reads nothing else', () => {
    fc.assert(
      fc.property(anyProfile, ({ profile: of, periods }) => {
        const points = pointsOf(of, periods);
        const ranges = planReads({ profile: of, points });
        for (const range of ranges) expectWithin(of, range);
        for (const asked of points)
          expect(ranges.some((range) => range.everyMs <= asked.everyMs && names(range).includes(asked.name))).toBe(
            true,
          );
        const read = ranges.flatMap((range) => range.points.map(({ name }) => `${name} ${range.everyMs}`));
        expect(new Set(read).size).toBe(new Set(points.map(({ name }) => name)).size + extra(of, read));
      }),
      { numRuns: 500 },
    );
  });

  function expectWithin(of: Profile, { fn, address, count, maxCount, points }: ReadRange): void {
    const limit = fn <= 2 ? of.limits.maxBits : of.limits.maxRegisters;
    expect(count).toBeGreaterThanOrEqual(1);
    expect(maxCount).toBeGreaterThanOrEqual(count);
    expect(maxCount).toBeLessThanOrEqual(limit);
    for (const { profile: each } of points) {
      expect(functions[each.table]).toBe(fn);
      expect(each.address).toBeGreaterThanOrEqual(address);
      expect(each.address + registersOf(each)).toBeLessThanOrEqual(address + count);
    }
    for (let at = address; at < address + maxCount; at++) expect(mayBeRead(of, fn, at)).toBe(true);
  }

  function mayBeRead(of: Profile, fn: number, address: number): boolean {
    const covered = Object.values(of.points).some(
      (each) => functions[each.table] === fn && each.address <= address && address < each.address + registersOf(each),
    );
    const declared = tables
      .filter((table) => functions[table] === fn)
      .flatMap((table) => of.readable[table] ?? [])
      .some(([lo, hi]) => lo <= address && address <= hi);
    return covered || declared;
  }

  /** A partner may be read at more than one period; every other point at one. */
  function extra(of: Profile, read: readonly string[]): number {
    const partner = Object.values(of.points).some((each) => each.scaleFrom !== null);
    return partner ? Math.max(0, new Set(read.filter((each) => each.startsWith('p0 '))).size - 1) : 0;
  }

  function names(range: ReadRange): string[] {
    return range.points.map(({ name }) => name);
  }

  function asInput({ table, address, type, scaleFrom, kind }: Profile['points'][keyof Profile['points']]) {
    return { table, address, type, scaleFrom, kind };
  }
});

describe('a gap is read through while that is cheaper than a second request', () => {
  const line = (baudRate: number) => lineTiming({ baudRate, parity: 'none', stopBits: 1 });

  test.each([
    [2400, 0, 10],
    [9600, 0, 10],
    [19_200, 0, 10],
    [115_200, 0, 32],
    [9600, 20, 18],
  ])('at %i baud and a device gap of %i ms: %i registers', (baudRate, gapMs, registers) => {
    expect(breakEvenGapRegisters(line(baudRate), gapMs)).toBe(registers);
  });

  test.each([
    [9600, ['3: 0+12..41: a b', '3: 23+1..18: c']],
    [115_200, ['3: 0+24..41: a b c']],
  ])('so at %i baud a device with gaps of ten registers and eleven has its own plan', (baudRate, ranges) => {
    const of = profile({ readable: { holding: [[0, 40]] }, points: { a: word(0), b: word(11), c: word(23) } });
    const maxGapRegisters = breakEvenGapRegisters(line(baudRate), 0);
    expect(planReads({ profile: of, points: pointsOf(of), maxGapRegisters }).map(shown)).toEqual(ranges);
  });

  test('and what is saved is at least nine tenths of what can be: ten blocks of five registers as one read', () => {
    for (const [baudRate, gain] of [
      [9600, 2.8],
      [115_200, 5.7],
    ] as const) {
      const blocks = Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`p${i}`, word(i)]));
      const of = profile({ points: blocks });
      const costMs = (count: number) => {
        const { charMs, silenceMs } = line(baudRate);
        return (8 + 5 + 2 * count) * charMs + 2 * silenceMs + 5;
      };
      const together = planReads({ profile: of, points: pointsOf(of) }).map(({ maxCount }) => costMs(maxCount));
      const saved = (10 * costMs(5)) / together.reduce((sum, ms) => sum + ms, 0);
      expect(saved).toBeGreaterThanOrEqual(0.9 * gain);
    }
  });
});
