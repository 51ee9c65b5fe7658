import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';

/** The payload of Sparkplug B (Eclipse Sparkplug 3.0.0, section 6.4; sparkplug_b.proto), as far as it is used here. */

/** Section 6.4.16: numbers of the data types. */
export const datatypes = {
  Int32: 3,
  Int64: 4,
  UInt64: 8,
  Double: 10,
  Boolean: 11,
  String: 12,
  DateTime: 13,
  DataSet: 16,
} as const;
export type Datatype = keyof typeof datatypes;
export type ColumnType = Exclude<Datatype, 'DataSet'>;

export type Scalar = number | bigint | boolean | string;

export type DataSet = {
  readonly columns: readonly (readonly [name: string, type: ColumnType])[];
  readonly rows: readonly (readonly Scalar[])[];
};

export type Metric = {
  readonly name?: string;
  readonly alias?: number;
  /** Epoch ms. */
  readonly timestamp: number;
  readonly datatype: Datatype;
  readonly isHistorical?: boolean;
  /** null: it has none. */
  readonly value: Scalar | DataSet | null;
  readonly properties?: readonly Property[];
};
export type Property = readonly [key: string, type: 'Int32' | 'String', value: number | string];

export type Payload = {
  readonly timestamp: number;
  readonly metrics: readonly Metric[];
  /** An NDEATH has none. */
  readonly seq?: number;
};

export function encodePayload({ timestamp, metrics, seq }: Payload): Uint8Array {
  const writer = new BinaryWriter();
  writer.tag(1, WireType.Varint).uint64(timestamp);
  for (const metric of metrics) {
    writer.tag(2, WireType.LengthDelimited).fork();
    writeMetric(writer, metric);
    writer.join();
  }
  if (seq !== undefined) writer.tag(3, WireType.Varint).uint64(seq);
  return writer.finish();
}

function writeMetric(writer: BinaryWriter, metric: Metric): void {
  const { name, alias, timestamp, datatype, isHistorical = false, value, properties = [] } = metric;
  if (name !== undefined) writer.tag(1, WireType.LengthDelimited).string(name);
  if (alias !== undefined) writer.tag(2, WireType.Varint).uint64(alias);
  writer.tag(3, WireType.Varint).uint64(timestamp);
  writer.tag(4, WireType.Varint).uint32(datatypes[datatype]);
  if (isHistorical) writer.tag(5, WireType.Varint).bool(true);
  if (value === null) writer.tag(7, WireType.Varint).bool(true);
  if (properties.length > 0) {
    writer.tag(9, WireType.LengthDelimited).fork();
    writeProperties(writer, properties);
    writer.join();
  }
  if (value === null) return;
  if (typeof value !== 'object') writeScalar(writer, { type: datatype, value, first: metricFields });
  else {
    writer.tag(17, WireType.LengthDelimited).fork();
    writeDataSet(writer, value);
    writer.join();
  }
}

/** A property set is two lists, of which the n-th of one belongs to the n-th of the other. */
function writeProperties(writer: BinaryWriter, properties: readonly Property[]): void {
  for (const [key] of properties) writer.tag(1, WireType.LengthDelimited).string(key);
  for (const [, type, value] of properties) {
    writer.tag(2, WireType.LengthDelimited).fork();
    writer.tag(1, WireType.Varint).uint32(datatypes[type]);
    writeScalar(writer, { type, value, first: propertyFields });
    writer.join();
  }
}

function writeDataSet(writer: BinaryWriter, { columns, rows }: DataSet): void {
  writer.tag(1, WireType.Varint).uint64(columns.length);
  for (const [name] of columns) writer.tag(2, WireType.LengthDelimited).string(name);
  for (const [, type] of columns) writer.tag(3, WireType.Varint).uint32(datatypes[type]);
  for (const row of rows) {
    writer.tag(4, WireType.LengthDelimited).fork();
    for (const [i, value] of row.entries()) {
      writer.tag(1, WireType.LengthDelimited).fork();
      writeScalar(writer, { type: columns[i]?.[1] ?? 'String', value, first: columnFields });
      writer.join();
    }
    writer.join();
  }
}

/** Numbers of the fields int_value, long_value, double_value, boolean_value and string_value. */
type Fields = {
  readonly int: number;
  readonly long: number;
  readonly double: number;
  readonly boolean: number;
  readonly string: number;
};
const metricFields: Fields = { int: 10, long: 11, double: 13, boolean: 14, string: 15 };
const propertyFields: Fields = { int: 3, long: 4, double: 6, boolean: 7, string: 8 };
const columnFields: Fields = { int: 1, long: 2, double: 4, boolean: 5, string: 6 };

/** Section 6.4.17: signed numbers travel as unsigned ones of the same bits. */
function writeScalar(
  writer: BinaryWriter,
  { type, value, first }: { type: Datatype; value: Scalar; first: Fields },
): void {
  switch (type) {
    case 'Int32':
      writer.tag(first.int, WireType.Varint).uint32(Number(value) >>> 0);
      break;
    case 'Int64':
    case 'UInt64':
    case 'DateTime':
      writer.tag(first.long, WireType.Varint).uint64(BigInt.asUintN(64, BigInt(value)));
      break;
    case 'Double':
      writer.tag(first.double, WireType.Bit64).double(Number(value));
      break;
    case 'Boolean':
      writer.tag(first.boolean, WireType.Varint).bool(Boolean(value));
      break;
    default:
      writer.tag(first.string, WireType.LengthDelimited).string(String(value));
  }
}

/** What a command may bring: names, aliases and true or false. Anything else is stepped over. */
export type Command = { readonly name: string | null; readonly alias: number | null; readonly isTrue: boolean };

/** The metrics of an NCMD. @throws when it is no payload */
export function readCommands(bytes: Uint8Array): Command[] {
  const reader = new BinaryReader(bytes);
  const commands: Command[] = [];
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === 2 && wire === WireType.LengthDelimited) commands.push(readCommand(reader.bytes()));
    else reader.skip(wire);
  }
  return commands;
}

function readCommand(bytes: Uint8Array): Command {
  const reader = new BinaryReader(bytes);
  let command: Command = { name: null, alias: null, isTrue: false };
  while (reader.pos < reader.len) {
    const [field, wire] = reader.tag();
    if (field === 1 && wire === WireType.LengthDelimited) command = { ...command, name: reader.string() };
    else if (field === 2 && wire === WireType.Varint) command = { ...command, alias: Number(reader.uint64()) };
    else if (field === 14 && wire === WireType.Varint) command = { ...command, isTrue: reader.bool() };
    else reader.skip(wire);
  }
  return command;
}
