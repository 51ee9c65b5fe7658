import type { PointRef } from '../../contract/ids.ts';
import { say } from '../../contract/words/check/said.ts';
import type { Finding, Path } from '../files/problem.ts';
import { valueAt } from '../files/schema-walk.ts';
import type { SharingDay } from '../lots/hours.ts';
import { type LotFile, lotFileSchema, type SpaceFile } from '../lots/lot.ts';
import type { SharingWindow } from '../lots/sharing.ts';
import type { CheckContext } from './context.ts';
import { nearNames } from './did-you-mean.ts';
import type { PartialSite } from './partial-site.ts';
import { whyNoPoint } from './references.ts';

/**
 * What a lot says that does not fit together: names that lead nowhere, points of the wrong type or bound twice, windows
 * that overlap, terms that are missing. Looks at every lot that can be read by itself.
 */
export function lotFindings(value: unknown, partial: PartialSite, context: CheckContext): Finding[] {
  const lots = partial.lots.flatMap(({ path }) => {
    const parsed = lotFileSchema.safeParse(valueAt(value, path));
    return parsed.success ? [{ lot: parsed.data, path }] : [];
  });
  const below = (path: Path, findings: readonly Finding[]) =>
    findings.map((finding) => ({ ...finding, path: [...path, ...finding.path] }));
  return [
    ...lots.flatMap(({ lot, path }) =>
      below(path, [
        ...referenceFindings(lot, partial),
        ...doubleFindings(lot),
        ...pointFindings(lot, partial, context),
        ...termFindings(lot),
        ...lot.spaces.flatMap((space, i) => below(['spaces', i], spaceFindings(space, lot))),
        ...windowFindings(lot.sharing, ['sharing']),
      ]),
    ),
    ...boundTwice(lots, context),
    ...unheardCharges(lots, value),
  ];
}

/** Money is asked for by a webhook of the role `payments`; without one nobody is asked. */
function unheardCharges(lots: readonly { lot: LotFile; path: Path }[], value: unknown): Finding[] {
  const hooks = valueAt(value, ['gateway', 'notify', 'webhooks']);
  const isHeard = JSON.stringify(hooks ?? []).includes('"payments"');
  return lots.flatMap(({ lot: { booking }, path }) =>
    isHeard || booking === undefined || booking.charge === 'never'
      ? []
      : [
          {
            path: [...path, 'booking', 'charge'],
            ...say({ code: 'nobody-asked-for-money' }),
            severity: 'warning' as const,
          },
        ],
  );
}

function referenceFindings(lot: LotFile, { buildings }: PartialSite): Finding[] {
  const zones = lot.zones.map(({ id }) => id);
  const spaces: readonly string[] = lot.spaces.map(({ id }) => id);
  const known = buildings.flatMap(({ id }) => id ?? []);
  const dangling = (part: 'building' | 'zone' | 'space', id: string, ids: readonly string[], path: Path): Finding[] =>
    ids.includes(id) ? [] : [{ path, ...say({ code: 'no-such-part', part, id, near: nearNames(id, ids) }) }];
  return [
    ...lot.buildings.flatMap((id, i) => dangling('building', id, known, ['buildings', i])),
    ...lot.spaces.flatMap(({ id, zone, neighbours = [] }, i) => [
      ...(zone === undefined ? [] : dangling('zone', zone, zones, ['spaces', i, 'zone'])),
      ...neighbours.flatMap((other, n) => {
        const path = ['spaces', i, 'neighbours', n];
        if (other === id) return [{ path, ...say({ code: 'own-neighbour', space: id }) }];
        return dangling('space', other, spaces, path);
      }),
    ]),
  ];
}

function doubleFindings(lot: LotFile): Finding[] {
  const doubles = (
    part: 'zone' | 'lane' | 'entrance' | 'discount',
    list: string,
    items: readonly { readonly id: string }[],
  ): Finding[] =>
    items.flatMap(({ id }, i) =>
      items.findIndex((other) => other.id === id) < i
        ? [{ path: [list, i, 'id'], ...say({ code: 'id-taken-in-lot', part, id }) }]
        : [],
    );
  const classes = doubles('discount', 'classes', lot.discounts?.classes ?? []);
  return [
    ...doubles('zone', 'zones', lot.zones),
    ...doubles('lane', 'lanes', lot.lanes),
    ...doubles('entrance', 'entrances', lot.entrances),
    ...classes.map((finding) => ({ ...finding, path: ['discounts', ...finding.path] })),
  ];
}

type Bound = { readonly point: PointRef; readonly type: 'boolean' | 'number'; readonly path: Path };

/** Points besides occupancy, which the cross-check looks at. */
function otherPoints(lot: LotFile): Bound[] {
  const given = (point: PointRef | undefined, type: Bound['type'], path: Path): Bound[] =>
    point === undefined ? [] : [{ point, type, path }];
  return [
    ...lot.spaces.flatMap(({ distance, permit, sensor }, i) => [
      ...given(distance, 'number', ['spaces', i, 'distance']),
      ...given(permit, 'boolean', ['spaces', i, 'permit']),
      ...given(sensor.battery, 'number', ['spaces', i, 'sensor', 'battery']),
    ]),
    ...lot.lanes.flatMap(({ counter, detect }, i) => [
      ...given(counter, 'number', ['lanes', i, 'counter']),
      ...given(detect, 'boolean', ['lanes', i, 'detect']),
    ]),
    ...lot.entrances.flatMap(({ point }, i) => given(point, 'boolean', ['entrances', i, 'point'])),
  ];
}

