import { z } from 'zod';
import { parseJson } from '../../devices/uplinks/json-body.ts';

/**
 * What a frame counter (LoRaWAN 1.0.3, 4.3.1.5) says of a device's messages: lost ones, one that came twice, one that comes
 * behind later ones, a device that began again. Pure.
 *
 * | counter | it is |
 * |---|---|
 * | the next | in order |
 * | further on | in order, and those between are lost; so far on that no network server takes it: nobody knows |
 * | one that was counted as lost; a late one may be stamped when it arrives, so only 0 and 1 begin again | behind; lost no longer |
 * | any, heard before the join | behind |
 * | the last, or one that came, heard no later | twice |
 * | lower, heard later, or after a join | begun again: nobody knows what was lost before |
 */
export type Counted = {
  readonly last: number | null;
  /** When the network server heard the last one, epoch ms. */
  readonly at: number | null;
  /** Missing ones that may still come, the newest. */
  readonly missing: readonly number[];
  /** It has joined, so the next message that was heard since is its first. */
  readonly isAfresh: boolean;
  /** When the network server heard it join, epoch ms; null where nobody says. */
  readonly joinedAt?: number | null;
  /** From before this start: what came since, and went no further, is not known, so a gap behind it tells nothing. */
  readonly isRemembered?: boolean;
};

export type Verdict = { readonly is: 'first' | 'next' | 'twice' | 'behind' | 'begun-again'; readonly lost: number };

export const uncounted: Counted = { last: null, at: null, missing: [], isAfresh: false };

/** `lost` is what the count of lost messages changes by; −1 for one that came after all. */
export function count(
  before: Counted,
  { counter, at, isSame }: { counter: number; at: number | null; isSame: boolean },
): { counted: Counted; verdict: Verdict } {
  const { last, missing, joinedAt = null } = before;
  if (before.isAfresh && at !== null && joinedAt !== null && at < joinedAt)
    return { counted: before, verdict: { is: 'behind', lost: 0 } };
  if (before.isAfresh || last === null) {
    const gone = before.isAfresh && counter <= mostGap ? counter : 0;
    const counted = { last: counter, at, missing: gap(0, gone), isAfresh: false };
    return { counted, verdict: { is: 'first', lost: gone } };
  }
  if (counter > last) {
    const between = counter - last - 1;
    const gone = before.isRemembered === true || between > mostGap ? 0 : between;
    const counted = {
      last: counter,
      at,
      missing: gone === 0 ? missing : [...missing, ...gap(counter - gone, counter)].slice(-kept),
      isAfresh: false,
    };
    return { counted, verdict: { is: 'next', lost: gone } };
  }
  const isLater = at !== null && before.at !== null && at > before.at;
  if (missing.includes(counter) && !(isLater && counter <= 1))
    return {
      counted: { ...before, missing: missing.filter((each) => each !== counter) },
      verdict: { is: 'behind', lost: -1 },
    };
  if (counter === last ? isSame || !isLater : !isLater) return { counted: before, verdict: { is: 'twice', lost: 0 } };
  const counted = { last: counter, at, missing: [], isAfresh: false };
  return { counted, verdict: { is: 'begun-again', lost: 0 } };
}

/** As text that is kept with what the device said. */
export function markOf({ last, at, missing }: Counted): string {
  return JSON.stringify({ last, at, missing });
}

/** What such a text says; `uncounted` for one that says nothing. */
export function remembered(mark: string | undefined): Counted {
  const { data } = markSchema.safeParse(mark === undefined ? null : parseJson(Buffer.from(mark)));
  return data === undefined ? uncounted : { ...data, isAfresh: false, isRemembered: true };
}

const markSchema = z.object({ last: z.int().nullable(), at: z.number().nullable(), missing: z.array(z.int()) });

const kept = 64;
/** MAX_FCNT_GAP of LoRaWAN 1.0.3, 4.3.1.5: what is further on is dropped as out of step, so such a jump is another count. */
const mostGap = 16_384;

function gap(from: number, to: number): number[] {
  const begin = Math.max(from, to - kept);
  return Array.from({ length: Math.max(0, to - begin) }, (_, i) => begin + i);
}
