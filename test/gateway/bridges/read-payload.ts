import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** A payload of Sparkplug B as a host reads it: written from sparkplug_b.proto, apart from what the gateway writes with. */
export type ReadMetric = {
  name?: string;
  alias?: number;
  timestamp?: number;
  datatype?: number;
  historical?: boolean;
  null?: boolean;
  quality?: number;
  fault?: string;
  unit?: string;
  value?: unknown;
};

type Fields = Map<number, (bigint | number | Uint8Array)[]>;

function fieldsOf(bytes: Uint8Array): Fields {
  const reader = new BinaryReader(bytes);
  const fields: Fields = new Map();
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    const value =
      wire === WireType.Varint
        ? BigInt(reader.uint64())
        : wire === WireType.Bit64
          ? reader.double()
          : wire === WireType.LengthDelimited
            ? reader.bytes()
            : Number.NaN;
    fields.set(field, [...(fields.get(field) ?? []), value]);
  }
  return fields;
}

const text = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString() : undefined);
const bytes = (value: unknown) => (value instanceof Uint8Array ? value : new Uint8Array());
const number = (value: unknown) => (value === undefined ? undefined : Number(value));

export function readPayload(payload: Uint8Array): { seq: number | undefined; metrics: ReadMetric[] } {
  const fields = fieldsOf(payload);
  return { seq: number(fields.get(3)?.[0]), metrics: (fields.get(2) ?? []).map((metric) => readMetric(bytes(metric))) };
}

function readMetric(payload: Uint8Array): ReadMetric {
  const of = fieldsOf(payload);
  const one = (field: number) => of.get(field)?.[0];
  const datatype = number(one(4)) ?? 0;
  const properties = of.has(9) ? fieldsOf(bytes(one(9))) : new Map();
  const keys: unknown[] = (properties.get(1) ?? []).map(text);
  const property = (key: string, field: number) =>
    keys.includes(key) ? fieldsOf(bytes(properties.get(2)?.[keys.indexOf(key)])).get(field)?.[0] : undefined;
  const found: ReadMetric = { datatype };
  const put = <K extends keyof ReadMetric>(key: K, value: ReadMetric[K]) => {
    if (value !== undefined) found[key] = value;
  };
  put('name', text(one(1)));
  put('alias', number(one(2)));
  put('timestamp', number(one(3)));
  put('historical', of.has(5) ? one(5) === 1n : undefined);
  put('null', of.has(7) ? one(7) === 1n : undefined);
  put('quality', number(property('Quality', 3)));
  put('fault', text(property('Fault', 8)));
  put('unit', text(property('engUnit', 8)));
  put(
    'value',
    of.has(17) ? readDataSet(bytes(one(17))) : scalar(datatype, of, { long: 11, double: 13, bool: 14, text: 15 }),
  );
  return found;
}

function scalar(
  datatype: number,
  of: Fields,
  at: { long: number; double: number; bool: number; text: number },
): unknown {
  const one = (field: number) => of.get(field)?.[0];
  if (of.has(at.long)) return datatype === 4 ? BigInt.asIntN(64, BigInt(one(at.long) as bigint)) : one(at.long);
  if (of.has(at.double)) return one(at.double);
  return of.has(at.bool) ? one(at.bool) === 1n : text(one(at.text));
}

function readDataSet(payload: Uint8Array): unknown {
  const of = fieldsOf(payload);
  const types = (of.get(3) ?? []).map(Number);
  const rows = (of.get(4) ?? []).map((row) =>
    (fieldsOf(bytes(row)).get(1) ?? []).map((element, i) =>
      scalar(types[i] ?? 0, fieldsOf(bytes(element)), { long: 2, double: 4, bool: 5, text: 6 }),
    ),
  );
  return { columns: (of.get(2) ?? []).map(text), types, rows };
}
