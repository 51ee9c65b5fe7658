/** Randomness without state: the same key and number give the same value in any order, so time can be read anywhere. */

/** A stream's key from its seed and name. */
export function keyOf(seed: number, name: string): number {
  let hash = mix(seed ^ 0x9e3779b9);
  for (let i = 0; i < name.length; i++) hash = mix(hash ^ name.charCodeAt(i));
  return hash;
}

/** Uniform in [0, 1), by key and whole number. */
export function uniform(key: number, n: number): number {
  const high = Math.floor(n / 2 ** 32);
  return mix(mix(key ^ (n >>> 0)) + Math.imul(high, 0x85ebca6b)) / 2 ** 32;
}

/** Bell-shaped with mean 0 and deviation 1, never beyond ±3.5. */
export function bell(key: number, n: number): number {
  let sum = 0;
  for (let i = 0; i < 4; i++) sum += uniform(key + i, n);
  return (sum - 2) * Math.sqrt(3);
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
