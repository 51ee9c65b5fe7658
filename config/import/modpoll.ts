import {
  type Draft,
  type DraftType,
  Gatherer,
  numberIn,
  orderOf,
  scaleIn,
  sizedTypes,
  tableIn,
  textIn,
} from './draft.ts';

/**
 * A configuration of modpoll (gavinying/modpoll): rows `device,name,unit`, `poll,table,first,count,endian` and
 * `ref,name,address,type,rw,unit,scale`. Addresses count from 0 and a scale multiplies, as its template says.
 */
export function fromModpoll(text: string): Draft | undefined {
  const rows = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, i) => ({ line: i + 1, cells: line.split(',').map((cell) => cell.trim()) }))
    .filter(({ cells: [first = ''] }) => first !== '' && !first.startsWith('#'));
  const [head] = rows;
  if (head?.cells[0] !== 'device') return undefined;
  const gathered = new Gatherer();
  const [, model, unit] = head.cells;
  let poll: readonly string[] = [];
  let isOther = false;
  for (const { line, cells } of rows.slice(1)) {
    const [word, name = ''] = cells;
    if (word === 'device') {
      isOther = true;
      gathered.note(line, name, { code: 'other-device', what: cells[2] ?? '' });
    } else if (word === 'poll') poll = cells;
    else if (word === 'ref' && !isOther) ref(gathered, { line, cells, poll });
  }
  const number = numberIn(unit);
  const link = number === undefined ? {} : { unit: number };
  const { points, notes } = gathered;
  return { format: 'modpoll', maker: 'unknown', model: textIn(model) ?? 'device', link, points, notes };
}

type Ref = { readonly line: number; readonly cells: readonly string[]; readonly poll: readonly string[] };

function ref(to: Gatherer, { line, cells, poll }: Ref): null {
  const [, name = '', place, written = '', , unit, factor] = cells;
  const [, word, , , endian = 'BE_BE'] = poll;
  const address = numberIn(place);
  if (address === undefined || !Number.isInteger(address))
    return to.note(line, name, { code: 'address-unknown', what: place ?? '' });
  const table = textIn(word) === undefined ? undefined : tableIn(word, 'holding');
  if (table === undefined) return to.note(line, name, { code: 'table-unknown', what: word ?? '' });
  // Its yes-or-no types are eight or sixteen coils at once, counted in its own way.
  const type = typeOf(written);
  if (type === undefined || table === 'coil' || table === 'discrete')
    return to.note(line, name, { code: 'type-unknown', what: `${word} ${written}` });
  const scale = scaleIn(factor);
  if (scale === undefined) return to.note(line, name, { code: 'scale-unknown', what: factor ?? '' });
  const [bytes, words] = endian.toUpperCase().split('_');
  const order = orderOf(type, { bytes: bytes === 'LE', words: words === 'LE' });
  const length = type === 'string' ? Math.ceil(Number(written.slice('string'.length)) / 2) || undefined : undefined;
  return to.add({
    name,
    line,
    table,
    address,
    type,
    order,
    length,
    scale: scale ?? undefined,
    unit: textIn(unit) ?? null,
  });
}

function typeOf(written: string): DraftType | undefined {
  const word = written.toLowerCase();
  if (word === '') return 'u16';
  if (/^string\d+$/.test(word)) return 'string';
  return word === 'string' ? undefined : (sizedTypes as Readonly<Record<string, DraftType>>)[word];
}
