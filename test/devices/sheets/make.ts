import { type Profile, profileSchema } from '../../../devices/profile.ts';
import type { Dice } from '../../edge/bus/fuzz-frames.ts';
import { type Place, patternOf, type Row, signed, type Worth } from './sheet.ts';

/** A data sheet by chance, and the profile that a person would write from it, with every key that a format has. */
export type Made = { readonly rows: ReadonlyMap<string, Row>; readonly file: object };

type Point = Record<string, unknown>;
type Drawn = { row: Row; point: Point };

/** What of the maker's document is by chance beside the rows. */
export type Around = { readonly limits?: object; readonly isBitTable?: boolean };

export function madeSheet(dice: Dice, { limits = {}, isBitTable = false }: Around = {}): Made {
  const table = isBitTable ? dice.of(['coil', 'discrete'] as const) : dice.of(['input', 'holding'] as const);
  const registers = dice.between(4, 20);
  const first = dice.of([0, 0, 16, 300]);
  const draw = (name: string, form?: Form) =>
    (isBitTable ? contactAt : rowAt)(dice, { name, table, first, registers }, form);
  const others: Drawn[] = [
    draw('flag', 'bit'),
    draw('gone', 'bit'),
    draw('state', 'words'),
    draw('ratio', 'plain'),
    draw('share', 'plain'),
  ].map((drawn) => withoutNone(dice, drawn));
  const own = Array.from({ length: dice.between(2, 6) }, (_, nth) => waiting(dice, draw(`p_${nth}`), others));
  const all = [...others, ...own];
  const last = first + registers + 1;
  const isBlock = dice.chance(0.25);
  const isReadable = dice.chance(0.6);
  const file = {
    ...{ id: 'made', maker: 'made', model: 'made', source: 'chance', verified: 'none' },
    limits: { ...(dice.chance(0.3) ? { maxRegisters: dice.between(4, 12) } : {}), ...limits },
    ...(isBlock ? { blocks: { [table]: [[first, dice.between(first + 2, last)]] } } : {}),
    ...(isReadable ? { readable: { [table]: [[first, last]] } } : {}),
    points: Object.fromEntries(all.map(({ row, point }) => [row.name, point])),
  };
  return { rows: new Map(all.map(({ row }) => [row.name, row])), file };
}

/** The profile, or nothing where chance has written one that contradicts itself. */
export function profileOf(file: object): Profile | undefined {
  return profileSchema.safeParse(file).data;
}

type Form = 'bit' | 'words' | 'plain' | 'number';
type Where = { name: string; table: Row['table']; first: number; registers: number };

const orders = { 1: ['AB', 'BA'], 2: ['ABCD', 'CDAB', 'BADC', 'DCBA'] } as const;
const written = { AB: 'ABCD', BA: 'BADC' } as const;

/** Each bit of a number on the wire, most significant first, as the letters of its order say: A is the top byte. */
function placesOf(address: number, order: string): Place[] {
  return [...'ABCD'.slice(0, order.length)].flatMap((letter) => {
    const byte = order.indexOf(letter);
    return [7, 6, 5, 4, 3, 2, 1, 0].map((bit) => ({
      register: address + Math.floor(byte / 2),
      bit: bit + (byte % 2 === 0 ? 8 : 0),
    }));
  });
}

function contactAt(dice: Dice, { name, table, first, registers }: Where): Drawn {
  const address = first + dice.below(registers);
  const isInverted = dice.chance(0.3);
  const says = { kind: 'contact', isInverted } as const;
  const row = { name, table, places: [{ register: address, bit: 0 }], sign: 'none', says, ...plain } as const;
  return { row, point: { table, address, type: 'bool', kind: 'test', invert: isInverted } };
}

const plain = { none: [], valid: null, factors: [], negative: [], counts: [] } as const;

function rowAt(
  dice: Dice,
  { name, table, first, registers }: Where,
  form: Form = dice.of(['bit', 'words', 'number', 'number', 'number']),
): Drawn {
  const size = dice.of([1, 1, 2] as const);
  const address = first + dice.below(registers);
  const order = dice.of(orders[size]);
  const places = placesOf(address, order);
  const at = { table, address, order: size === 1 ? written[order as 'AB'] : order, kind: 'test' };
  if (form === 'bit') {
    const bit = dice.below(16 * size);
    const isInverted = dice.chance(0.3);
    const place = places[16 * size - 1 - bit];
    const point = { ...at, type: 'bit', bit, length: size, invert: isInverted };
    return {
      row: { ...plain, name, table, places: place ? [place] : [], sign: 'none', says: { kind: 'contact', isInverted } },
      point,
    };
  }
  const sign = form === 'plain' ? 'none' : dice.of(['none', 'complement', 'magnitude'] as const);
  const type = `${{ none: 'u', complement: 'i', magnitude: 'sm' }[sign]}${16 * size}`;
  const [high, low] = dice.chance(0.4) ? run(dice, 16 * size) : [16 * size - 1, 0];
  const isPart = high - low + 1 < 16 * size;
  const part = places.slice(16 * size - 1 - high, 16 * size - low);
  const mask = Number(2n ** BigInt(high + 1) - 2n ** BigInt(low));
  const point: Point = { ...at, type, ...(isPart ? { mask } : {}) };
  if (form === 'words')
    return wordsOf(
      dice,
      { ...plain, name, table, places: part, sign, says: { kind: 'contact', isInverted: false } },
      { point, low },
    );
  const decimals = dice.of([0, 0, 1, 3]);
  const says = { kind: 'number', decimals, offset: 0, below: null } as const;
  const row: Row = { ...plain, name, table, places: part, sign, says };
  return withNone(dice, { row, point: { ...point, scale: Number(`1e-${decimals}`) } }, low);
}

