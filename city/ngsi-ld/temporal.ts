import { entitiesOf } from './entities.ts';
import type { Attribute, Entity, Writing } from './model.ts';
import { decoded, type Params, type Problem, repeated, textOf } from './query.ts';
import { type Held, viewsOf } from './views.ts';

/** The history of one entity, from the records that its gateway handed on. Pure. */

export type HistoryKind = 'lot' | 'space' | 'device' | 'alert';
export type HistoryOf = { readonly site: string; readonly kind: HistoryKind; readonly key: string };
export type HistoryRow = { readonly at: number; readonly body: Record<string, unknown> | null };

const kinds: { readonly [type: string]: HistoryKind } = {
  OffStreetParking: 'lot',
  OnStreetParking: 'lot',
  ParkingGroup: 'lot',
  ParkingSpot: 'space',
  Device: 'device',
  Alert: 'alert',
};

/** Which records an entity's history is in; null for one that has none, such as a building. */
export function historyOf(id: string): HistoryOf | null {
  const [, , type = '', ...encoded] = id.split(':');
  const kind = kinds[type];
  const [site, ...rest] = encoded.map(decoded);
  if (kind === undefined || site === undefined || rest.length === 0) return null;
  return { site, kind, key: kind === 'space' ? rest.join('/') : (rest[0] ?? '') };
}

export type Span = { readonly from: number; readonly to: number; readonly lastN: number };

const dayMs = 86_400_000;
const mostInstances = 1000;

/** GS CIM 009, 4.11: before, after, between; without one the last day. */
export function spanOf(params: Params, now: number): { ok: true; span: Span } | { ok: false; problem: Problem } {
  const again = repeated(params);
  if (again !== null) return { ok: false, problem: again };
  const [timerel, at, end] = ['timerel', 'timeAt', 'endTimeAt'].map((name) => textOf(params, name));
  const [from, to] = [at, end].map((text) => Date.parse(text ?? ''));
  const lastN = Number(textOf(params, 'lastN') ?? mostInstances);
  const problem = (detail: string) =>
    ({ ok: false, problem: { status: 400, type: 'BadRequestData', detail } }) as const;
  if (!Number.isInteger(lastN) || lastN < 1 || lastN > mostInstances)
    return problem(`lastN: give 1 to ${mostInstances}`);
  if (timerel === null) return { ok: true, span: { from: now - dayMs, to: now, lastN } };
  if (from === undefined || !Number.isFinite(from)) return problem('timeAt: give a time such as 2026-11-29T00:00:00Z');
  if (timerel === 'before') return { ok: true, span: { from: 0, to: from, lastN } };
  if (timerel === 'after') return { ok: true, span: { from, to: now, lastN } };
  if (timerel !== 'between') return problem('timerel: give before, after or between');
  if (to === undefined || !Number.isFinite(to) || to < from) return problem('endTimeAt: give a time after timeAt');
  return { ok: true, span: { from, to, lastN } };
}

export type TemporalEntity = { readonly id: string; readonly type: string; readonly [name: string]: unknown };

/**
 * What an entity was, the oldest first. Each instance is what its gateway said at `observedAt`; it holds until the next one,
 * unless the gateway was not heard meanwhile, which no record tells.
 */
export function temporalOf(
  entity: Entity,
  of: {
    held: Held;
    history: HistoryOf;
    rows: readonly HistoryRow[];
    writing: Writing;
    attrs: ReadonlySet<string> | null;
  },
): TemporalEntity {
  const instances = new Map<string, Attribute[]>();
  for (const { at, body } of of.rows) {
    const then = entitiesOf(viewsOf(heldThen(of.held, of.history, { at, body }), at), of.writing);
    for (const [name, attribute] of Object.entries(then.find(({ id }) => id === entity.id) ?? {})) {
      if (typeof attribute === 'string' || attribute.observedAt === undefined) continue;
      if (of.attrs !== null && !of.attrs.has(name)) continue;
      instances.set(name, [...(instances.get(name) ?? []), attribute]);
    }
  }
  return { id: entity.id, type: entity.type, ...Object.fromEntries(instances) };
}

/** As value and time alone (4.5.9). */
export function temporalValues({ id, type, ...attributes }: TemporalEntity): TemporalEntity {
  const values = Object.entries(attributes).map(([name, instances]) => [
    name,
    { type: 'Property', values: (instances as Attribute[]).map(({ value, observedAt }) => [value, observedAt]) },
  ]);
  return { id, type, ...Object.fromEntries(values) };
}

/** The site file of today with what was said then. */
function heldThen(held: Held, { site, kind, key }: HistoryOf, { at, body }: HistoryRow): Held {
  const own = held.place.filter((row) => row.site === site);
  const place = own.map((row) => ({ ...row, agreedAgo: 0 }));
  const district = place[0]?.district ?? '';
  const none = { lot: [], space: [], device: [], alert: [] };
  return { ...none, place, [kind]: [{ kind, site, key, district, at, body, agreedAgo: 0 }] };
}
