import { wobble } from '../edge/plausibility/watching.ts';
import type { Row } from './measure.ts';
import { atCounts, column, rowsOf } from './plausibility-recordings.ts';
import { humidity, standstill, temperature, trial } from './plausibility-rows.ts';
import type { Sample, TriedPoint } from './plausibility-trial.ts';

const minute = 60_000;
const comma = /,/;

/** Faults planted in good recordings, found by the defaults alone. */
export function planted(): Row[] {
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
    trial('planted: temperature spikes of −60 °C, 1 s, default', { ...temperature, ...fast }, spiked(warm, -60)),
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
