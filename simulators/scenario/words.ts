import { durationText } from '../../config/schema.ts';
import type { Step } from './scenario.ts';
import { timeOfDayText } from './wall-time.ts';

/** A step in one line: `12:30  unplugged at di-3 for 11m (Input module 3 is unplugged)`. */
export function stepText(step: Step): string {
  const lasts = step.forMs === undefined ? '' : ` for ${durationText(step.forMs)}`;
  const note = step.note === null ? '' : ` (${step.note.en})`;
  return `${timeOfDayText(step.atMs)}  ${doingText(step)}${lasts}${note}`;
}

function doingText(step: Step): string {
  switch (step.does) {
    case 'fault':
      return `${step.name} at ${step.target}`;
    case 'event':
      return step.place === null ? step.name : `${step.name} at ${step.place}`;
    case 'set':
      return `${step.point} held at ${step.value}`;
  }
}
