import { expect, test } from 'vitest';
import { checkProfile } from '../../config/checks/profile.ts';
import { decodeRange } from '../../devices/decode.ts';
import { planReads, type ReadRange } from '../../devices/plan.ts';
import { type Dice, diceOf, eachSeed, fuzz } from '../edge/bus/fuzz-frames.ts';
import { pointsOf } from './builders.ts';
import { type Made, madeSheet, profileOf } from './sheets/make.ts';
import { type Image, imageOf, type Row, worthOf } from './sheets/sheet.ts';

/** Profiles by chance, with every key of the format, against a reading of their data sheets that shares no code. */

const profiles = Math.ceil(fuzz.frames / 10);
const rounds = 3;

test('whatever a profile says of registers, a value is what its data sheet says, and none where that says none', {
  timeout: fuzz.timeoutMs,
}, async () => {
  const seen = { profiles: 0, refused: 0, good: 0, none: 0 };
  await eachSeed(profiles, (seed) => {
    const dice = diceOf(seed);
    const made = madeSheet(dice, { isBitTable: dice.chance(0.1) });
    const profile = profileOf(made.file);
    if (profile === undefined || checkProfile(profile).some(({ severity }) => severity !== 'warning')) {
      seen.refused++;
      return;
    }
    seen.profiles++;
    const every = Object.fromEntries([...made.rows.keys()].map((name) => [name, dice.of([1000, 1000, 5000])]));
    const ranges = planReads({ profile, points: pointsOf(profile, every) });
    for (const range of ranges) judgeRange(made, profile.blocks, range);
    const factors = new Map<string, number>();
    for (let n = 0; n < rounds * ranges.length; n++) {
      const range = ranges[n % ranges.length];
      if (range !== undefined) judge(made, range, { image: imageOf(made.rows.values(), dice), factors, dice, seen });
    }
  });
  expect(seen.good).toBeGreaterThan(profiles);
  expect(seen.none).toBeGreaterThan(profiles);
  expect(seen.refused).toBeLessThan(profiles * 0.6);
});

/** What comes together is read together, and a block as a whole or not at all. */
function judgeRange({ rows }: Made, blocks: Partial<Record<Row['table'], [number, number][]>>, range: ReadRange): void {
  const table = range.points[0]?.profile.table ?? 'holding';
  const [first, last] = [range.address, range.address + range.maxCount - 1];
  for (const [low, high] of blocks[table] ?? [])
    if (first <= high && low <= last && (first !== low || last !== high))
      throw new Error(`${first}–${last} is a part of the block ${low}–${high}`);
  const names = range.points.map(({ name }) => String(name));
  for (const { name } of range.points) {
    const row = rows.get(name);
    for (const wait of [...(row?.counts ?? []), ...(row?.negative ?? [])])
      if (!names.includes(wait.row)) throw new Error(`${name} is read without ${wait.row}`);
  }
}

type Seen = { good: number; none: number };
type About = { image: Image; factors: Map<string, number>; dice: Dice; seen: Seen };

/** One reply, lengthened as a bus may ask for it, of an image that no other reply has. */
function judge({ rows, file }: Made, range: ReadRange, { image, factors, dice, seen }: About): void {
  const table = range.points[0]?.profile.table ?? 'holding';
  const count = dice.between(range.count, range.maxCount);
  const words = Array.from({ length: count }, (_, i) => image(table, range.address + i));
  const reply =
    range.fn <= 2
      ? ({ kind: 'bits', bits: words.map((word) => (word & 1) === 1) } as const)
      : ({ kind: 'words', words } as const);
  const names = range.points.map(({ name }) => String(name));
  const factorOf = (name: string) => (names.includes(name) ? null : (factors.get(name) ?? 0));
  const decoded = decodeRange(range, reply, factors as never);
  for (const { name, value, fault } of decoded) {
    const want = worthOf(rows, name, image, factorOf);
    seen[want === null ? 'none' : 'good']++;
    if (value !== want || (value === null) !== (fault !== null))
      throw new Error(
        `${name} is ${value} (${fault}), not ${want}: ${words} of ${range.address} in ${JSON.stringify(file)}`,
      );
    if (typeof want === 'number') factors.set(name, want);
    else factors.delete(name);
  }
}
