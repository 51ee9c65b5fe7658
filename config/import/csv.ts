import type { Table } from '../../devices/profile.ts';
import { type Cells, type Row, rowsOf } from './csv-rows.ts';
import { type Draft, type DraftType, Gatherer, numberIn, orderOf, placeIn, scaleIn, tableIn, textIn } from './draft.ts';

/**
 * A table of registers with a heading: name and address at least; table, type, order, scale or divisor, offset, unit, bit, length and
 * kind where they are. Comma, semicolon or tab. What stands before the heading is passed over.
 */
export function fromCsv(text: string): Draft | undefined {
  const table = rowsOf(text);
  if (table === undefined) return undefined;
  const { line, rows, guessed } = table;
  const gathered = new Gatherer();
  if (guessed.length > 0) gathered.note(line, '', { code: 'columns-assumed', what: guessed.join(', ') });
  const numbers = rows.flatMap(({ cells }) => numberIn(cells.address) ?? []);
  // A manual's numbers begin at 40001: where 40000 stands too, none of the file is one.
  const isManual = !numbers.some((number) => number > 0 && number % 10_000 === 0);
  const isMultiplied = rows.every(({ cells }) => (figureIn(cells.unit)?.figure ?? 1) <= 1);
  for (const row of rows) register(gathered, row, { isManual, isMultiplied });
  const isTurned = isManual && numbers.some((number) => placeIn(number, undefined)?.address !== number);
  if (isTurned) gathered.note(line, '', { code: 'manual-numbers', what: '40001' });
  const isSaid = rows.some(({ cells }) => textIn(cells.table) !== undefined || tableWord(cells.type) !== undefined);
  if (!isSaid && !isTurned) gathered.note(line, '', { code: 'table-assumed', what: 'holding' });
  const unsized = new Set(rows.filter(({ cells }) => isUnsized(cells)).map(({ cells }) => cells.type ?? ''));
  if (unsized.size > 0) gathered.note(line, '', { code: 'width-assumed', what: [...unsized].join(', ') });
  if (!rows.every(({ cells }) => saysType(cells))) gathered.note(line, '', { code: 'type-assumed', what: 'u16' });
  return { format: 'csv', maker: 'unknown', model: 'device', link: {}, points: gathered.points, notes: gathered.notes };
}

/** Types by their width in registers; null: any that the table says. */
const types: Readonly<Record<string, readonly [DraftType, number | null]>> = {
  ...{ u16: ['u16', 1], uint16: ['u16', 1], word: ['u16', 1], u8: ['u16', 1], uint8: ['u16', 1], byte: ['u16', 1] },
  ...{ ushort: ['u16', 1], '16bitflags': ['u16', 1], '32bitflags': ['u32', 2], ascii: ['string', null] },
  ...{ i16: ['i16', 1], int16: ['i16', 1], s16: ['i16', 1], short: ['i16', 1] },
  ...{ u32: ['u32', 2], uint32: ['u32', 2], dword: ['u32', 2], i32: ['i32', 2], int32: ['i32', 2], s32: ['i32', 2] },
  ...{ long: ['i32', 2], u64: ['u64', 4], uint64: ['u64', 4], i64: ['i64', 4], int64: ['i64', 4], s64: ['i64', 4] },
  ...{ f32: ['f32', 2], float: ['f32', 2], float32: ['f32', 2], real: ['f32', 2] },
  ...{ f64: ['f64', 4], double: ['f64', 4], float64: ['f64', 4] },
  ...{ string: ['string', null], bit: ['bit', 1], bool: ['bool', 1], boolean: ['bool', 1] },
};

/** Types that say a sign and no width. */
const wide: Readonly<Record<string, Readonly<Record<number, DraftType>>>> = {
  int: { 1: 'i16', 2: 'i32', 4: 'i64' },
  uint: { 1: 'u16', 2: 'u32', 4: 'u64' },
  unsigned: { 1: 'u16', 2: 'u32', 4: 'u64' },
  signed: { 1: 'i16', 2: 'i32', 4: 'i64' },
};

/** What stands in a column `type` where it says who may write. */
const access = /^(?:r|w|rw|ro|wo|read|write|readwrite|readonly|writeonly)$/;

function register(
  to: Gatherer,
  { line, cells }: Row,
  { isManual, isMultiplied }: { isManual: boolean; isMultiplied: boolean },
): null {
  const name = cells.name ?? '';
  const [, first = cells.address ?? '', last] =
    /^(0x[0-9a-f]+|\d+)\s*[-–~]\s*(0x[0-9a-f]+|\d+)$/i.exec(cells.address ?? '') ?? [];
  const address = numberIn(first);
  if (address === undefined || !Number.isInteger(address))
    return to.note(line, name, { code: 'address-unknown', what: cells.address ?? '' });
  const word = textIn(cells.table) ?? tableWord(cells.type);
  const table = word === undefined ? undefined : tableIn(word, 'holding');
  if (word !== undefined && table === undefined) return to.note(line, name, { code: 'table-unknown', what: word });
  const place = isManual ? placeIn(address, table) : { table: table ?? ('holding' as const), address };
  if (place === undefined) return to.note(line, name, { code: 'address-unknown', what: String(address) });
  const length = last === undefined ? registersIn(cells.length) : Number(last) - address + 1;
  const typed = typeOf(cells, place.table, length);
  if (typed === undefined) return to.note(line, name, { code: 'type-unknown', what: typeText(cells, length) });
  const scale = scaleOf(cells, isMultiplied);
  if ('code' in scale) return to.note(line, name, scale);
  return to.add({
    name,
    line,
    ...place,
    ...typed,
    order: textIn(cells.order)?.toUpperCase() ?? swappedOrder(typed.type, cells.swapped),
    length: typed.type === 'string' ? length : undefined,
    scale: scale.by,
    offset: numberIn(cells.offset),
    unit: unitOf(cells.unit),
    kind: textIn(cells.kind),
  });
}

