import { roles as accountRoles } from '../../contract/roles.ts';
import { say } from '../../contract/words/check/said.ts';
import { isMapping } from '../buildings/library.ts';
import type { Finding, Path } from '../files/problem.ts';
import { valueAt } from '../files/schema-walk.ts';
import { dayClasses, windowText } from '../lots/hours.ts';
import { dayGaps } from '../notify/duty-gaps.ts';
import { type NotifyFile, notifyFileSchema } from '../notify/notify-file.ts';
import type { DutyConfig, OrderConfig } from '../notify/order-file.ts';
import type { CheckContext } from './context.ts';
import { nearNames } from './did-you-mean.ts';
import type { PartialSite } from './partial-site.ts';

const base: Path = ['gateway', 'notify'];

/**
 * Who is told: names that lead nowhere, entries that nothing reaches, hours at which nobody is on duty. Whether a name is
 * that of an account is not looked at here: accounts live in the gateway.
 */
export function notifyFindings(value: unknown, partial: PartialSite, context: CheckContext): Finding[] {
  const parsed = notifyFileSchema.safeParse(valueAt(value, base) ?? {});
  if (!parsed.success) return [];
  const { order, duty } = parsed.data;
  const isClosed = valueAt(value, ['gateway', 'mode']) === 'closed';
  const own = valueAt(value, ['roles']);
  const roles = [...accountRoles, ...(isMapping(own) ? Object.keys(own) : [])];
  const named = (kind: 'order' | 'duty') => (each: OrderConfig | DutyConfig, i: number) => [
    ...placeFindings(each, [...base, kind, i], { roles, partial }),
  ];
  return [
    ...(isClosed ? closedFindings(parsed.data) : []),
    ...order.flatMap(named('order')),
    ...duty.flatMap(named('duty')),
    ...order.flatMap((each, i) => orderFindings(each, i, parsed.data, context)),
    ...duty.flatMap((each, i) => dutyFindings(each, i, duty, context)),
  ];
}

/** Where push cannot work, something else has to reach the phones. */
function closedFindings({ push, sms }: NotifyFile): Finding[] {
  const noPush: Finding[] =
    push === undefined ? [] : [{ path: [...base, 'push'], at: 'key', ...say({ code: 'push-in-closed-site' }) }];
  const noSms: Finding[] =
    sms === undefined
      ? [{ path: ['gateway', 'mode'], ...say({ code: 'closed-without-sms' }), severity: 'warning' }]
      : [];
  return [...noPush, ...noSms];
}

function placeFindings(
  { role, building }: OrderConfig | DutyConfig,
  path: Path,
  { roles, partial }: { roles: readonly string[]; partial: PartialSite },
): Finding[] {
  const findings: Finding[] = [];
  if (!roles.includes(role)) {
    const near = nearNames(role, roles);
    findings.push({ path: [...path, 'role'], ...say({ code: 'no-such-role', role, near, known: roles }) });
  }
  const ids = partial.buildings.flatMap(({ id }) => id ?? []);
  if (building !== undefined && !ids.includes(building)) {
    const near = nearNames(building, ids);
    const why = say({ code: 'no-such-part', part: 'building', id: building, near });
    findings.push({ path: [...path, 'building'], ...why });
  }
  return findings;
}

function orderFindings(
  entry: OrderConfig,
  i: number,
  { order, ...notify }: NotifyFile,
  { lineOf }: CheckContext,
): Finding[] {
  const path = [...base, 'order', i];
  const findings = twice(entry.people, [...path, 'people']);
  if (entry.role === 'resident' && entry.people.length > 0) {
    findings.push({ path: [...path, 'people'], ...say({ code: 'residents-in-turns', key: 'people' }) });
  }
  for (const [n, channel] of (entry.channels ?? []).entries()) {
    if (notify[channel] !== undefined) continue;
    findings.push({ path: [...path, 'channels', n], ...say({ code: 'channel-not-set-up', channel }) });
  }
  const above = order.slice(0, i).findIndex((other) => takesAllOf(other, entry));
  if (above >= 0) {
    const line = lineOf([...base, 'order', above]);
    findings.push({ path, ...say({ code: 'order-never-used', line }), severity: 'warning' });
  }
  return findings;
}

/** Whether every notice that the later entry fits is taken by the earlier one. */
function takesAllOf(earlier: OrderConfig, later: OrderConfig): boolean {
  const wider = (all: readonly string[] | undefined, some: readonly string[] | undefined) =>
    all === undefined || (some?.every((each) => all.includes(each)) ?? false);
  return (
    earlier.role === later.role &&
    (earlier.building === undefined || earlier.building === later.building) &&
    wider(earlier.hazards, later.hazards) &&
    wider(earlier.levels, later.levels)
  );
}

function dutyFindings(entry: DutyConfig, i: number, all: readonly DutyConfig[], { lineOf }: CheckContext): Finding[] {
  const path = [...base, 'duty', i];
  const { role, building, shifts, swaps } = entry;
  if (role === 'resident') return [{ path: [...path, 'role'], ...say({ code: 'residents-in-turns', key: 'duty' }) }];
  const first = all.findIndex((other) => other.role === role && other.building === building);
  if (first < i) return [{ path, ...say({ code: 'duty-taken', role, line: lineOf([...base, 'duty', first]) }) }];
  const people = new Set(shifts.flatMap((shift) => shift.people));
  return [
    ...shifts.flatMap((shift, n) => twice(shift.people, [...path, 'shifts', n, 'people'])),
    ...swaps.flatMap(({ date, instead, people: now }, n) => [
      ...twice(now, [...path, 'swaps', n, 'people']),
      ...(people.has(instead)
        ? []
        : [{ path: [...path, 'swaps', n, 'instead'], ...say({ code: 'swap-of-nobody', person: instead, date }) }]),
    ]),
    ...dayClasses.flatMap((days): Finding[] => {
      const hours = dayGaps(shifts, days).map(windowText);
      if (hours.length === 0) return [];
      return [{ path, ...say({ code: 'duty-gap', role, days, hours }), severity: 'warning' }];
    }),
  ];
}

function twice(people: readonly string[], path: Path): Finding[] {
  return people.flatMap((person, i) =>
    people.indexOf(person) < i ? [{ path: [...path, i], ...say({ code: 'person-above', person }) }] : [],
  );
}
