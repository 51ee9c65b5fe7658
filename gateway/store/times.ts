import type { TimeState } from '../../contract/http/common.ts';

/** The kinds of time in the order of their stored numbers, which is therefore never changed. */
export const timeStates: readonly TimeState[] = ['synced', 'estimated', 'none'];

export function timeNumber(time: TimeState): number {
  return timeStates.indexOf(time);
}

export function timeOf(number: number): TimeState {
  return timeStates[number] ?? 'none';
}
