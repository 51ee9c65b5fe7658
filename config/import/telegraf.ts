import {
  type Draft,
  type DraftType,
  Gatherer,
  listIn,
  numberIn,
  recordIn,
  sizedTypes,
  tableIn,
  textIn,
} from './draft.ts';
import { parseToml, type TomlTable } from './toml.ts';

/** `[[inputs.modbus]]` of telegraf, in its styles by register, request and metric. */
export function fromTelegraf(text: string): Draft | undefined {
  const tables = parseToml(text);
  const inputs = tables?.filter(({ name }) => name === 'inputs.modbus') ?? [];
  const [first] = inputs;
  if (tables === undefined || first === undefined) return undefined;
  const gathered = new Gatherer();
  const after = tables.filter(({ line }) => line > first.line && line < (inputs[1]?.line ?? Number.POSITIVE_INFINITY));
  for (const other of inputs.slice(1))
    gathered.note(other.line, textIn(other.values.name) ?? '', { code: 'other-device', what: 'inputs.modbus' });
  for (const key of ['holding_registers', 'input_registers', 'coils', 'discrete_inputs'])
    for (const each of listIn(first.values[key]))
      field(gathered, recordIn(each), { ...first.values, register: key }, first.line);
  const units = new Set<number>();
  for (const group of after) {
    const isGroup = group.name === 'inputs.modbus.request' || group.name === 'inputs.modbus.metric';
    if (!isGroup) continue;
    const unit = numberIn(group.values.slave_id);
    if (unit !== undefined) units.add(unit);
    if (unit !== undefined && unit !== [...units][0])
      gathered.note(group.line, group.name, { code: 'other-unit', what: String(unit) });
    else for (const each of listIn(group.values.fields)) field(gathered, recordIn(each), group.values, group.line);
  }
  const unit = numberIn(first.values.slave_id) ?? [...units][0];
  const baudRate = numberIn(first.values.baud_rate);
  return {
    format: 'telegraf',
    maker: 'unknown',
    model: textIn(first.values.name) ?? 'device',
    link: { ...(unit === undefined ? {} : { unit }), ...(baudRate === undefined ? {} : { baudRate }) },
    points: gathered.points,
    notes: gathered.notes,
  };
}

const types: Readonly<Record<string, DraftType>> = { ...sizedTypes, 'float32-ieee': 'f32', 'float64-ieee': 'f64' };

function field(to: Gatherer, said: Record<string, unknown>, group: TomlTable['values'], usualLine: number): null {
  const line = numberIn(said['#line']) ?? usualLine;
  const name = textIn(said.name) ?? '';
  const addresses = (Array.isArray(said.address) ? said.address : [said.address]).map(numberIn);
  const [address] = addresses;
  if (address === undefined || addresses.some((each, i) => each !== address + i))
    return to.note(line, name, { code: 'address-unknown', what: String(said.address) });
  const table = tableIn(said.register ?? group.register, 'holding');
  if (table === undefined)
    return to.note(line, name, { code: 'table-unknown', what: String(said.register ?? group.register) });
  if (table === 'coil' || table === 'discrete') return to.add({ name, line, table, address, type: 'bool' });
  const written = String(said.data_type ?? said.type ?? 'INT16').toLowerCase();
  const order = String(said.byte_order ?? group.byte_order ?? 'ABCD').toUpperCase();
  const scale = numberIn(said.scale);
  if (written === 'bit') return to.add({ name, line, table, address, type: 'bit', bit: numberIn(said.bit) ?? 0 });
  const type = fixedOf(written, addresses.length, Array.isArray(said.address)) ?? types[written];
  if (type === undefined) return to.note(line, name, { code: 'type-unknown', what: written });
  const is64 = ['u64', 'i64', 'f64'].includes(type);
  return to.add({
    name,
    line,
    table,
    address,
    type,
    order: orderIn(order, type, is64),
    scale,
    length: type === 'string' ? (numberIn(said.length) ?? addresses.length) : undefined,
  });
}

/** FIXED, UFIXED and the old FLOAT32 are whole numbers that are scaled, as wide as their addresses. */
function fixedOf(written: string, registers: number, isListed: boolean): DraftType | undefined {
  const isFixed = written === 'fixed' || written === 'ufixed' || (written === 'float32' && isListed && registers === 1);
  if (!isFixed) return undefined;
  const bits = ({ 1: 16, 2: 32, 4: 64 } as Readonly<Record<number, 16 | 32 | 64>>)[registers];
  return bits === undefined ? undefined : `${written === 'fixed' ? 'i' : 'u'}${bits}`;
}

function orderIn(order: string, type: DraftType, is64: boolean): string | undefined {
  if (order === 'AB' || order === 'ABCD' || order === 'ABCDEFGH') return undefined;
  if (order === 'BA') return 'BADC';
  const wide: Readonly<Record<string, string>> = { DCBA: 'HGFEDCBA', BADC: 'BADCFEHG', CDAB: 'GHEFCDAB' };
  if (type === 'u16' || type === 'i16') return order === 'DCBA' || order === 'BADC' ? 'BADC' : undefined;
  return is64 ? (wide[order] ?? order) : order;
}
