import { type Draft, type DraftType, Gatherer, listIn, numberIn, orderOf, recordIn, tableIn, textIn } from './draft.ts';
import type { Lined } from './lines.ts';

/** Device templates of Wiren Board's wb-mqtt-serial: JSON with `device.channels`. */
export function fromWirenBoard({ value, lineOf }: Lined): Draft | undefined {
  const root = recordIn(value);
  const device = recordIn(root.device);
  if (!Array.isArray(device.channels)) return undefined;
  const gathered = new Gatherer();
  for (const [i, each] of device.channels.entries())
    channel(gathered, recordIn(each), lineOf(['device', 'channels', i]));
  const left = ['subdevices', 'parameters', 'setup'].filter((key) => device[key] !== undefined);
  for (const key of left) gathered.note(lineOf(['device', key]), key, { code: 'part-not-carried', what: key });
  const model = textIn(root.title) ?? textIn(device.name) ?? textIn(root.device_type) ?? 'device';
  return {
    format: 'wb-mqtt-serial',
    maker: 'unknown',
    model,
    link: {},
    points: gathered.points,
    notes: gathered.notes,
  };
}

const formats: Readonly<Record<string, DraftType>> = {
  u16: 'u16',
  s16: 'i16',
  u8: 'u16',
  u32: 'u32',
  s32: 'i32',
  u64: 'u64',
  s64: 'i64',
  float: 'f32',
  double: 'f64',
  bcd8: 'bcd',
  bcd16: 'bcd',
  bcd32: 'bcd',
  string: 'string',
};

function channel(to: Gatherer, said: Record<string, unknown>, line: number): null {
  const name = textIn(said.name) ?? textIn(said.id) ?? '';
  const skip = (code: 'part-not-carried' | 'table-unknown' | 'type-unknown' | 'address-unknown', what: string) =>
    to.note(line, name, { code, what });
  if (said.consists_of !== undefined) return skip('part-not-carried', 'consists_of');
  if (said.device_type !== undefined) return skip('part-not-carried', 'subdevice');
  const table = tableIn(said.reg_type, 'holding');
  if (table === undefined) return skip('table-unknown', String(said.reg_type));
  const written = String(said.address ?? '');
  const [first = '', shift, width] = written.split(':');
  const address = numberIn(first);
  if (address === undefined) return skip('address-unknown', written);
  const isBit = table === 'coil' || table === 'discrete';
  const format = String(said.format ?? 'u16').toLowerCase();
  const known = isBit ? 'bool' : formats[format];
  if (known === undefined) return skip('type-unknown', format);
  if (said.condition !== undefined)
    to.note(line, name, { code: 'condition-dropped', what: String(said.condition).slice(0, 80) });
  const bits = shift === undefined ? {} : bitsOf(Number(shift), Number(width ?? 1));
  const words = said.word_order === 'little_endian';
  const bytes = said.byte_order === 'little_endian';
  const error = numberIn(said.error_value);
  const length = known === 'string' ? numberIn(said.string_data_size) : { bcd8: 1, bcd16: 1, bcd32: 2 }[format];
  return to.add({
    name,
    line,
    table,
    address,
    ...(shift === undefined ? { type: known } : bits.bit === undefined ? { type: 'u16' } : { type: 'bit' }),
    ...bits,
    order: orderOf(known, { bytes, words }),
    length,
    scale: numberIn(said.scale),
    offset: numberIn(said.offset),
    unit: textIn(said.units) ?? null,
    sentinels: error === undefined ? undefined : [error],
    enum: isBit ? undefined : enumOf(said),
    kind: textIn(said.type),
  });
}

function bitsOf(shift: number, width: number): { bit?: number; mask?: number } {
  return width === 1 ? { bit: shift } : { mask: ((1 << width) - 1) << shift };
}

function enumOf({ enum: codes, enum_titles: titles }: Record<string, unknown>): Record<string, string> | undefined {
  const [keys, words] = [listIn(codes), listIn(titles)];
  if (keys.length === 0 || keys.length !== words.length) return undefined;
  return Object.fromEntries(keys.map((key, i) => [String(key), String(words[i])]));
}