/** A run of bits, the upper or lower half as data sheets like it, or any of two bits and more. */
function run(dice: Dice, width: number): [number, number] {
  if (dice.chance(0.4))
    return dice.of([
      [15, 8],
      [7, 0],
    ] as const) as [number, number];
  const low = dice.below(width - 1);
  return [dice.between(low + 1, width - 1), low];
}

function wordsOf(dice: Dice, row: Row, { point, low }: { point: Point; low: number }): Drawn {
  const width = row.places.length;
  const words = new Map<bigint, string>();
  const keys: Record<string, string> = {};
  for (const word of ['ok', 'idle', 'fault']) {
    const bits = dice
      .below(2 ** Math.min(width, 5))
      .toString(2)
      .padStart(width, dice.of(['0', '1']));
    const raw = signed(row.sign, bits);
    if (patternOf(row, raw).toString(2).padStart(width, '0') !== bits || words.has(raw)) continue;
    words.set(raw, word);
    const pattern = BigInt(`0b${bits}`);
    keys[
      raw < 0n && dice.chance(0.5) && isPlainPattern(pattern, width, low) ? `0x${pattern.toString(16)}` : String(raw)
    ] = word;
  }
  return { row: { ...row, says: { kind: 'words', words } }, point: { ...point, enum: keys } };
}

/** Whether these bits, shifted down, are not also others where they stand in the register. */
function isPlainPattern(pattern: bigint, width: number, low: number): boolean {
  const [unit, top] = [2n ** BigInt(low), 2n ** BigInt(low + width)];
  return low === 0 || pattern % unit !== 0n || pattern >= top;
}

/** A raw value for "none", as data sheets print it: the number, its bits, or its bits where they stand in the register. */
function withNone(dice: Dice, { row, point }: Drawn, low: number): Drawn {
  if (dice.chance(0.4)) return { row, point };
  const width = BigInt(row.places.length);
  const half = 2n ** (width - 1n);
  const pattern = dice.of([2n * half - 1n, half, half - 1n, 0n]);
  if (pattern === half && row.sign === 'magnitude') return { row, point };
  const raw = signed(row.sign, pattern.toString(2).padStart(Number(width), '0'));
  const placed = pattern * 2n ** BigInt(low);
  const most = row.sign === 'none' ? 2n * half - 1n : half - 1n;
  const isPlain = pattern > most && isPlainPattern(pattern, row.places.length, low);
  const ways = [raw, ...(isPlain ? [pattern] : []), ...(placed >= 2n * half ? [placed] : [])] as [bigint, ...bigint[]];
  return { row: { ...row, none: [raw] }, point: { ...point, sentinels: [Number(dice.of(ways))] } };
}

/** A factor or a flag is used by others: it says "none" by its value only half of the time. */
function withoutNone(dice: Dice, { row, point }: Drawn): Drawn {
  if (dice.chance(0.5)) return { row, point };
  const { sentinels: _, ...rest } = point;
  return { row: { ...row, none: [] }, point: rest };
}

/** With conditions, a sign or a factor in another row, limits, or a distance that is a yes or no. */
function waiting(dice: Dice, { row, point }: Drawn, others: readonly Drawn[]): Drawn {
  let [own, said] = [row, point];
  const some = () => others.filter(() => dice.chance(0.4));
  if (dice.chance(0.6)) {
    const so = dice.chance(0.5);
    const waits = some().flatMap((other) => waitFor(dice, other.row));
    if (waits.length > 0) {
      own = { ...own, counts: waits.map((wait) => ({ ...wait, so })) };
      said = { ...said, [so ? 'validWhile' : 'invalidWhile']: writtenWaits(waits) };
    }
  }
  if (own.says.kind !== 'number') return { row: own, point: said };
  if (dice.chance(0.3)) {
    const waits = some().flatMap((other) => waitFor(dice, other.row));
    own = { ...own, negative: waits };
    if (waits.length > 0) said = { ...said, negativeWhile: writtenWaits(waits) };
  }
  if (dice.chance(0.3)) {
    const factors = others.filter(
      ({ row: { says, name } }) => says.kind === 'number' && name !== row.name && dice.chance(0.6),
    );
    own = { ...own, factors: factors.map((factor) => factor.row.name) };
    said = { ...said, scaleBy: own.factors };
  }
  const offset = own.negative.length + own.factors.length === 0 && dice.chance(0.2) ? dice.of([-40, 7]) : 0;
  const below = dice.chance(0.3) ? dice.of([0, 3, 1500]) : null;
  const valid = dice.chance(0.3) ? ([dice.of([0, -50]), dice.of([100, 3000])] as const) : null;
  return {
    row: {
      ...own,
      valid,
      says: { kind: 'number', decimals: row.says.kind === 'number' ? row.says.decimals : 0, offset, below },
    },
    point: { ...said, offset, ...(valid ? { valid } : {}), ...(below === null ? {} : { trueBelow: below }) },
  };
}

export function waitFor(dice: Dice, { name, says }: Row): { row: string; is: Worth[] }[] {
  if (says.kind === 'number') return [];
  if (says.kind === 'contact') return [{ row: name, is: [dice.chance(0.8)] }];
  const is = [...says.words.values()].filter(() => dice.chance(0.5));
  return is.length === 0 ? [] : [{ row: name, is }];
}

export function writtenWaits(waits: readonly { row: string; is: readonly Worth[] }[]) {
  if (waits.every(({ is }) => is.length === 1 && is[0] === true)) return waits.map(({ row }) => row);
  return Object.fromEntries(waits.map(({ row, is }) => [row, is.length === 1 ? is[0] : is]));
}
