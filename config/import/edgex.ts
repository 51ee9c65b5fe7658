import {
  type Draft,
  type DraftType,
  Gatherer,
  listIn,
  numberIn,
  orderOf,
  recordIn,
  sizedTypes,
  tableIn,
  textIn,
} from './draft.ts';
import type { Lined } from './lines.ts';

/** Device profiles of EdgeX for its Modbus service, versions 1 to 3, and of the one before them, which read one holding register a value. */
export function fromEdgeX({ value, lineOf }: Lined): Draft | undefined {
  const root = recordIn(value);
  const isModbus = (each: unknown) => {
    const { primaryTable, HoldingRegister } = recordIn(recordIn(each).attributes);
    return (primaryTable ?? HoldingRegister) !== undefined;
  };
  if (!listIn(root.deviceResources).some(isModbus)) return undefined;
  const gathered = new Gatherer();
  for (const [i, each] of listIn(root.deviceResources).entries())
    resource(gathered, recordIn(each), lineOf(['deviceResources', i]));
  gathered.note(1, 'startingAddress', { code: 'address-base', what: 'EdgeX 1' });
  return {
    format: 'edgex',
    maker: textIn(root.manufacturer) ?? 'unknown',
    model: textIn(root.model) ?? textIn(root.name) ?? 'device',
    link: {},
    points: gathered.points,
    notes: gathered.notes,
  };
}

const types: Readonly<Record<string, DraftType>> = { ...sizedTypes, bool: 'bool' };

function resource(to: Gatherer, said: Record<string, unknown>, line: number): null {
  const name = textIn(said.name) ?? '';
  const [attributes, properties] = [recordIn(said.attributes), recordIn(said.properties)];
  const value = { ...properties, ...recordIn(properties.value) };
  const unit = textIn(properties.units) ?? textIn(recordIn(properties.units).defaultValue) ?? null;
  if (attributes.HoldingRegister !== undefined) return oneRegister(to, { name, line, attributes, value, unit });
  if (attributes.primaryTable === undefined)
    return to.note(line, name, { code: 'part-not-carried', what: 'no Modbus' });
  const table = tableIn(attributes.primaryTable, 'holding');
  if (table === undefined) return to.note(line, name, { code: 'table-unknown', what: String(attributes.primaryTable) });
  const address = numberIn(attributes.startingAddress);
  if (address === undefined)
    return to.note(line, name, { code: 'address-unknown', what: String(attributes.startingAddress) });
  const written = String(attributes.rawType ?? value.valueType ?? value.type ?? '').toLowerCase();
  const isBit = table === 'coil' || table === 'discrete';
  const type = isBit ? 'bool' : types[written];
  if (type === undefined || (type === 'bool' && !isBit))
    return to.note(line, name, { code: 'type-unknown', what: written });
  const isYes = (flag: unknown) => flag === true || String(flag).toLowerCase() === 'true';
  if (value.mask !== undefined || value.shift !== undefined || value.base !== undefined)
    return to.note(line, name, { code: 'part-not-carried', what: 'mask, shift, base' });
  return to.add({
    name,
    line,
    table,
    address,
    type,
    order: orderOf(type, { bytes: isYes(attributes.isByteSwap), words: isYes(attributes.isWordSwap) }),
    length: type === 'string' ? numberIn(attributes.stringRegisterSize) : undefined,
    scale: numberIn(value.scale),
    offset: numberIn(value.offset),
    unit,
  });
}

type Old = {
  readonly name: string;
  readonly line: number;
  readonly attributes: Record<string, unknown>;
  readonly value: Record<string, unknown>;
  readonly unit: string | null;
};

/** Whatever its type, one register was read, without a sign. */
function oneRegister(to: Gatherer, { name, line, attributes, value, unit }: Old): null {
  const address = numberIn(attributes.HoldingRegister);
  if (address === undefined)
    return to.note(line, name, { code: 'address-unknown', what: String(attributes.HoldingRegister) });
  const number = { scale: numberIn(value.scale), offset: numberIn(value.offset), unit };
  return to.add({ name, line, table: 'holding', address, type: 'u16', ...number });
}
