import { type PointRef, tryPointRef } from '../../contract/ids.ts';
import { manualNumber, type Table, tables } from '../../devices/profile.ts';

/** What a person names on the command line: registers, or a point of the site file. Pure. */
export type Target =
  | {
      readonly kind: 'range';
      readonly table: Table;
      readonly fn: 1 | 2 | 3 | 4;
      readonly address: number;
      readonly count: number;
    }
  | { readonly kind: 'point'; readonly ref: PointRef };

export const functions = { coil: 1, discrete: 2, holding: 3, input: 4 } as const satisfies Record<Table, number>;

/** `holding:16+2`, `input:0x10`, a manual's `30017`, or `tilt-se/tilt_x`. Addresses count from 0 but in a manual's number. */
export function parseTarget(text: string): Target | undefined {
  const ref = tryPointRef(text);
  if (ref !== undefined) return { kind: 'point', ref };
  const [, name, at, digits, count = '1'] =
    /^(?:([a-z]+):(0x[0-9a-f]+|\d+)|(\d{5,6}))(?:\+(\d{1,4}))?$/i.exec(text) ?? [];
  const meant = digits === undefined ? undefined : manualNumber(Number(digits));
  const table = meant?.table ?? tables.find((each) => each === name?.toLowerCase());
  const address = meant?.address ?? (at === undefined ? Number.NaN : Number(at));
  const items = Number(count);
  if (table === undefined || !(address >= 0) || items < 1 || address + items > 0x10000) return undefined;
  return { kind: 'range', table, fn: functions[table], address, count: items };
}

/** How many of them one request takes (Modbus Application Protocol V1.1b3, 6.1–6.4). */
export function mostOf(table: Table): number {
  return table === 'coil' || table === 'discrete' ? 2000 : 125;
}
