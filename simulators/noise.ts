/** Randomness without state: the same key and number give the same value in any order, so time can be read anywhere. */

/** A stream's key from its seed and name. */
export function keyOf(seed: number, name: string): number {
  let hash = mix(seed ^ 0x9e3779b9);
  for (let i = 0; i < name.length; i++) hash = mix(hash ^ name.charCodeAt(i));
  return hash;
}

/** The key of one of several streams below a key. Keys that differ by little are no such streams: they share numbers. */
export function streamOf(key: number, nth: number): number {
  return mix(Math.imul(nth + 1, 0x9e3779b9) ^ mix(key));
}

/** Uniform in [0, 1), by key and whole number. */
export function uniform(key: number, n: number): number {
  const high = Math.floor(n / 2 ** 32);
  return mix(mix(key ^ (n >>> 0)) + Math.imul(high, 0x85ebca6b)) / 2 ** 32;
}

/** Bell-shaped with mean 0 and deviation 1, never beyond ±3.5. */
export function bell(key: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < 4; i++) sum += uniform(key, 4 * n + i);
  return (sum - 2) * Math.sqrt(3);
}

/** Normal with mean 0 and deviation 1, tails and all, up to ±6.6 (Box and Muller). */
export function normal(key: number, n: number): number {
  return Math.sqrt(2 * waiting(key, 2 * n)) * Math.cos(2 * Math.PI * uniform(key, 2 * n + 1));
}

/** What one waits for a thing that comes once a unit of time on average: exponential with mean 1, at most 22. */
export function waiting(key: number, n: number): number {
  return -Math.log(1 - uniform(key, n));
}

/** Wanders smoothly within [-1, 1]; turns about once a period. */
export function wander(key: number, tMs: number, periodMs: number): number {
  const at = tMs / periodMs;
  const slot = Math.floor(at);
  const f = at - slot;
  const ease = f * f * (3 - 2 * f);
  return 2 * (uniform(key, slot) * (1 - ease) + uniform(key, slot + 1) * ease) - 1;
}

/** Murmur3's finaliser: every bit of the input moves every bit of the output. */
function mix(value: number): number {
  let h = value >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
