/** Kinds of parking space (Parking Lot Act, Enforcement Rule art. 3, and local practice). */
export const spaceTypes = [
  'general',
  'extended',
  'compact',
  'disabled',
  'ev',
  'ev-fast',
  'ev-slow',
  'family',
  'motorcycle',
  'freight',
  'bus',
  'resident',
] as const;

export type SpaceType = (typeof spaceTypes)[number];
