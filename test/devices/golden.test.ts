import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { faultCodes } from '../../contract/reading.ts';
import { decodeRange } from '../../devices/decode.ts';
import { planReads, type ReadRange } from '../../devices/plan.ts';
import type { PointProfile, Profile } from '../../devices/profile.ts';
import { builtInProfiles } from '../built-in.ts';
import { root } from '../needs.ts';
import { pointsOf } from './builders.ts';

/**
 * golden/<profile id>.yaml: what the registers of a device hold, and what every point is then worth. Registers are hex
 * words, bits 0 and 1, each list beginning at the address before it. A dump holds whole requests of the profile's plan.
 */
const block = (pattern: RegExp) => z.record(z.string().regex(/^\d+$/), z.string().regex(pattern)).default({});
const words = block(/^([0-9A-F]{4} ?)+$/);
const bits = block(/^([01] ?)+$/);
const expected = z.union([z.number(), z.boolean(), z.string(), z.strictObject({ fault: z.enum(faultCodes) })]);
const goldenSchema = z.strictObject({
  /** Where the registers come from: the maker's own example, or by hand from which table. */
  from: z.string().min(1),
  dumps: z
    .array(
      z.strictObject({
        what: z.string().min(1),
        coil: bits,
        discrete: bits,
        input: words,
        holding: words,
        expect: z.record(z.string(), expected),
      }),
    )
    .min(1),
});

type Dump = z.infer<typeof goldenSchema>['dumps'][number];
type Expected = z.infer<typeof expected>;

const folder = join(root, 'test/devices/golden');
const tables = { 1: 'coil', 2: 'discrete', 3: 'holding', 4: 'input' } as const;

test('every built-in profile has a golden dump, and every golden dump its profile', () => {
  const files = readdirSync(folder).map((name) => name.replace(/\.yaml$/, ''));
  expect(files.sort()).toEqual([...builtInProfiles().keys()].sort());
});

describe.each([...builtInProfiles().values()].map((each): [string, Profile] => [each.id, each]))(
  '%s',
  (id, profile) => {
    const { dumps } = goldenSchema.parse(parse(readFileSync(join(folder, `${id}.yaml`), 'utf8')));
    const ranges = planReads({ profile, points: pointsOf(profile) });

    test.each(dumps.map((dump): [string, Dump] => [dump.what, dump]))('%s', (_, dump) => {
      expect(decoded(dump, ranges)).toEqual(dump.expect);
    });

    test('leaves no point without a good value', () => {
      const good = dumps.flatMap((dump) => Object.entries(dump.expect).filter(([, value]) => !isFault(value)));
      expect(new Set(good.map(([name]) => name))).toEqual(new Set(Object.keys(profile.points)));
    });

    test('refuses once for each point whose device can say that it has no value', () => {
      const refused = new Set(
        dumps.flatMap((dump) => Object.keys(dump.expect).filter((name) => isFault(dump.expect[name]))),
      );
      const must = Object.entries(profile.points).filter(([, point]) => canSayNone(point));
      expect(must.filter(([name]) => !refused.has(name)).map(([name]) => name)).toEqual([]);
      if (Object.values(profile.points).some(canBeRefused)) expect(refused.size).toBeGreaterThan(0);
    });
  },
);

test('a dump that lacks a register, or holds one that nothing reads, is found out', () => {
  const profile = builtInProfiles().get('xy-md02');
  if (profile === undefined) throw new Error('no such profile');
  const ranges = planReads({ profile, points: pointsOf(profile) });
  const dump = (input: Record<string, string>): Dump =>
    goldenSchema.parse({ from: 'here', dumps: [{ what: 'x', input, expect: {} }] }).dumps[0] ?? never();
  expect(() => decoded(dump({ 1: '0131' }), ranges)).toThrow(/lacks input 2/);
  expect(() => decoded(dump({ 1: '0131 0222 0000' }), ranges)).toThrow(/nothing reads input 3/);
});

/** What the points of the dumped requests are worth. @throws when the dump is not made of whole requests */
function decoded(dump: Dump, ranges: readonly ReadRange[]): Record<string, Expected> {
  const worth: Record<string, Expected> = {};
  const unread = new Set(Object.values(tables).flatMap((table) => [...cellsOf(dump, table).keys()].map(at(table))));
  for (const range of ranges) {
    const cells = cellsOf(dump, tables[range.fn]);
    const addresses = Array.from({ length: range.count }, (_, i) => range.address + i);
    const held = addresses.flatMap((address) => cells.get(address) ?? []);
    for (const address of addresses) unread.delete(at(tables[range.fn])(address));
    if (held.length === 0) continue;
    const lacking = addresses.find((address) => !cells.has(address));
    if (lacking !== undefined) throw new Error(`the dump lacks ${tables[range.fn]} ${lacking}`);
    for (const { name, value, fault } of decodeRange(range, replyOf(range, held)))
      worth[name] = value ?? { fault: fault ?? never() };
  }
  if (unread.size > 0) throw new Error(`nothing reads ${[...unread].join(', ')}`);
  return worth;
}

function at(table: string): (address: number) => string {
  return (address) => `${table} ${address}`;
}

function replyOf(range: ReadRange, held: readonly number[]): Parameters<typeof decodeRange>[1] {
  const isBits = range.fn === 1 || range.fn === 2;
  return isBits ? { kind: 'bits', bits: held.map((bit) => bit === 1) } : { kind: 'words', words: held };
}

/** The registers of one table by address. */
function cellsOf(dump: Dump, table: (typeof tables)[keyof typeof tables]): ReadonlyMap<number, number> {
  const [pattern, base] = table === 'coil' || table === 'discrete' ? [/[01]/g, 2] : [/[0-9A-F]{4}/g, 16];
  return new Map(
    Object.entries(dump[table]).flatMap(([first, text]) =>
      [...text.matchAll(pattern)].map(([cell], i): [number, number] => [
        Number(first) + i,
        Number.parseInt(cell, base),
      ]),
    ),
  );
}

function isFault(value: Expected | undefined): boolean {
  return typeof value === 'object';
}

function canSayNone({ sentinels, rawValid }: PointProfile): boolean {
  return sentinels.length > 0 || rawValid !== null;
}

function canBeRefused(point: PointProfile): boolean {
  return point.valid !== null || point.enum !== null || canSayNone(point);
}

function never(): never {
  throw new Error('cannot happen');
}
