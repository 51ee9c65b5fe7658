import type { ImportNote } from '../../contract/words/profile-import.ts';
import { manualNumber, type Table } from '../../devices/profile.ts';

/** What another tool's file says, in the words of a profile, with what could not be carried over. */

export type DraftType =
  | 'bool'
  | 'bit'
  | 'u16'
  | 'i16'
  | 'u32'
  | 'i32'
  | 'u64'
  | 'i64'
  | 'f32'
  | 'f64'
  | 'bcd'
  | 'string';

/** Names of types that EdgeX, Home Assistant and telegraf share. */
export const sizedTypes = {
  int16: 'i16',
  uint16: 'u16',
  int32: 'i32',
  uint32: 'u32',
  int64: 'i64',
  uint64: 'u64',
  float32: 'f32',
  float64: 'f64',
  string: 'string',
} as const satisfies Readonly<Record<string, DraftType>>;

export type DraftPoint = {
  /** As the file has it. */
  readonly name: string;
  readonly line: number;
  readonly table: Table;
  readonly address: number;
  readonly type: DraftType;
  readonly order?: string | undefined;
  readonly bit?: number | undefined;
  readonly mask?: number | undefined;
  readonly length?: number | undefined;
  readonly scale?: number | undefined;
  readonly offset?: number | undefined;
  readonly unit?: string | null | undefined;
  readonly sentinels?: readonly number[] | undefined;
  readonly enum?: Readonly<Record<string, string>> | undefined;
  /** What it means, where the file says. */
  readonly kind?: string | undefined;
};

export type Draft = {
  readonly format: string;
  readonly maker: string;
  readonly model: string;
  readonly link: {
    readonly baudRate?: number;
    readonly parity?: string;
    readonly stopBits?: number;
    readonly unit?: number;
  };
  readonly points: readonly DraftPoint[];
  readonly notes: readonly ImportNote[];
};

/** Gathers points and notes while a file is read. */
export class Gatherer {
  readonly points: DraftPoint[] = [];
  readonly notes: ImportNote[] = [];

  /** Both end what is made of an entry, which is why they give something back. */
  add(point: DraftPoint): null {
    this.points.push(point);
    return null;
  }

  note(line: number, name: string, note: Omit<ImportNote, 'line' | 'name'>): null {
    this.notes.push({ line, name, ...note });
    return null;
  }
}

/** A number, or text that is one, decimal or hexadecimal. */
export function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string' || value.trim() === '') return undefined;
  const number = Number(value.trim());
  return Number.isFinite(number) ? number : undefined;
}

export function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

export function recordIn(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

export function listIn(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

const tables: ReadonlyMap<string, Table> = new Map([
  ...(
    [
      ...(['holding', 'holding_register', 'holding_registers', 'holding_single', 'holding_multi'] as const),
      ...(['analog_output_holding_registers', '3', '4x', 'hr'] as const),
    ] as const
  ).map((word) => [word, 'holding'] as const),
  ...(['input', 'input_register', 'input_registers', 'analog_input_registers', '4', '3x', 'ir'] as const).map(
    (word) => [word, 'input'] as const,
  ),
  ...(['coil', 'coils', 'discrete_output_coils', '1', '0x'] as const).map((word) => [word, 'coil'] as const),
  ...(
    ['discrete', 'discrete_input', 'discrete_inputs', 'discretes_input', 'discrete_input_contacts', '2', '1x'] as const
  ).map((word) => [word, 'discrete'] as const),
]);

/** A table by any of the words that tools have for it. */
export function tableIn(word: unknown, usual: Table): Table | undefined {
  if (word === undefined || word === null) return usual;
  const plain = String(word)
    .trim()
    .toLowerCase()
    .replaceAll(/[ -]/g, '_')
    .replace(/^modbus_/, '');
  return tables.get(plain.replace(/^(?:fc_?|0x)?0?([1-4])$/, '$1'));
}

/** What a scale says: a number, `1/10`, `*10` or `0,1`; null where there is none, undefined where it cannot be read. */
export function scaleIn(value: unknown): number | null | undefined {
  const said = String(value ?? '').trim();
  // VOLTTRON's word for it; its others, as scale_reg(…) and mod10k(…), ask for more than a number.
  const text = /^scale\((.+)\)$/.exec(said)?.[1]?.trim() ?? said;
  if (text === '' || text === '-') return null;
  const [, times, over] = /^[*x×]?\s*(\d+(?:[.,]\d+)?)(?:\s*\/\s*(\d+(?:\.\d+)?))?$/i.exec(text) ?? [];
  const number = times === undefined ? numberIn(text) : Number(times.replace(',', '.'));
  const scale = number === undefined ? undefined : number / Number(over ?? 1);
  return scale !== undefined && Number.isFinite(scale) && scale !== 0 ? scale : undefined;
}

/** 30017 in a CSV is a manual's number. */
export function placeIn(address: number, table: Table | undefined): { table: Table; address: number } | undefined {
  const meant = address >= 10_001 ? manualNumber(address) : undefined;
  if (table === undefined) return meant ?? { table: 'holding', address };
  return meant !== undefined && meant.table === table ? meant : { table, address };
}

/** Bytes or words the other way round, of 16, 32 and 64 bits. */
export function orderOf(type: DraftType, swap: { bytes: boolean; words: boolean }): string | undefined {
  if (!swap.bytes && !swap.words) return undefined;
  const is64 = ['u64', 'i64', 'f64'].includes(type);
  if (type === 'u16' || type === 'i16' || type === 'string') return swap.bytes ? 'BADC' : undefined;
  if (swap.bytes && swap.words) return is64 ? 'HGFEDCBA' : 'DCBA';
  if (swap.words) return is64 ? 'GHEFCDAB' : 'CDAB';
  return is64 ? 'BADCFEHG' : 'BADC';
}

const units: readonly (readonly [RegExp, string])[] = [
  [/^(°c|c|deg c|degc|℃)$/i, 'temperature'],
  [/^(v|mv|kv)$/i, 'voltage'],
  [/^(a|ma)$/i, 'current'],
  [/^(w|kw)$/i, 'power'],
  [/^(kwh|wh|mwh)$/i, 'energy'],
  [/^hz$/i, 'frequency'],
];

/** What a point means, as far as its unit or its kind in the other tool tells; `value` where nothing does. */
export function kindOf({ kind, unit, name, type }: DraftPoint): string {
  const said =
    kind
      ?.toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, '-')
      .replaceAll(/^-|-$/g, '') ?? '';
  if (
    ['temperature', 'humidity', 'voltage', 'current', 'power', 'energy', 'frequency', 'battery', 'co2'].includes(said)
  )
    return said;
  const byUnit = units.find(([pattern]) => pattern.test(unit ?? ''))?.[1];
  if (byUnit !== undefined) return byUnit;
  if (/hum/i.test(name) && unit === '%') return 'humidity';
  if (type === 'bool' || type === 'bit') return 'contact';
  return said === '' || said.length > 31 ? 'value' : said;
}
