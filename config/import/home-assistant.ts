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

/** The `modbus:` part of a Home Assistant configuration: hubs with sensors and binary_sensors; or a list of sensors that one includes. */
export function fromHomeAssistant({ value, lineOf }: Lined): Draft | undefined {
  const at: (string | number)[] = Array.isArray(value) ? [] : ['modbus'];
  const isIncluded = Array.isArray(value) && value.some(isSensor);
  const hubs = isIncluded ? [{ sensors: value }] : listIn(Array.isArray(value) ? value : recordIn(value).modbus);
  const isOurs = (hub: unknown) => recordIn(hub).sensors !== undefined || recordIn(hub).binary_sensors !== undefined;
  if (!hubs.some(isOurs)) return undefined;
  const gathered = new Gatherer();
  const units = hubs.flatMap((hub) =>
    ['sensors', 'binary_sensors'].flatMap((key) => listIn(recordIn(hub)[key]).map((each) => unitOf(recordIn(each)))),
  );
  const unit = mostOf(units);
  for (const [i, hub] of hubs.entries()) {
    for (const [key, list] of Object.entries(recordIn(hub))) {
      if (!Array.isArray(list)) continue;
      const isSensors = key === 'sensors' || key === 'binary_sensors';
      if (!isSensors) gathered.note(lineOf([...at, i, key]), key, { code: 'part-not-carried', what: key });
      for (const [j, each] of isSensors ? list.entries() : [])
        sensor(gathered, recordIn(each), {
          line: lineOf(isIncluded ? [j] : [...at, i, key, j]),
          unit,
          isBinary: key === 'binary_sensors',
        });
    }
  }
  const first = recordIn(hubs.find(isOurs));
  return {
    format: 'home-assistant',
    maker: 'unknown',
    model: textIn(first.name) ?? 'device',
    link: {
      ...(numberIn(first.baudrate) === undefined ? {} : { baudRate: Number(first.baudrate) }),
      ...(unit === undefined ? {} : { unit }),
    },
    points: gathered.points,
    notes: gathered.notes,
  };
}

function isSensor(said: unknown): boolean {
  const { address, input_type, data_type } = recordIn(said);
  return address !== undefined && (input_type ?? data_type) !== undefined;
}

function unitOf(said: Record<string, unknown>): number | undefined {
  return numberIn(said.slave ?? said.device_address);
}

function mostOf(units: readonly (number | undefined)[]): number | undefined {
  const counts = Map.groupBy(
    units.filter((unit) => unit !== undefined),
    (unit) => unit,
  );
  return [...counts].toSorted(([, a], [, b]) => b.length - a.length)[0]?.[0];
}

const types: Readonly<Record<string, DraftType>> = { ...sizedTypes, int: 'i16', uint: 'u16', float: 'f32' };

function sensor(
  to: Gatherer,
  said: Record<string, unknown>,
  of: { line: number; unit: number | undefined; isBinary: boolean },
): null {
  const { line, isBinary } = of;
  const name = textIn(said.name) ?? textIn(said.unique_id) ?? '';
  const unit = unitOf(said);
  if (unit !== undefined && unit !== of.unit) return to.note(line, name, { code: 'other-unit', what: String(unit) });
  const address = numberIn(said.address);
  if (address === undefined) return to.note(line, name, { code: 'address-unknown', what: String(said.address) });
  const table = tableIn(said.input_type, isBinary ? 'coil' : 'holding');
  if (table === undefined) return to.note(line, name, { code: 'table-unknown', what: String(said.input_type) });
  if (table === 'coil' || table === 'discrete')
    return to.add({ name, line, table, address, type: 'bool', kind: textIn(said.device_class) });
  if (isBinary) return to.add({ name, line, table, address, type: 'bit', bit: 0, kind: textIn(said.device_class) });
  const data = String(said.data_type ?? 'int16').toLowerCase();
  const type = types[data];
  if (type === undefined) return to.note(line, name, { code: 'type-unknown', what: data });
  const swap = String(said.swap ?? 'none');
  const repeated = said.virtual_count ?? said.slave_count;
  if (repeated !== undefined) to.note(line, name, { code: 'part-not-carried', what: `virtual_count ${repeated}` });
  if (said.precision !== undefined) to.note(line, name, { code: 'rounding-dropped', what: String(said.precision) });
  const none = numberIn(said.nan_value);
  return to.add({
    name,
    line,
    table,
    address,
    type,
    order: orderOf(type, { bytes: swap.includes('byte'), words: swap.startsWith('word') }),
    length: type === 'string' ? numberIn(said.count) : undefined,
    scale: numberIn(said.scale),
    offset: numberIn(said.offset),
    unit: textIn(said.unit_of_measurement) ?? null,
    sentinels: none === undefined ? undefined : [none],
    kind: textIn(said.device_class),
  });
}
