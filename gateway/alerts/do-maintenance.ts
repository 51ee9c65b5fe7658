import type { PointRef, SiteId } from '../../contract/ids.ts';
import type { Said } from '../audit/entry.ts';
import type { Alert } from './alert.ts';
import type { Draft } from './draft.ts';
import { feedUnknown, type PointOfSite } from './judge-rules.ts';
import { judgeTroubles, standsByItself } from './judge-troubles.ts';
import { covers, type Maintenance, type MaintenanceMode, type Target, targetText } from './maintenance.ts';
import { endTest, serve } from './out-of-service.ts';
import { put } from './put.ts';

export type NewMaintenance = {
  readonly site: SiteId;
  readonly target: Target;
  readonly mode: MaintenanceMode;
  /** Wall time, epoch ms. */
  readonly until: number;
  readonly text: string;
};

export type MaintenanceAnswer =
  | { readonly maintenance: Maintenance }
  | { readonly refused: 'maintenance-over' }
  | { readonly refused: 'end-in-the-past' }
  | { readonly refused: 'maintenance-too-long'; readonly maxMs: number };

/** Begins a maintenance, a test, or a time out of action, which ends by itself. */
export function maintain(draft: Draft, of: NewMaintenance, said: Said): MaintenanceAnswer {
  const { policy } = draft.context;
  const { site, target, mode, until, text } = of;
  const lastsMs = until - draft.at.wall;
  const maxMs = mode === 'test' ? policy.testMaxMs.value : policy.maintenanceMaxMs.value;
  if (lastsMs <= 0) return { refused: 'end-in-the-past' };
  if (lastsMs > maxMs) return { refused: 'maintenance-too-long', maxMs };
  const id = `maintenance-${draft.nextNumber()}`;
  const { at } = draft;
  const item: Maintenance = {
    id,
    site,
    target,
    mode,
    since: at,
    until,
    untilMono: at.mono + lastsMs,
    by: said.by,
    text,
  };
  draft.maintenance.set(id, { item, endedBy: null });
  draft.timers.set(`maintenance:${id}`, { afterMs: lastsMs, kept: 'stored' });
  const name = targetText(target);
  draft.audit.push({
    ...said,
    action: 'maintenance-start',
    subject: `${name.replace(':', `:${site}/`)}`,
    before: null,
    after: { maintenance: id, mode, until: new Date(until).toISOString() },
    why: text,
  });
  if (mode !== 'test') takeOut(draft, item);
  return { maintenance: item };
}

function takeOut(draft: Draft, item: Maintenance): void {
  const points = pointsOf(draft, item);
  for (const alert of draft.open()) {
    const isIts = alert.site === item.site && alert.witnesses.length > 0 && !isAside(alert);
    if (isIts && alert.witnesses.every((point) => isServiced(draft, alert, point)))
      put(draft, alert, serve(alert, item.id, draft.at));
  }
  for (const { site, point } of points) feedUnknown(draft, site, point, 'in-maintenance');
  lookAgain(draft, points);
  const lifeSafety = points.some((point) => isLifeSafety(draft, point));
  if (item.mode === 'out-of-action' || lifeSafety) standAside(draft, item, { stands: true, points, lifeSafety });
}

/** The alert of a part that is switched off speaks of the switching off itself. */
function isAside({ rule }: Alert): boolean {
  return rule.startsWith('out-of-action:');
}

function isServiced(draft: Draft, { site }: Alert, point: PointRef): boolean {
  return draft.maintenanceOf(site, point, 'service') !== undefined;
}

function standAside(
  draft: Draft,
  item: Maintenance,
  of: { stands: boolean; points: readonly PointOfSite[]; lifeSafety: boolean },
): void {
  const { site, target, until, text, id } = item;
  const points = of.points.map(({ point }) => point);
  const buildings = new Set(points.map((point) => draft.site(site).places.get(point)?.building ?? null));
  const [building = null] = buildings.size === 1 ? buildings : [];
  const why = { code: 'out-of-action', target: targetText(target), until, text } as const;
  standsByItself(draft, { ...of, site, key: `out-of-action:${id}`, why, building, points });
}

/** Ends it now, or as its time is over: what it covered is judged afresh. */
export function endMaintenance(draft: Draft, id: string, said: Said): MaintenanceAnswer {
  const item = draft.memory.maintenance.get(id);
  if (item === undefined) return { refused: 'maintenance-over' };
  draft.maintenance.set(id, { item, endedBy: said.by });
  draft.timers.set(`maintenance:${id}`, { afterMs: null, kept: 'stored' });
  draft.audit.push({
    ...said,
    action: 'maintenance-end',
    subject: targetText(item.target).replace(':', `:${item.site}/`),
    before: { maintenance: id, mode: item.mode, until: new Date(item.until).toISOString() },
    after: null,
  });
  if (item.mode === 'test') endTests(draft);
  else {
    for (const alert of draft.open()) {
      if (alert.maintenance !== id) continue;
      const other = alert.witnesses.map((point) => draft.maintenanceOf(alert.site, point, 'service'));
      const still = other.every((one) => one !== undefined) ? (other[0]?.id ?? null) : null;
      put(draft, alert, serve(alert, still, draft.at));
    }
    const points = pointsOf(draft, item);
    lookAgain(draft, points);
    standAside(draft, item, { stands: false, points, lifeSafety: false });
  }
  return { maintenance: item };
}

function endTests(draft: Draft): void {
  for (const alert of draft.open()) {
    if (alert.status !== 'Test') continue;
    const { site, building, witnesses: points } = alert;
    const status = draft.statusOf(site, { building, points, simulated: isSimulated(draft, site, points) });
    if (status !== 'Test') put(draft, alert, endTest(alert, status, draft.at));
  }
}

export function isSimulated(draft: Draft, site: SiteId, points: readonly PointRef[]): boolean {
  return points.some((point) => {
    const agent = `${site}/${draft.context.wiringOfPoint(site, point)?.agent}`;
    return (draft.agents.get(agent) ?? draft.memory.agents.get(agent))?.simulated ?? false;
  });
}

/** Points that a rule judges and that the maintenance covers. */
export function pointsOf(draft: Draft, item: Pick<Maintenance, 'site' | 'target'>): PointOfSite[] {
  const { site } = item;
  const { places, wiring } = draft.site(site);
  const points = wiring.flatMap(({ buses }) =>
    buses.flatMap(({ devices }) => devices.flatMap((device) => device.points)),
  );
  return points.flatMap(({ ref }) => {
    const place = places.get(ref) ?? { building: null, zone: null };
    return covers(item, ref, place) ? [{ site, point: ref }] : [];
  });
}

function isLifeSafety(draft: Draft, { site, point }: PointOfSite): boolean {
  return draft.context.index.of(site, point).some(({ rule }) => rule.lifeSafety);
}

function lookAgain(draft: Draft, points: readonly PointOfSite[]): void {
  const wirings = new Set(points.flatMap(({ site, point }) => draft.context.wiringOfPoint(site, point) ?? []));
  for (const wiring of wirings) judgeTroubles(draft, wiring);
}
