import type { Planted } from './judge.ts';
import type { WeekResult } from './week.ts';

export type Row = { readonly what: string; readonly expected: string; readonly got: string; readonly met: boolean };

const minute = 60_000;

/** What a week has to show, against what it showed. */
export function rowsOf(result: WeekResult): Row[] {
  const { time, planted, spaces, falseSuspicions, conflicts } = result;
  const stuck = planted.filter(({ fault }) => fault.kind === 'stuck');
  const crosstalk = planted.filter(({ fault }) => fault.kind === 'crosstalk');
  const together = crosstalk.map((each) => coincidencesUntilDoubt(each, result));
  const lost = planted.filter(({ fault }) => fault.kind === 'lost');
  const early = conflicts.filter(({ offeredBefore }) => offeredBefore !== null && offeredBefore >= 10);
  const part = conflicts.length === 0 ? 1 : early.length / conflicts.length;
  const suspected = (100 * falseSuspicions.length) / spaces;
  const longest = Math.max(0, ...lost.map((each) => sinceFault(each, each.unknownAt)));
  const late = stuck.map((each) => (each.quietAt ?? Number.POSITIVE_INFINITY) - (each.ruleAt ?? 0));
  return [
    row('looks at a space (space-minutes)', '—', time.looks.toLocaleString('en'), true),
    row('healthy sensors wrong after debounce', '0', `${time.healthyWrong}`, time.healthyWrong === 0),
    row('wrong space-time', '≤ 0.5 %', percent(time.wrong / time.looks), time.wrong / time.looks <= 0.005),
    row('unknown space-time', '≤ 2 %', percent(time.unknown / time.looks), time.unknown / time.looks <= 0.02),
    row('false suspicions per 100 spaces', '≤ 1', suspected.toFixed(1), suspected <= 1),
    row(
      'stuck: named quiet once its neighbours changed 8 times and 90 min passed',
      '≤ 1 min',
      stuck
        .map((each, i) => (each.ruleAt === null ? 'not reached' : `${Math.round((late[i] ?? 0) / minute)} min`))
        .join(', '),
      stuck.every(({ ruleAt }, i) => ruleAt === null || (late[i] ?? 0) <= minute),
    ),
    row(
      'stuck: unknown, hours after the fault',
      '—',
      stuck.map((each) => hours(each, each.unknownAt)).join(', '),
      true,
    ),
    row(
      'crosstalk: unknown, coincidences until then',
      '≤ 3',
      together.map((times, i) => `${times ?? (isDisturbed(crosstalk[i]) ? 'never' : 'not disturbed')}`).join(', '),
      together.every((times, i) => (times === null ? !isDisturbed(crosstalk[i]) : times <= 3)),
    ),
    row('lost: unknown', '≤ 1 min', `${Math.round(longest / minute)} min`, longest <= minute),
    row('reservations made', '—', `${result.reservations} ${JSON.stringify(result.states)}`, result.reservations > 0),
    row('offered in the list and refused', '0', `${result.refused}`, result.refused === 0),
    row('conflicts', '—', `${conflicts.length}, ${conflicts.filter(({ parked }) => parked).length} parked`, true),
    row('conflicts with an alternative ≥ 10 min ahead', '≥ 90 %', percent(part), part >= 0.9),
  ];
}

/** Often enough to be told from chance; a bay may stay empty from one night to the next. */
function isDisturbed(planted: Planted | undefined): boolean {
  return planted !== undefined && planted.bay.disturbed.filter((at) => at > planted.fault.from).length >= 3;
}

/** Changes together with the bay before it until a bay with crosstalk was doubted; null: it never was. */
function coincidencesUntilDoubt({ bay, fault }: Planted, { doubts }: WeekResult): number | null {
  const doubt = doubts.find(({ lot, space, from }) => lot === bay.lot && space === bay.id && from >= fault.from);
  if (doubt === undefined) return null;
  return bay.disturbed.filter((at) => at > fault.from && at <= doubt.from + 2000).length;
}

/** Each bay with crosstalk: how often it was disturbed when, and what was thought of it. Hours of the week. */
export function ofCrosstalk({ planted, doubts }: WeekResult): string[] {
  const h = (at: number) => (at / 3_600_000).toFixed(1);
  return planted
    .filter(({ fault }) => fault.kind === 'crosstalk')
    .map(({ bay, fault }) => {
      const own = doubts.filter(({ lot, space }) => lot === bay.lot && space === bay.id);
      const thought = own.map(({ from, reason }) => `${h(from)} ${reason}`).join(', ');
      const disturbed = bay.disturbed.filter((at) => at > fault.from).map(h);
      return `${bay.lot}/${bay.id} from ${h(fault.from)} to ${h(fault.to)}, disturbed at ${disturbed.join(' ')}: ${thought}`;
    });
}

/** Conflicts that were not foreseen in time. */
export function unforeseen({ conflicts }: WeekResult): string[] {
  const late = conflicts.filter(({ offeredBefore }) => offeredBefore === null || offeredBefore < 10);
  const words = late.map(
    ({ cameBefore, faulty, story }) =>
      `${cameBefore.toFixed(0)} min before${faulty ? ' (sensor at fault)' : ''}: ${story}`,
  );
  return words;
}

function row(what: string, expected: string, got: string, met: boolean): Row {
  return { what, expected, got, met };
}

function sinceFault({ fault }: Planted, at: number | null): number {
  return at === null ? Number.POSITIVE_INFINITY : at - fault.from;
}

function hours(planted: Planted, at: number | null): string {
  return at === null
    ? `never (rule ${planted.ruleAt === null ? 'not reached' : 'reached'})`
    : (sinceFault(planted, at) / 3_600_000).toFixed(1);
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`;
}
