import type { Row } from './measure.ts';
import { type Row as Cells, column, rowsOf, timeOf } from './plausibility-recordings.ts';
import { trial } from './plausibility-rows.ts';
import type { Sample, TriedPoint } from './plausibility-trial.ts';

const minute = 60_000;
const hour = 60 * minute;
const comma = /,/;

const sandyEvery = 90 * minute;
const sandyChosenOn = 1000;

/** Labels by the hydrologists; floods are among the good readings. */
export function sandyCreek(): Row[] {
  const rows = rowsOf('faults-water-quality/sandy_creek.csv', { separator: comma, time: 'Timestamp' });
  const parts = { 'chosen on': rows.slice(0, sandyChosenOn), 'held out': rows.slice(sandyChosenOn) };
  const of = (part: readonly Cells[], name: string, types: string) =>
    column(part, name, ({ cells }) => (labelledAs(cells[`type_${name}`], types) ? 'fault' : 'good'));
  const rate = (perHour: number) => ({ maxRate: perHour / 3600 });
  return Object.entries(parts).flatMap(([part, some]) => [
    trial(
      `Sandy Creek level, ${part}, set: rate 1 m/h`,
      { kind: 'level', unit: 'm', scale: 0.001, everyMs: sandyEvery, plausibility: rate(1) },
      of(some, 'Level', 'FK'),
    ),
    trial(
      `Sandy Creek level, ${part}, set: valid from 0`,
      { kind: 'level', unit: 'm', scale: 0.001, valid: [0, 20], everyMs: sandyEvery, plausibility: rate(1) },
      of(some, 'Level', 'FK'),
    ),
    trial(
      `Sandy Creek conductivity, ${part}, set: rate 110 µS/cm/h`,
      { kind: 'conductivity', unit: 'µS/cm', scale: 0.01, everyMs: sandyEvery, plausibility: rate(110) },
      of(some, 'Cond', 'AK'),
    ),
    trial(
      `Sandy Creek turbidity spikes, ${part}, set: rate 50 NTU/h`,
      { kind: 'turbidity', unit: 'NTU', scale: 0.01, everyMs: sandyEvery, plausibility: rate(50) },
      of(some, 'Tur', 'ADK'),
    ),
    ...[3, 10].map((maxNoise) =>
      trial(
        `Sandy Creek turbidity noise, ${part}, set: noise ${maxNoise} NTU`,
        { kind: 'turbidity', unit: 'NTU', scale: 0.01, everyMs: sandyEvery, plausibility: { maxNoise } },
        of(some, 'Tur', 'E'),
      ),
    ),
  ]);
}

function labelledAs(type: string | undefined, types: string): boolean {
  return type !== undefined && type !== '' && types.includes(type);
}

const sonar: TriedPoint = {
  kind: 'water-distance',
  unit: 'mm',
  scale: 5,
  valid: [300, 5000],
  everyMs: 10 * minute,
  plausibility: { maxRate: 1, frozenAfter: '200m' },
};

/**
 * Raw against what the authors made of it: a value they moved by more than 50 mm is a fault. Their times are local, so
 * comparing ends with winter time, on 31 March.
 */
export function houseMill(): Row[] {
  const cleaned = rowsOf('flood-housemill/sonar_cleaned_2023-10_2024-03.csv.gz', { separator: comma, time: 'time' });
  const winter = rowsOf('flood-housemill/sonar_raw_2024-01_2024-03.csv.gz', { separator: comma, time: 'time_utc' });
  const raw = winter.filter(({ cells }) => (cells.time_utc ?? '') < '2024-03-31T01');
  const later = rowsOf('flood-housemill/sonar_raw_2024-10_2024-12.csv.gz', { separator: comma, time: 'time_utc' });
  const floods = rowsOf('flood-housemill/event_durations.csv', { separator: comma, time: 'Start Time' }).map(
    ({ cells }) => [timeOf(cells['Start Time']) - hour, timeOf(cells['End Time']) + hour] as const,
  );
  const isFlood = (at: number) => floods.some(([from, to]) => at >= from && at <= to);
  const kept = new Map(cleaned.map(({ cells }) => [tenMinutes(timeOf(cells.time)), Number(cells.distance_mm)]));
  const isFault = ({ cells }: Cells) => {
    const now = tenMinutes(timeOf(cells.time_utc));
    const good = kept.get(now);
    return good !== undefined && Math.abs(good - Number(cells.distance_mm)) > 50;
  };
  const labelled = (row: Cells): Sample['label'] =>
    isFault(row) ? 'fault' : isFlood(timeOf(row.cells.time_utc)) ? 'event' : 'good';
  const february = raw.findIndex(({ cells }) => (cells.time_utc ?? '') >= '2024-02');
  return [
    trial('House Mill raw, chosen on January, set', sonar, column(raw.slice(0, february), 'distance_mm', labelled)),
    trial('House Mill raw, held out February, March, set', sonar, column(raw.slice(february), 'distance_mm', labelled)),
    trial('House Mill raw autumn, no labels, set', sonar, column(later, 'distance_mm')),
    trial(
      'House Mill cleaned, 68 floods ± 1 h, set',
      sonar,
      column(cleaned, 'distance_mm', ({ cells }) => (isFlood(timeOf(cells.time)) ? 'event' : 'good')),
    ),
    ...(['tower_pier', 'lea_bridge'] as const).map((gauge) => {
      const rows = rowsOf(`flood-housemill/gauge_${gauge}_2024-10_2024-12.csv.gz`, {
        separator: comma,
        time: 'time_utc',
      });
      const point: TriedPoint = { kind: 'level', unit: 'm', scale: 0.01, valid: [-5, 10], everyMs: 15 * minute };
      return trial(`Thames gauge ${gauge.replace('_', ' ')}, default`, point, column(rows, 'level_m'));
    }),
  ];
}

function tenMinutes(at: number): number {
  return Math.round(at / (10 * minute));
}
