/** The rows of a table of registers by what their columns mean. */

export type Key =
  | 'name'
  | 'address'
  | 'table'
  | 'type'
  | 'order'
  | 'scale'
  | 'divisor'
  | 'factor'
  | 'offset'
  | 'unit'
  | 'bit'
  | 'length'
  | 'swapped'
  | 'kind';
export type Cells = Readonly<Partial<Record<Key, string>>>;
export type Row = { readonly line: number; readonly cells: Cells };

/** `guessed`: columns whose meaning no heading said, each as a person would look it up. */
export type Table = { readonly line: number; readonly rows: Row[]; readonly guessed: readonly string[] };

/** Undefined when there is no heading among the first lines, and the columns do not say themselves what they are. */
export function rowsOf(text: string): Table | undefined {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line) => (comment.test(line) ? '' : line));
  for (const [i, head] of lines.slice(0, latestHead).entries()) {
    const mark = [',', ';', '\t'].toSorted((a, b) => head.split(b).length - head.split(a).length)[0] ?? ',';
    const keys = keysOf(cellsOf(head, mark));
    if (!keys.includes('name') || !keys.includes('address')) continue;
    const rows = lines.flatMap((line, j): Row[] =>
      j <= i || line.trim() === '' ? [] : [{ line: j + 1, cells: named(keys, cellsOf(line, mark)) }],
    );
    const isId = cellsOf(head, mark).some((cell, at) => keys[at] === 'address' && plainOf(cell) === 'id');
    return { line: i + 1, rows, guessed: isId ? ['ID = address'] : [] };
  }
  return headless(lines);
}

const latestHead = 20;
const comment = /^\s*(?:#|\/\/)/;

/**
 * A table without a heading, where one column alone can be the address, and one the name. A number besides, of which nobody says
 * whether it multiplies, would make values ten times too high: then it is none.
 */
function headless(lines: readonly string[]): Table | undefined {
  const filled = lines.map((text, i) => ({ text, line: i + 1 })).filter(({ text }) => text.trim() !== '');
  const mark = [',', ';', '\t'].find((each) => filled.every(({ text }) => text.split(each).length >= leastColumns));
  if (mark === undefined || filled.length < leastRows) return undefined;
  const table = filled.map(({ text }) => cellsOf(text, mark));
  const columns = Array.from({ length: Math.min(...table.map(({ length }) => length)) }, (_, at) =>
    table.map((cells) => cells[at] ?? ''),
  );
  const kinds = columns.map(columnKind);
  const [address, otherNumber] = placesOf(kinds, 'number');
  const [name] = placesOf(kinds, 'words');
  if (address === undefined || otherNumber !== undefined || name === undefined || kinds.includes('figures'))
    return undefined;
  const keys: (Key | undefined)[] = kinds.map((kind, at) =>
    at === address
      ? 'address'
      : at === name
        ? 'name'
        : kind === 'type' || kind === 'table' || kind === 'unit'
          ? kind
          : undefined,
  );
  const rows = filled.map(({ line }, i) => ({ line, cells: named(keys, table[i] ?? []) }));
  const guessed = keys.flatMap((key, at) => (key === undefined ? [] : [`${at + 1} = ${key}`]));
  return { line: filled[0]?.line ?? 1, rows, guessed };
}

const leastRows = 3;
const leastColumns = 2;

type ColumnKind = 'number' | 'figures' | 'words' | 'type' | 'table' | 'unit' | 'other';

function columnKind(cells: readonly string[]): ColumnKind {
  const said = cells.filter((cell) => cell !== '');
  const every = (pattern: RegExp) => said.length > 0 && said.every((cell) => pattern.test(cell));
  const isEach = new Set(cells).size === cells.length;
  if (every(/^(?:0x[0-9a-f]+|\d+)$/i)) return isEach ? 'number' : every(/^1$/) ? 'other' : 'figures';
  if (every(/^[-+]?\d+(?:[.,]\d+)?$/)) return 'figures';
  if (every(/^(?:[us]?int|[uif]|float|real|word|dword|bool|bit|string|double|short|long|ushort)\d*$/i)) return 'type';
  if (every(/^(?:holding|input|coil|discrete)(?:[_ ]?(?:registers?|inputs?))?s?$/i)) return 'table';
  if (isEach && said.length === cells.length && every(/\p{L}{2}/u)) return 'words';
  return every(/^(?:°?C|V|mV|kV|A|mA|k?W|k?Wh|k?VA|k?var|Hz|%|bar|ppm|s|min|h|m|mm|Pa|rpm|l\/h|m3\/h|-)$/i)
    ? 'unit'
    : 'other';
}

function placesOf(kinds: readonly ColumnKind[], kind: ColumnKind): number[] {
  return kinds.flatMap((each, at) => (each === kind ? [at] : []));
}

function plainOf(head: string): string {
  return head.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** The best word of each key first; a column has one meaning. */
const words: Readonly<Record<Key, readonly string[]>> = {
  name: [
    ...['name', 'title', 'parameter', 'signal', 'point', 'tag', 'variable', 'label', 'objectdesignation'],
    ...['regname', 'registername', 'documentedname', 'variablename', 'signalname', 'pointname', 'datapoint'],
    ...['english', 'descriptionen', 'description'],
  ],
  address: [
    ...['address', 'registeraddress', 'modbusaddress', 'startaddress', 'startingaddress', 'registernumber'],
    ...['regnumber', 'regaddr', 'registerno', 'modbusregister', 'register', 'registers', 'reg', 'addr', 'id'],
  ],
  table: ['table', 'registertype', 'regtype', 'modbustype', 'functioncode', 'function', 'fc'],
  type: ['datatype', 'sizeofvariable', 'format', 'type', 'size'],
  order: ['order', 'byteorder', 'wordorder'],
  scale: ['scale', 'scalefactor', 'scaling', 'scalingfactor', 'multiplier', 'transform'],
  divisor: ['divisor', 'divisionfactor', 'divideby'],
  factor: ['factor', 'gain'],
  offset: ['offset'],
  unit: ['unit', 'units', 'uom', 'unitofmeasurement', 'measurementunit'],
  bit: ['bit'],
  length: ['length', 'registercount', 'numberofregisters', 'count', 'words', 'size', 'registers'],
  swapped: ['mixedendian', 'wordswap', 'swapwords', 'wordsswapped'],
  kind: ['kind', 'class', 'deviceclass'],
};

function keysOf(heads: readonly string[]): readonly (Key | undefined)[] {
  const plain = heads.map(plainOf);
  const keys: (Key | undefined)[] = plain.map(() => undefined);
  for (const [key, list] of Object.entries(words) as [Key, readonly string[]][]) {
    const places = list.map((word) => plain.indexOf(word));
    const place = places.find((at) => at >= 0 && keys[at] === undefined);
    if (place !== undefined) keys[place] = key;
  }
  return keys;
}

function named(keys: readonly (Key | undefined)[], cells: readonly string[]): Cells {
  return Object.fromEntries(cells.flatMap((cell, i) => (keys[i] === undefined ? [] : [[keys[i], cell]])));
}

/** The cells of a row; a quoted one may hold the mark, and two quotes are one. */
function cellsOf(row: string, mark: string): string[] {
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
