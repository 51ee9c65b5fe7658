import { sharedFile } from '../needs.ts';
import { note, type Row } from './measure.ts';
import { planted } from './plausibility-planted.ts';
import { atCounts, type Row as Cells, column, rowsOf, timeOf } from './plausibility-recordings.ts';
import { humidity, standstill, temperature, textOf, trial } from './plausibility-rows.ts';
import { type Outcome, type TriedPoint, tryOut } from './plausibility-trial.ts';
import { houseMill, sandyCreek } from './plausibility-water.ts';
import type { Bench } from './run.ts';

/**
 * Every watch on recordings of real sensors. `default` is what a point of that kind and unit gets unasked; `set` is what
 * this file sets, chosen by looking at the part named `chosen on` and at nothing else.
 */
export const bench: Bench = {
  title: 'sensor plausibility on recordings: hits and false alarms',
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
      plausibility: { frozenAfter: '1m', restsAt: [0] },
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
      `pump ${name}, 8 runs, ${point.plausibility === undefined ? 'default' : 'set: frozen after 1 min'}`,
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

/** A reference analyser beside a street, hourly, with real outages; every value that is there is believed. */
function air(): Row[] {
  const rows = rowsOf('gas-airquality/first_half.csv.gz', { separator: comma, time: 'Datetime' });
  const every = { everyMs: hour } as const;
  const co = { kind: 'co', unit: 'ppm', scale: 0.1, valid: [0, 500], ...every } as const;
  return [
    trial('air quality T, default', { ...temperature, scale: 0.1, ...every }, column(rows, 'T')),
    trial('air quality RH, default', { ...humidity, scale: 0.1, ...every }, column(rows, 'RH')),
    trial('air quality CO, default', co, column(rows, 'CO(GT)')),
    trial(
      'air quality CO, set: frozen after 20 h',
      { ...co, plausibility: { frozenAfter: '20h' } },
      column(rows, 'CO(GT)'),
    ),
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
      { ...count, plausibility: { frozenAfter: '24h' } },
      column(rows, 'free', frozen),
    ),
  ];
}
