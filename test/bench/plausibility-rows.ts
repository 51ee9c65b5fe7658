import { note, type Row } from './measure.ts';
import { longestStandstill, type Outcome, type Sample, type TriedPoint, tryOut } from './plausibility-trial.ts';

/** Trials as rows of a bench, and the points that several recordings share. */

export const temperature: TriedPoint = {
  kind: 'temperature',
  unit: '°C',
  scale: 0.01,
  valid: [-40, 125],
  everyMs: 5000,
};
export const humidity: TriedPoint = { kind: 'humidity', unit: '%', scale: 0.01, valid: [0, 100], everyMs: 5000 };

export function trial(what: string, point: TriedPoint, samples: readonly Sample[]): Row {
  return note(what, textOf(tryOut(point, samples)));
}

export function standstill(what: string, samples: readonly Sample[]): Row {
  const { readings, ms } = longestStandstill(samples);
  return note(what, `${(ms / 60_000).toFixed(1)} min (${readings} readings)`);
}

export function textOf(outcome: Outcome): string {
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
