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
  | 'kind';
export type Cells = Readonly<Partial<Record<Key, string>>>;
export type Row = { readonly line: number; readonly cells: Cells };

/** Undefined when there is no heading among the first lines. */
export function rowsOf(text: string): { line: number; rows: Row[] } | undefined {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  for (const [i, head] of lines.slice(0, latestHead).entries()) {
    const mark = [',', ';', '\t'].toSorted((a, b) => head.split(b).length - head.split(a).length)[0] ?? ',';
    const keys = keysOf(cellsOf(head, mark));
    if (!keys.includes('name') || !keys.includes('address')) continue;
    const rows = lines.flatMap((line, j): Row[] =>
      j <= i || line.trim() === '' ? [] : [{ line: j + 1, cells: named(keys, cellsOf(line, mark)) }],
    );
    return { line: i + 1, rows };
  }
  return undefined;
}

const latestHead = 20;

/** The best word of each key first; a column has one meaning. */
const words: Readonly<Record<Key, readonly string[]>> = {
  name: [
    ...['name', 'title', 'parameter', 'signal', 'point', 'tag', 'variable', 'label', 'objectdesignation'],
    ...['english', 'descriptionen', 'description'],
  ],
  address: [
    ...['address', 'registeraddress', 'modbusaddress', 'startaddress', 'startingaddress', 'registernumber'],
    ...['register', 'registers', 'reg', 'addr'],
  ],
  table: ['table', 'registertype', 'regtype', 'modbustype', 'functioncode', 'function', 'fc'],
  type: ['datatype', 'sizeofvariable', 'format', 'type', 'size'],
  order: ['order', 'byteorder', 'wordorder'],
  scale: ['scale', 'scalefactor', 'scaling', 'scalingfactor', 'multiplier'],
  divisor: ['divisor', 'divisionfactor', 'divideby'],
  factor: ['factor'],
  offset: ['offset'],
  unit: ['unit', 'units', 'uom', 'unitofmeasurement'],
  bit: ['bit'],
  length: ['length', 'registercount', 'numberofregisters', 'count', 'words', 'size', 'registers'],
  kind: ['kind', 'class', 'deviceclass'],
};

function keysOf(heads: readonly string[]): readonly (Key | undefined)[] {
  const plain = heads.map((head) => head.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
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