function pointFindings(lot: LotFile, partial: PartialSite, context: CheckContext): Finding[] {
  return otherPoints(lot).flatMap(({ point, type, path }) => {
    const why = whyNoPoint(point, type, partial, context);
    return why === undefined ? [] : [{ path, ...say(why) }];
  });
}

/** A lane or an entrance is one place; a battery may belong to several bays of one instrument. */
function boundTwice(lots: readonly { lot: LotFile; path: Path }[], { lineOf }: CheckContext): Finding[] {
  const first = new Map<PointRef, Path>();
  return lots.flatMap(({ lot, path }) =>
    otherPoints(lot).flatMap((bound) => {
      if (bound.path.includes('battery')) return [];
      const here = [...path, ...bound.path];
      const earlier = first.get(bound.point);
      if (earlier === undefined) first.set(bound.point, here);
      return earlier === undefined
        ? []
        : [
            {
              path: here,
              ...say({ code: 'point-bound', point: bound.point, line: lineOf(earlier) }),
            },
          ];
    }),
  );
}

function termFindings({ tariff, booking, lanes }: LotFile): Finding[] {
  const findings: Finding[] = [];
  if (booking !== undefined && booking.minTime > booking.maxTime)
    findings.push({ path: ['booking', 'minTime'], ...say({ code: 'longer-than-max' }) });
  if (booking !== undefined && booking.escalateAfter < booking.overstayAfter)
    findings.push({
      path: ['booking', 'escalateAfter'],
      ...say({ code: 'shorter-than-overstay' }),
    });
  if (booking !== undefined && booking.charge !== 'never' && tariff === undefined)
    findings.push({
      path: ['booking', 'charge'],
      ...say({ code: 'charge-without-tariff' }),
    });
  if (tariff?.dayMax !== undefined && tariff.dayMax < tariff.base.amount)
    findings.push({ path: ['tariff', 'dayMax'], ...say({ code: 'day-max-below-base' }) });
  for (const [i, { counter, detect }] of lanes.entries())
    if (counter === undefined && detect === undefined)
      findings.push({ path: ['lanes', i], ...say({ code: 'lane-without-point' }) });
  return findings;
}

function spaceFindings(space: SpaceFile, lot: LotFile): Finding[] {
  const findings = windowFindings(space.sharing ?? [], ['sharing']);
  const allocation = space.allocation ?? lot.allocation;
  if (allocation !== undefined && lot.allocations[allocation] === undefined) {
    const path = space.allocation === undefined ? [] : ['allocation'];
    findings.push({ path, ...say({ code: 'allocation-unsaid', allocation }) });
  }
  if (space.bookable === true && lot.booking === undefined)
    findings.push({
      path: ['bookable'],
      ...say({ code: 'bookable-without-booking' }),
    });
  if (space.sensor.batteryLow !== undefined && space.sensor.battery === undefined)
    findings.push({ path: ['sensor', 'batteryLow'], ...say({ code: 'battery-limit-alone' }) });
  if (space.permit !== undefined && space.type !== 'disabled')
    findings.push({
      path: ['permit'],
      ...say({ code: 'permit-idle' }),
      severity: 'warning',
    });
  if (space.at !== undefined && lot.plan !== undefined && isOutside(space.at, lot.plan))
    findings.push({ path: ['at'], ...say({ code: 'outside-plan' }), severity: 'warning' });
  return findings;
}

function isOutside({ x, y }: { x: number; y: number }, plan: { width: number; depth: number }): boolean {
  return x < 0 || y < 0 || x > plan.width || y > plan.depth;
}

const weekMinutes = 7 * 1440;
const daysOf: { readonly [day in SharingDay]: readonly number[] } = {
  weekday: [0, 1, 2, 3, 4],
  saturday: [5],
  holiday: [6],
  mon: [0],
  tue: [1],
  wed: [2],
  thu: [3],
  fri: [4],
  sat: [5],
  sun: [6],
};

/** Windows that overlap in an ordinary week, or name a day twice. */
function windowFindings(windows: readonly SharingWindow[], at: Path): Finding[] {
  const taken: { from: number; to: number; nth: number }[] = [];
  const findings: Finding[] = [];
  for (const [nth, { days, window }] of windows.entries()) {
    const spans = days.flatMap((day) =>
      daysOf[day].map((n) => ({ from: n * 1440 + window.from, to: n * 1440 + window.to, nth })),
    );
    const clash = spans.some((span, i) =>
      [...taken, ...spans.slice(0, i)].some((other) =>
        [-weekMinutes, 0, weekMinutes].some((by) => span.from < other.to + by && other.from + by < span.to),
      ),
    );
    if (clash) findings.push({ path: [...at, nth], ...say({ code: 'windows-overlap' }) });
    taken.push(...spans);
  }
  return findings;
}
