import { sharedFile } from '../needs.ts';
import { note, type Row } from './measure.ts';
import type { Bench } from './run.ts';
import { atCounts, type Row as Cells, column, rowsOf, timeOf } from './truth-recordings.ts';
import { longestStandstill, type Outcome, type Sample, type TriedPoint, tryOut } from './truth-trial.ts';

/**
 * Every watch on recordings of real sensors. `default` is what a point of that kind and unit gets unasked; `set` is what
 * this file sets, chosen by looking at the part named `chosen on` and at nothing else.
 */
export const bench: Bench = {
  title: 'sensor truth on recordings: hits and false alarms',
  async run(): Promise<Row[]> {
    if (!sharedFile('data/README.md').there()) return [note('../shared/data', 'skipped: no recordings')];
    return [
      ...sandyCreek(),
      ...houseMill(),
      ...motes(),
      ...pump(),
      ...office(),
      ...air(),
      ...smoke(),
      ...carPark(),
      ...planted(),
    ];
  },
};

const minute = 60_000;
const hour = 60 * minute;
const comma = /,/;

function trial(what: string, point: TriedPoint, samples: readonly Sample[]): Row {
  return note(what, textOf(tryOut(point, samples)));
}

function textOf(outcome: Outcome): string {
  const { samples, faults, hits, falseAlarms, events, doubtedEvents, byFault, delayMs, missing } = outcome;
  return [
    ...(faults === 0 ? [] : [`hits ${hits} of ${faults}`]),
    ...(delayMs === null ? [] : [`first after ${delayMs / 1000} s`]),
    `false ${falseAlarms} of ${samples - faults - events}`,
    ...(events === 0 ? [] : [`events doubted ${doubtedEvents} of ${events}`]),
    ...(missing === 0 ? [] : [`no value ${missing}`]),
    Object.entries(byFault)
      .map(([fault, count]) => `${fault} ${count}`)
      .join(', '),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

const sandyEvery = 90 * minute;
const sandyChosenOn = 1000;

/** Labels by the hydrologists; floods are among the good readings. */
function sandyCreek(): Row[] {
  const rows = rowsOf('faults-water-quality/sandy_creek.csv', { separator: comma, time: 'Timestamp' });
  const parts = { 'chosen on': rows.slice(0, sandyChosenOn), 'held out': rows.slice(sandyChosenOn) };
  const of = (part: readonly Cells[], name: string, types: string) =>
    column(part, name, ({ cells }) => (labelledAs(cells[`type_${name}`], types) ? 'fault' : 'good'));
  const rate = (perHour: number) => ({ maxRate: perHour / 3600 });
  return Object.entries(parts).flatMap(([part, some]) => [
    trial(
      `Sandy Creek level, ${part}, set: rate 1 m/h`,
      { kind: 'level', unit: 'm', scale: 0.001, everyMs: sandyEvery, truth: rate(1) },
      of(some, 'Level', 'FK'),
    ),
    trial(
      `Sandy Creek level, ${part}, set: valid from 0`,
      { kind: 'level', unit: 'm', scale: 0.001, valid: [0, 20], everyMs: sandyEvery, truth: rate(1) },
      of(some, 'Level', 'FK'),
    ),
    trial(
      `Sandy Creek conductivity, ${part}, set: rate 110 µS/cm/h`,
      { kind: 'conductivity', unit: 'µS/cm', scale: 0.01, everyMs: sandyEvery, truth: rate(110) },
      of(some, 'Cond', 'AK'),
    ),
    trial(
      `Sandy Creek turbidity spikes, ${part}, set: rate 50 NTU/h`,
      { kind: 'turbidity', unit: 'NTU', scale: 0.01, everyMs: sandyEvery, truth: rate(50) },
      of(some, 'Tur', 'ADK'),
    ),
    ...[3, 10].map((maxNoise) =>
      trial(
        `Sandy Creek turbidity noise, ${part}, set: noise ${maxNoise} NTU`,
        { kind: 'turbidity', unit: 'NTU', scale: 0.01, everyMs: sandyEvery, truth: { maxNoise } },
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
  truth: { maxRate: 1, frozenAfter: '200m' },
};

/**
 * Raw against what the authors made of it: a value they moved by more than 50 mm is a fault. Their times are local, so
 * comparing ends with winter time, on 31 March.
 */
function houseMill(): Row[] {
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

const temperature: TriedPoint = { kind: 'temperature', unit: '°C', scale: 0.01, valid: [-40, 125], everyMs: 5000 };
const humidity: TriedPoint = { kind: 'humidity', unit: '%', scale: 0.01, valid: [0, 100], everyMs: 5000 };

/** The events are hot steam at a mote: real, and so not to be doubted. */
function motes(): Row[] {
  const names = [
    'singlehop_indoor_moteid1',
    'multihop_outdoor_moteid1',
    'multihop_outdoor_moteid2',
    'singlehop_outdoor_moteid3',
  ];
  const columns = ['reading', 'mote', 'humidity', 'temperature', 'label'];
  return names.flatMap((name) => {
    const rows = rowsOf(`wsn-labelled-events/${name}.txt`, { separator: /\t/, time: 5000, columns });
    const label = ({ cells }: Cells) => (cells.label === '1' ? 'event' : 'good');
    return [
      trial(`mote ${name} temperature, default`, temperature, column(rows, 'temperature', label)),
      trial(`mote ${name} humidity, default`, humidity, column(rows, 'humidity', label)),
    ];
  });
}

/** The rig's faults are the pump's, not its sensors': every doubt is false. */
function pump(): Row[] {
  const files = ['other_1', 'other_5', 'other_7', 'other_10', 'other_12', 'valve1_1', 'valve1_3', 'valve2_1'];
  const points: Readonly<Record<string, TriedPoint>> = {
    Temperature: { ...temperature, scale: 0.0001, everyMs: 1000 },
    Thermocouple: { ...temperature, scale: 0.0001, everyMs: 1000 },
    Voltage: {
      kind: 'voltage',
      unit: 'V',
      scale: 0.001,
      valid: [0, 300],
      everyMs: 1000,
      truth: { frozenAfter: '1m', restsAt: [0] },
    },
  };
  return Object.entries(points).map(([name, point]) => {
    const outcomes = files.map((file) => {
      const rows = rowsOf(`pump-skab/${file}.csv.gz`, { separator: /;/, time: 'datetime' });
      return tryOut(
        point,
        column(rows, name, ({ cells }) => (cells.anomaly === '1.0' ? 'event' : 'good')),
      );
    });
    return note(
      `pump ${name}, 8 runs, ${point.truth === undefined ? 'default' : 'set: frozen after 1 min'}`,
      textOf(outcomes.reduce(added)),
    );
  });
}

function added(a: Outcome, b: Outcome): Outcome {
  const byFault = { ...a.byFault };
  for (const [fault, count] of Object.entries(b.byFault))
    Object.assign(byFault, { [fault]: (Object.entries(byFault).find(([known]) => known === fault)?.[1] ?? 0) + count });
  return {
    samples: a.samples + b.samples,
    missing: a.missing + b.missing,
    faults: a.faults + b.faults,
    hits: a.hits + b.hits,
    falseAlarms: a.falseAlarms + b.falseAlarms,
    events: a.events + b.events,
    doubtedEvents: a.doubtedEvents + b.doubtedEvents,
    byFault,
    delayMs: null,
  };
}

/** Rooms: what a coarse sensor does at night, and a building whose cooling failed twice (a real event, hourly, °F). */
function office(): Row[] {
  const rows = rowsOf('room-occupancy/datatraining.csv.gz', {
    separator: comma,
    time: 'date',
    columns: ['row', 'date', 'Temperature', 'Humidity', 'Light', 'CO2', 'HumidityRatio', 'Occupancy'],
  });
  const coarse = {
    temperature: atCounts(column(rows, 'Temperature'), 0.1),
    humidity: atCounts(column(rows, 'Humidity'), 0.1),
  };
  const nab = rowsOf('temperature-nab/ambient_temperature_system_failure.csv.gz', {
    separator: comma,
    time: 'timestamp',
  });
  return [
    trial('office temperature at 0.1 °C, default', { ...temperature, scale: 0.1, everyMs: minute }, coarse.temperature),
    standstill('office temperature at 0.1 °C stands still for at most', coarse.temperature),
    trial('office humidity at 0.1 %, default', { ...humidity, scale: 0.1, everyMs: minute }, coarse.humidity),
    standstill('office humidity at 0.1 % stands still for at most', coarse.humidity),
    trial(
      'NAB office °F, default',
      { kind: 'temperature', unit: '°F', scale: 0.1, valid: [-40, 257], everyMs: hour },
      atCounts(column(nab, 'value'), 0.1),
    ),
  ];
}

function standstill(what: string, samples: readonly Sample[]): Row {
  const { readings, ms } = longestStandstill(samples);
  return note(what, `${(ms / minute).toFixed(1)} min (${readings} readings)`);
}

/** A reference analyser beside a street, hourly, with real outages; every value that is there is believed. */
function air(): Row[] {
  const rows = rowsOf('gas-airquality/first_half.csv.gz', { separator: comma, time: 'Datetime' });
  const every = { everyMs: hour } as const;
  const co = { kind: 'co', unit: 'ppm', scale: 0.1, valid: [0, 500], ...every } as const;
  return [
    trial('air quality T, default', { ...temperature, scale: 0.1, ...every }, column(rows, 'T')),
    trial('air quality RH, default', { ...humidity, scale: 0.1, ...every }, column(rows, 'RH')),
    trial('air quality CO, default', co, column(rows, 'CO(GT)')),
    trial('air quality CO, set: frozen after 20 h', { ...co, truth: { frozenAfter: '20h' } }, column(rows, 'CO(GT)')),
  ];
}

/** Several recordings strung together: a jump at a seam is none of the sensor's. */
function smoke(): Row[] {
  const rows = rowsOf('smoke-iot/rows_0_24993.csv.gz', { separator: comma, time: 1000 });
  const label = ({ cells }: Cells) => (cells.fire_alarm === '1' ? 'event' : 'good');
  const fine = { everyMs: 1000 } as const;
  return [
    trial(
      'smoke node temperature, fire as event, default',
      { ...temperature, scale: 0.001, ...fine },
      column(rows, 'temperature_c', label),
    ),
    trial('smoke node humidity, fire as event, default', { ...humidity, ...fine }, column(rows, 'humidity_pct', label)),
    trial(
      'smoke node eCO2 as co, fire as event, default',
      { kind: 'co', unit: 'ppm', valid: [0, 60_000], ...fine },
      column(rows, 'eco2_ppm', label),
    ),
  ];
}

/** Frozen by its publisher's account until 10 March 14:05. */
function carPark(): Row[] {
  const rows = rowsOf('parking-bolzano/lot116_2025-03-01_2025-03-12.csv.gz', { separator: comma, time: 'mvalidtime' });
  const frozen = ({ cells }: Cells) => (timeOf(cells.mvalidtime) <= Date.UTC(2025, 2, 10, 14, 5) ? 'fault' : 'good');
  const count = { kind: 'count', unit: 'spaces', valid: [0, 770], everyMs: 5 * minute } as const;
  return [
    trial('Bolzano car park, default (counts are not watched)', count, column(rows, 'free', frozen)),
    trial(
      'Bolzano car park, set: frozen after 24 h',
      { ...count, truth: { frozenAfter: '24h' } },
      column(rows, 'free', frozen),
    ),
  ];
}

/** Faults planted in good recordings, found by the defaults alone. */
function planted(): Row[] {
  const room = rowsOf('room-occupancy/datatraining.csv.gz', {
    separator: comma,
    time: 'date',
    columns: ['row', 'date', 'Temperature', 'Humidity'],
  });
  const mote = rowsOf('wsn-labelled-events/multihop_outdoor_moteid2.txt', {
    separator: /\t/,
    time: 1000,
    columns: ['reading', 'mote', 'humidity', 'temperature', 'label'],
  });
  const still = rowsOf('bridge-load-test/reference_state_inclination_100hz.csv.gz', { separator: comma, time: 10 });
  const tilt = repeated(
    atCounts(
      column(
        still.filter((_, i) => i % 100 === 0),
        'INC-01 [deg]',
      ),
      0.0054931640625,
    ),
    12,
  );
  const tiltPoint: TriedPoint = {
    kind: 'tilt',
    unit: 'deg',
    scale: 0.0054931640625,
    valid: [-180, 180],
    everyMs: 1000,
  };
  const warm = column(mote, 'temperature');
  const damp = column(mote, 'humidity');
  const fast = { everyMs: 1000 } as const;
  const held = (samples: readonly Sample[], from: number, value?: number) =>
    planting(
      samples,
      (i) => i >= from,
      (good) => value ?? samples[from]?.value ?? good,
    );
  const spiked = (samples: readonly Sample[], by: number) =>
    planting(
      samples,
      (i) => i % 97 === 96,
      (good) => good + by,
    );
  const trembling = (samples: readonly Sample[], by: number) =>
    planting(
      samples,
      (i) => i >= 1000,
      (good, i) => good + by * wobble(i),
    );
  return [
    trial('bridge tilt at rest, 1 s, default', tiltPoint, tilt),
    standstill('bridge tilt at rest stands still for at most', tilt),
    trial('planted: tilt held, default', tiltPoint, held(tilt, 1200)),
    trial('planted: tilt trembles by 1° (σ), default', tiltPoint, trembling(tilt, 1)),
    trial(
      'planted: office temperature held, default',
      { ...temperature, scale: 0.1, everyMs: minute },
      held(atCounts(column(room, 'Temperature'), 0.1), 2000),
    ),
    trial('planted: temperature at −40 °C, 1 s, default', { ...temperature, ...fast }, held(warm, 1000, -40)),
    trial('planted: temperature spikes of −20 °C, 1 s, default', { ...temperature, ...fast }, spiked(warm, -20)),
    trial('planted: temperature spikes of +60 °C, 1 s, default', { ...temperature, ...fast }, spiked(warm, 60)),
    trial('planted: humidity spikes of +40 %, 1 s, default', { ...humidity, ...fast }, spiked(damp, 40)),
    trial('planted: humidity trembles by 10 % (σ), default', { ...humidity, ...fast }, trembling(damp, 10)),
  ];
}

/** The samples with other values at the places a fault stands at. */
function planting(
  samples: readonly Sample[],
  isFault: (i: number) => boolean,
  value: (good: number, i: number) => number,
): Sample[] {
  return samples.map((sample, i) =>
    sample.value === null || !isFault(i) ? sample : { ...sample, value: value(sample.value, i), label: 'fault' },
  );
}

function repeated(samples: readonly Sample[], times: number): Sample[] {
  const length = samples.length * 1000;
  return Array.from({ length: times }, (_, n) =>
    samples.map((sample) => ({ ...sample, mono: sample.mono + n * length })),
  ).flat();
}

/** Roughly normal with a deviation of 1, the same at every run. */
function wobble(i: number): number {
  const uniform = (n: number) => {
    const x = Math.sin(n * 12.9898) * 43758.5453;
    return x - Math.floor(x);
  };
  return Array.from({ length: 12 }, (_, k) => uniform(i * 12 + k)).reduce((sum, u) => sum + u, -6);
}