function tableWord(type: string | undefined): string | undefined {
  const word = textIn(type);
  return word !== undefined && /[a-z]/i.test(word) && tableIn(word, 'holding') !== undefined ? word : undefined;
}

function typeText({ type = '' }: Cells, length: number | undefined): string {
  return length === undefined ? type.toLowerCase() : `${type.toLowerCase()}, ${length}`;
}

function typeOf(cells: Cells, table: Table, length = 1): { type: DraftType; bit?: number } | undefined {
  if (table === 'coil' || table === 'discrete') return { type: 'bool' };
  const written = plain(cells.type);
  const own = /^(?:bool)?bit(\d{1,2})$/.exec(written)?.[1];
  const bit = numberIn(cells.bit) ?? numberIn(own);
  if (bit !== undefined) return { type: 'bit', bit };
  if (!saysType(cells)) return length === 1 ? { type: 'u16' } : undefined;
  const sized = wide[written]?.[length];
  if (sized !== undefined) return { type: sized };
  const [type, width] = types[written] ?? [];
  const isFit = width === null || cells.length === undefined || cells.length === '' || length === width;
  if (type === undefined || type === 'bool' || !isFit) return undefined;
  return type === 'bit' ? { type, bit: 0 } : { type };
}

function saysType({ type, table, bit }: Cells): boolean {
  const isYesNo = tableIn(textIn(table), 'holding') === 'coil' || tableIn(textIn(table), 'holding') === 'discrete';
  const written = plain(type);
  const isType = written !== '' && !access.test(written) && tableWord(type) === undefined;
  return isYesNo || isType || numberIn(bit) !== undefined;
}

/** INT is of 16 bits in one table, and of 32 in the next. */
function isUnsized({ type, address = '', length = '' }: Cells): boolean {
  return wide[plain(type)] !== undefined && length === '' && !/[-–~]/.test(address);
}

function plain(type: string | undefined): string {
  return (type ?? '').toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** A yes in a column that says whether the words stand the other way round. */
function swappedOrder(type: DraftType, said: string | undefined): string | undefined {
  return orderOf(type, { bytes: false, words: /^(?:true|yes|y|1|x)$/i.test(said ?? '') });
}

type ScaleNote = { readonly code: 'scale-unknown' | 'factor-unsure'; readonly what: string };

/** A factor of 10 is what a value is multiplied by in one table, and divided by in the next. */
function scaleOf(
  { scale, divisor, factor, unit }: Cells,
  isMultiplied: boolean,
): { by: number | undefined } | ScaleNote {
  const [times, over, either] = [scaleIn(scale), scaleIn(divisor), scaleIn(factor)];
  if (times === undefined || over === undefined || either === undefined)
    return { code: 'scale-unknown', what: [scale, divisor, factor].find((each) => scaleIn(each) === undefined) ?? '' };
  if (times === null && over === null && either !== null && either > 1)
    return { code: 'factor-unsure', what: String(either) };
  const figure = figureIn(unit)?.figure ?? 1;
  const isOnly = times === null && over === null && either === null;
  if (figure !== 1 && !(isMultiplied && isOnly)) return { code: 'factor-unsure', what: unit ?? '' };
  const by = (times ?? (over === null ? (either ?? 1) : 1 / over)) * figure;
  return { by: by === 1 ? undefined : by };
}

/**
 * `0.1V`: the unit holds the scale. In one table it multiplies, in the next `10V` are tenths of a volt: only where all are at most 1
 * they are taken to multiply.
 */
function figureIn(unit: string | undefined): { figure: number; rest: string } | undefined {
  const [, figure, rest] = /^(\d+(?:[.,]\d+)?)\s*([\p{L}°%℃].*)$/u.exec(unit ?? '') ?? [];
  const number = Number(figure?.replace(',', '.'));
  return rest === undefined || !(number > 0) ? undefined : { figure: number, rest };
}

/** Registers, or bytes where it says so. */
function registersIn(length: string | undefined): number | undefined {
  const bytes = /^(\d+)\s*bytes?$/i.exec(length ?? '')?.[1];
  return bytes === undefined ? numberIn(length) : Math.ceil(Number(bytes) / 2);
}

function unitOf(unit: string | undefined): string | null {
  const text = textIn(figureIn(unit)?.rest ?? unit);
  return text === undefined || text === '-' ? null : text;
}
