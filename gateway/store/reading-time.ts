import type { TimeState } from '../../contract/http/common.ts';

/** A moment as the gateway believes it: `at` is null when the order is known and the time is not. */
export type Moment = { readonly at: number | null; readonly time: TimeState };

/** How far a time may lie beside the gateway's own and still be taken as said, ms. */
export const toleranceMs = 2000;
/** No reading is older than this program: an earlier time comes from a clock that was never set. */
export const earliestAt = Date.UTC(2020, 0, 1);

/**
 * When a message was made, from what its agent says and when it came. `age` is monotonic ms from `at` to the sending;
 * it is right whatever the agent's wall clock says, so it decides.
 */
export function receivedTime(sent: { at: number; age?: number | undefined }, receivedAt: number): Moment {
  if (sent.age === undefined) return plausible({ at: sent.at, time: 'estimated' }, receivedAt);
  if (Math.abs(sent.at + sent.age - receivedAt) < toleranceMs) {
    return plausible({ at: sent.at, time: 'synced' }, receivedAt);
  }
  return plausible({ at: Math.round(receivedAt - sent.age), time: 'estimated' }, receivedAt);
}

/** When a reading of the message was made, `dt` ms after it. */
export function readingTime(message: Moment, dt: number, receivedAt: number): Moment {
  if (message.at === null || dt === 0) return message;
  return plausible({ at: message.at + dt, time: message.time }, receivedAt);
}

function plausible(moment: { at: number; time: TimeState }, receivedAt: number): Moment {
  const { at } = moment;
  return at >= earliestAt && at <= receivedAt + toleranceMs ? moment : untimed;
}

const untimed: Moment = { at: null, time: 'none' };
