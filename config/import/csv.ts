import { type Draft, type DraftType, Gatherer, numberIn, placeIn, tableIn, textIn } from './draft.ts';

/**
 * A table of registers with a heading: name and address at least; table, type, order, scale, offset, unit, bit, length and kind where
 * they are. Comma, semicolon or tab.
 */
export function fromCsv(text: string): Draft | undefined {
  const rows = text.split(/\r?\n/);
  const [head = ''] = rows;
  const mark = [',', ';', '\t'].toSorted((a, b) => head.split(b).length - head.split(a).length)[0] ?? ',';
  const names = cells(head, mark).map((cell) => heads.get(cell.toLowerCase().replaceAll(/[ _-]/g, '')) ?? '');
  if (!names.includes('name') || !names.includes('address')) return undefined;
  const gathered = new Gatherer();
  for (const [i, text] of rows.entries()) {
    if (i === 0 || text.trim() === '') continue;
    const row = Object.fromEntries(cells(text, mark).map((cell, j) => [names[j] ?? '', cell]));
    register(gathered, row, i + 1);
  }
  return { format: 'csv', maker: 'unknown', model: 'device', link: {}, points: gathered.points, notes: gathered.notes };
}

const heads: ReadonlyMap<string, string> = new Map(
  Object.entries({
    name: ['name', 'parameter', 'description', 'signal', 'point'],
    address: ['address', 'register', 'reg', 'addr', 'registeraddress'],
    table: ['table', 'function', 'functioncode', 'fc', 'registertype', 'regtype'],
    type: ['type', 'datatype', 'format'],
    order: ['order', 'byteorder', 'wordorder'],
    scale: ['scale', 'factor', 'multiplier', 'scalefactor'],
    offset: ['offset'],
    unit: ['unit', 'units', 'uom'],
    bit: ['bit'],
    length: ['length', 'size', 'count', 'registers'],
    kind: ['kind', 'class'],
  }).flatMap(([key, words]) => words.map((word) => [word, key] as const)),
);

const types: Readonly<Record<string, DraftType>> = {
  u16: 'u16',
  uint16: 'u16',
  word: 'u16',
  uint: 'u16',
  i16: 'i16',
  int16: 'i16',
  s16: 'i16',
  short: 'i16',
  int: 'i16',
  u32: 'u32',
  uint32: 'u32',
  dword: 'u32',
  i32: 'i32',
  int32: 'i32',
  s32: 'i32',
  long: 'i32',
  u64: 'u64',
  uint64: 'u64',
  i64: 'i64',
  int64: 'i64',
  f32: 'f32',
  float: 'f32',
  float32: 'f32',
  real: 'f32',
  f64: 'f64',
  double: 'f64',
  float64: 'f64',
  string: 'string',
  bit: 'bit',
  bool: 'bool',
  boolean: 'bool',
};

function register(to: Gatherer, row: Readonly<Record<string, string>>, line: number): null {
  const name = row.name ?? '';
  const address = numberIn(row.address);
  if (address === undefined) return to.note(line, name, { code: 'address-unknown', what: row.address ?? '' });
  const word = textIn(row.table);
  const table = word === undefined ? undefined : tableIn(word, 'holding');
  if (word !== undefined && table === undefined) return to.note(line, name, { code: 'table-unknown', what: word });
  const place = placeIn(address, table);
  if (place === undefined) return to.note(line, name, { code: 'address-unknown', what: String(address) });
  const isBit = place.table === 'coil' || place.table === 'discrete';
  const bit = numberIn(row.bit);
  const written = (textIn(row.type) ?? 'u16').toLowerCase().replaceAll(/[ _-]/g, '');
  const type = isBit ? 'bool' : bit === undefined ? types[written] : 'bit';
  if (type === undefined || (type === 'bool' && !isBit))
    return to.note(line, name, { code: 'type-unknown', what: written });
  return to.add({
    name,
    line,
    ...place,
    type,
    order: textIn(row.order)?.toUpperCase(),
    bit: type === 'bit' ? (bit ?? 0) : undefined,
    length: type === 'string' ? numberIn(row.length) : undefined,
    scale: numberIn(row.scale),
    offset: numberIn(row.offset),
    unit: textIn(row.unit) ?? null,
    kind: textIn(row.kind),
  });
}

/** The cells of a row; a quoted one may hold the mark, and two quotes are one. */
function cells(row: string, mark: string): string[] {
  const found: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (let i = 0; i < row.length; i++) {
    const char = row[i] ?? '';
    if (char === '"' && isQuoted && row[i + 1] === '"') cell += row[++i];
    else if (char === '"') isQuoted = !isQuoted;
    else if (char === mark && !isQuoted) {
      found.push(cell.trim());
      cell = '';
    } else cell += char;
  }
  return [...found, cell.trim()];
}
