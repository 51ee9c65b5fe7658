import type { Table } from '../../devices/profile.ts';
import { type Draft, type DraftType, Gatherer, orderOf } from './draft.ts';
import { withoutComments } from './lines.ts';

/**
 * `defineModbusProtocol` of an OpenEMS device: Java code, of which the tasks that read and their elements are taken as a table. What an
 * element is worth is found by its text, so a converter that is code of its own is named and its point left out.
 */
export function fromOpenEms(text: string): Draft | undefined {
  const code = withoutComments(text);
  if (!/\bdefineModbusProtocol\s*\(/.test(code)) return undefined;
  const gathered = new Gatherer();
  const constants = constantsOf(code);
  let table: Table | undefined;
  for (const found of code.matchAll(parts)) {
    const { fc, write, element, args = '' } = found.groups ?? {};
    if (fc !== undefined) table = write === undefined ? tables[fc] : undefined;
    if (write !== undefined)
      gathered.note(lineAt(code, found.index), `FC${fc}`, { code: 'part-not-carried', what: write });
    if (element === undefined || table === undefined || element === 'DummyRegister') continue;
    const end = found.index + found[0].length;
    one(gathered, {
      ...{ element, args, table, constants, line: lineAt(code, found.index) },
      before: code.slice(Math.max(0, found.index - 300), found.index),
      after: code.slice(end, end + 4000),
    });
  }
  gathered.note(1, '', { code: 'part-not-carried', what: 'unit (ChannelId)' });
  const model = /\bclass\s+(\w+?)(?:Impl)?\b/.exec(code)?.[1] ?? 'device';
  return { format: 'openems', maker: 'unknown', model, link: {}, points: gathered.points, notes: gathered.notes };
}

const parts =
  /new\s+FC(?<fc>\d+)(?:Read\w*|(?<write>Write\w*))Task\(|new\s+(?<element>\w+?)Element\((?<args>[^()]*)\)/g;

const tables: Readonly<Record<string, Table>> = { 1: 'coil', 2: 'discrete', 3: 'holding', 4: 'input' };

const types: Readonly<Record<string, DraftType>> = {
  UnsignedWord: 'u16',
  SignedWord: 'i16',
  UnsignedDoubleword: 'u32',
  SignedDoubleword: 'i32',
  UnsignedQuadrupleword: 'u64',
  SignedQuadrupleword: 'i64',
  FloatDoubleword: 'f32',
  FloatQuadrupleword: 'f64',
  StringWord: 'string',
  Coil: 'bool',
};

type Element = {
  readonly element: string;
  readonly args: string;
  readonly table: Table;
  readonly constants: ReadonlyMap<string, number>;
  readonly line: number;
  readonly before: string;
  readonly after: string;
};

function one(to: Gatherer, { element, args, table, constants, line, before, after }: Element): null {
  const [where = '', second = ''] = args.split(',').map((each) => each.trim());
  const address = addressOf(where, constants);
  const chained = /^(?:\s*\.(?:wordOrder|byteOrder|debug)\([^()]*\))*/.exec(after)?.[0] ?? '';
  const rest = after.slice(chained.length);
  const channel = channelOf(before, rest);
  if (address === undefined) return to.note(line, channel.name, { code: 'address-unknown', what: where });
  if (element === 'BitsWord') return bits(to, { table, address, line }, rest);
  const type = types[element];
  if (type === undefined) return to.note(line, channel.name, { code: 'type-unknown', what: element });
  const scale = scaleOf(channel.converter);
  if (scale === undefined) return to.note(line, channel.name, { code: 'scale-unknown', what: channel.converter });
  if (channel.converter.includes('IF_TRUE'))
    to.note(line, channel.name, { code: 'condition-dropped', what: channel.converter });
  const isLittle = /byteOrder\([^()]*LITTLE_ENDIAN/.test(chained);
  const isLeastFirst = /wordOrder\([^()]*LSWMSW/.test(chained);
  return to.add({
    ...{ name: channel.name, line, table, address, type },
    // Bytes that are read from the least on turn the words as well.
    order: orderOf(type, { bytes: isLittle, words: isLittle !== isLeastFirst }),
    length: type === 'string' ? addressOf(second, constants) : undefined,
    scale: scale === 1 ? undefined : scale,
    unit: null,
  });
}

function bits(to: Gatherer, at: { table: Table; address: number; line: number }, rest: string): null {
  const next = /\s*\.bit\(\s*(\d+)\s*,\s*([\w.]+)\s*(?:,[^()]*)?\)/y;
  for (let found = next.exec(rest); found !== null; found = next.exec(rest)) {
    const [, bit, name = ''] = found;
    to.add({ ...at, name: nameOf(name), type: 'bit', bit: Number(bit) });
  }
  return null;
}

/** The channel and the converter: `m(CHANNEL, element, CONVERTER)`, or `m(element).m(CHANNEL, CONVERTER)`. */
function channelOf(before: string, rest: string): { name: string; converter: string } {
  const name = /\bm\(\s*([\w.]+(?:\(\))?)\s*,\s*$/.exec(before)?.[1];
  const converter = /^\s*,\s*((?:new\s+)?[\w.]+(?:\([^()]*\))?)/.exec(rest)?.[1];
  if (name !== undefined) return { name: nameOf(name), converter: converter ?? '' };
  const [, later = '', by = ''] = /^\s*\)\s*\.m\(\s*([\w.]+(?:\(\))?)\s*,\s*([\w.]+(?:\([^()]*\))?)/.exec(rest) ?? [];
  return { name: nameOf(later), converter: by };
}

/** `ElectricityMeter.ChannelId.VOLTAGE_L1`, `phases.channelVoltageL1()`. */
function nameOf(channel: string): string {
  const last = channel.replace('()', '').split('.').at(-1) ?? '';
  return last.replace(/^channel(?=[A-Z])/, '').replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_');
}

/** `SCALE_FACTOR_MINUS_1` divides by 10; `INVERT` turns the sign. */
function scaleOf(converter: string): number | undefined {
  const last = converter.replace(/\(.*$/s, '').split('.').at(-1) ?? '';
  if (last === '' || last === 'DIRECT_1_TO_1' || last === 'INVERT_IF_TRUE') return 1;
  if (last === 'INVERT') return -1;
  const [, minus, power, invert] = /^SCALE_FACTOR_(MINUS_)?(\d)(?:_AND_(INVERT)(?:_IF_TRUE)?)?$/.exec(last) ?? [];
  if (power === undefined) return undefined;
  const sign = invert !== undefined && !last.endsWith('IF_TRUE') ? -1 : 1;
  return sign * Number(`1e${minus === undefined ? '' : '-'}${power}`);
}

function constantsOf(code: string): ReadonlyMap<string, number> {
  const found = code.matchAll(/\b(?:int|var|short|Integer)\s+(\w+)\s*=\s*([\w\s+|-]+);/g);
  const constants = new Map<string, number>();
  for (const [, name = '', text = ''] of found) {
    const value = addressOf(text, constants);
    // What is set more than once is no constant.
    constants.set(name, constants.has(name) || value === undefined ? Number.NaN : value);
  }
  return constants;
}

/** `0x100`, `30003 - offset`, `BASE | 2`. */
function addressOf(text: string, constants: ReadonlyMap<string, number>): number | undefined {
  const sums = text.split('|').map((part) => sumOf(part, constants));
  const value = sums.reduce((all, sum) => (Number.isInteger(all) && Number.isInteger(sum) ? all | sum : Number.NaN), 0);
  return Number.isInteger(value) && value >= 0 ? value : undefined;
}

function sumOf(text: string, constants: ReadonlyMap<string, number>): number {
  const terms = text.replaceAll(/\s|this\./g, '').match(/[+-]?[^+-]+/g) ?? [''];
  return terms.reduce((total, term) => {
    const [, sign, word = ''] = /^([+-]?)(.*)$/.exec(term) ?? [];
    const value = /^(?:0x[\da-fA-F]+|\d+)$/.test(word) ? Number(word) : (constants.get(word) ?? Number.NaN);
    return sign === '-' ? total - value : total + value;
  }, 0);
}

function lineAt(code: string, at: number): number {
  return code.slice(0, at).split('\n').length;
}
