/**
 * Whether a reader for which `own` bytes wait is to be cut off: too many for it alone, or too many for all readers together and a part
 * of them for it. A box to which hundreds of screens are connected has not the memory that each of them may take.
 *
 * @param all bytes that wait for all readers; asked only where it matters
 * @param most bytes that may wait for one
 */
export function isTooFarBehind(own: number, all: () => number, most: number): boolean {
  return own > most || (own > most * leastShare && all() > most * mostTogether);
}

const mostTogether = 4;
/** Who has less waiting than this of what one may have is not the cause. */
const leastShare = 1 / 16;
