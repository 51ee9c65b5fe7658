import type { SenmlField } from './field.ts';

/** Values out of bodies that are JSON: by a path, or by the names of SenML (RFC 8428). */

export type JsonRaw = number | boolean | string | undefined;

const utf8 = new TextDecoder('utf-8', { fatal: true });

export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    return undefined;
  }
}

/** What stands at `a.b.0.c`; undefined where nothing does. */
export function at(json: unknown, path: string): unknown {
  let here = json;
  for (const key of path.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Record<string, unknown>)[key];
  }
  return here;
}

/**
 * A record's value, and its time, s: from 2**28 on of the epoch, below that counted from when the pack was sent, as far back as it is
 * negative (RFC 8428, 4.5.3).
 */
export type SenmlRecord = { readonly value: JsonRaw; readonly time: number };

/** The newest record of each resolved name. Null where it is no SenML. */
export function senmlRecords(json: unknown): ReadonlyMap<string, SenmlRecord> | null {
  if (!Array.isArray(json) || json.length === 0) return null;
  const found = new Map<string, SenmlRecord>();
  let base = { name: '', time: 0, value: 0 };
  for (const record of json as unknown[]) {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return null;
    const said = record as Record<string, unknown>;
    if (!isUnderstood(said)) return null;
    base = {
      name: typeof said.bn === 'string' ? said.bn : base.name,
      time: typeof said.bt === 'number' ? said.bt : base.time,
      value: typeof said.bv === 'number' ? said.bv : base.value,
    };
    const value = recordValue(said, base.value);
    if (value === undefined) continue;
    const name = `${base.name}${typeof said.n === 'string' ? said.n : ''}`;
    const time = base.time + (typeof said.t === 'number' ? said.t : 0);
    const before = found.get(name);
    if (before === undefined || time >= before.time) found.set(name, { value, time });
  }
  return found;
}

/** When what a record says was so, epoch ms. @param sentAt of the pack, epoch ms */
export function senmlTime(time: number, sentAt: number): number {
  return time >= firstOfEpoch ? time * 1000 : sentAt + time * 1000;
}

const firstOfEpoch = 2 ** 28;

/** RFC 8428, 4.4: a later version, or a label that ends in `_`, changes what the rest means. */
function isUnderstood({ bver, ...labels }: Record<string, unknown>): boolean {
  const isVersion = bver === undefined || (typeof bver === 'number' && bver <= version);
  return isVersion && !Object.keys(labels).some((label) => label.endsWith('_'));
}

const version = 10;

function recordValue({ v, vs, vb }: Record<string, unknown>, base: number): JsonRaw {
  if (typeof v === 'number') return v + base;
  if (typeof vs === 'string') return vs;
  return typeof vb === 'boolean' ? vb : undefined;
}

/** The one record that a field names, by its whole name or its end; undefined where there is none, or more than one. */
export function senmlRecordOf(
  { name }: SenmlField,
  records: ReadonlyMap<string, SenmlRecord>,
): SenmlRecord | undefined {
  const whole = records.get(name);
  if (whole !== undefined) return whole;
  const ends = [...records].filter(([full]) => full.endsWith(`/${name}`) || full.endsWith(`:${name}`));
  return ends.length === 1 ? ends[0]?.[1] : undefined;
}
