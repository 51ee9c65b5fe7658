import type { LatestItem } from '../../../contract/http/live.ts';
import type { FaultCode, Value } from '../../../contract/reading.ts';
import type { OutsidePoint, Shape } from '../site-view.ts';
import type { ColumnType, DataSet, Datatype, Metric, Property } from './payload.ts';

/** What a reading is as a metric. Pure. */

const types = {
  boolean: 'Boolean',
  string: 'String',
  double: 'Double',
  signed: 'Int64',
  unsigned: 'UInt64',
} as const satisfies Record<Shape, Datatype>;

export function datatypeOf({ shape }: OutsidePoint): Datatype {
  return types[shape];
}

/** `at`: epoch ms, null where nobody knows. */
export type Said = { readonly value: Value; readonly fault: FaultCode | null; readonly at: number | null };

export function saidOf({ value, fault, at }: Pick<LatestItem, 'value' | 'fault' | 'at'>): Said {
  return { value, fault, at: at === null ? null : Date.parse(at) };
}

/** Section 6.4.15: the values of the property Quality. */
const good = 192;
const bad = 0;
const stale = 500;

export function qualityOf({ value, fault }: Pick<Said, 'value' | 'fault'>): number {
  if (fault === 'not-polled') return stale;
  return value === null || fault !== null ? bad : good;
}

/**
 * | reading | value | Quality |
 * |---|---|---|
 * | good | the value | 192 |
 * | doubtful: a value with a fault | the value | 0 |
 * | bad: none, with a fault | null | 0 |
 * | nobody can say | null | 500 |
 */
export function metricOf(
  point: OutsidePoint,
  said: Said,
  { now, alias, name, isHistorical = false }: { now: number; alias: number; name?: string; isHistorical?: boolean },
): Metric {
  const properties: Property[] = [
    ['Quality', 'Int32', qualityOf(said)],
    ...(said.fault === null ? [] : [['Fault', 'String', said.fault] as const]),
    ...(name === undefined || point.unit === null ? [] : [['engUnit', 'String', point.unit] as const]),
  ];
  return {
    ...(name === undefined ? {} : { name }),
    alias,
    timestamp: Math.max(0, said.at ?? now),
    datatype: datatypeOf(point),
    isHistorical,
    value: fitting(said.value, point.shape),
    properties,
  };
}

/** A value that is not of its type is none: what a birth said of the type holds for all that follows. */
function fitting(value: Value, shape: Shape): Metric['value'] {
  if (shape === 'boolean' || shape === 'string') return typeof value === shape ? value : null;
  if (typeof value !== 'number' || shape === 'double') return typeof value === 'number' ? value : null;
  return Number.isInteger(value) && (shape === 'signed' || value >= 0) ? value : null;
}

/** Whole numbers of tables are Int64: sparkplug-payload 1.0.3, which many hosts read with, reads no other (findings/). */
const lotColumns = [
  ['lot', 'String'],
  ['state', 'String'],
  ['capacity', 'Int64'],
  ['free', 'Int64'],
  ['occupied', 'Int64'],
  ['unknown', 'Int64'],
  ['outOfService', 'Int64'],
  ['at', 'Int64'],
] as const;

export function lotsSet(lots: ReadonlyMap<string, Record<string, unknown>>): DataSet {
  return setOf(
    lotColumns,
    [...lots].map(([lot, body]) => ({ ...body, lot })),
  );
}

const alertColumns = [
  ['building', 'String'],
  ['alert', 'String'],
  ['hazard', 'String'],
  ['level', 'String'],
  ['state', 'String'],
  ['status', 'String'],
  ['since', 'Int64'],
] as const;

export function alertsSet(alerts: ReadonlyMap<string, Record<string, unknown>>): DataSet {
  return setOf(
    alertColumns,
    [...alerts].map(([name, body]) => {
      const [building, alert] = name.split('/');
      return { ...body, building, alert };
    }),
  );
}

function setOf(
  columns: readonly (readonly [string, ColumnType])[],
  bodies: readonly Readonly<Record<string, unknown>>[],
): DataSet {
  const rows = bodies.map((body) =>
    columns.map(([name, type]) => {
      const value = body[name];
      if (type === 'String') return typeof value === 'string' ? value : '';
      return typeof value === 'number' ? value : 0;
    }),
  );
  return { columns, rows };
}
