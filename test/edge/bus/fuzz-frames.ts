import { seeded } from './faults.ts';

const frames = Number(process.env.JARI_FUZZ ?? 20_000);
const seed = Number(process.env.JARI_FUZZ_SEED ?? 4711);
/** How much to try, and from where: `JARI_FUZZ` frames, and the seed that a failure names. */
export const fuzz = { frames, seed, timeoutMs: 30_000 + frames };

export type Dice = ReturnType<typeof diceOf>;

/** Chance, the same for the same seed. */
export function diceOf(seed: number) {
  const roll = seeded(Math.imul(seed, 0x9e3779b1));
  const below = (n: number) => Math.floor(roll() * n);
  return {
    below,
    between: (low: number, high: number) => low + below(high - low + 1),
    chance: (share: number) => roll() < share,
    bytes: (length: number) => Uint8Array.from({ length }, () => below(256)),
    of<T>(list: readonly [T, ...T[]]): T {
      return list[below(list.length)] ?? list[0];
    },
  };
}

/** One to three small changes: what noise, a loose wire or a faulty device makes of a frame. */
export function mutated(frame: Uint8Array, dice: Dice): Uint8Array {
  let bytes = [...frame];
  for (let n = dice.between(1, 3); n > 0; n--) bytes = changed(bytes, dice);
  return Uint8Array.from(bytes);
}

function changed(bytes: number[], dice: Dice): number[] {
  const at = dice.below(bytes.length + 1);
  switch (dice.below(7)) {
    case 0:
      return bytes.map((each, i) => (i === at ? each ^ (1 << dice.below(8)) : each));
    case 1:
      return bytes.toSpliced(at, 1, dice.below(256));
    case 2:
      return bytes.toSpliced(at, dice.between(1, 4));
    case 3:
      return bytes.toSpliced(at, 0, ...dice.bytes(dice.between(1, 12)));
    case 4:
      return bytes.slice(0, at);
    case 5:
      return [...bytes.slice(at), ...bytes.slice(0, at)];
    default:
      return [...bytes, ...bytes.slice(at)];
  }
}

/** Runs `once` for seed after seed; the first that fails is told by its seed, so that it can be run again alone. */
export async function eachSeed(count: number, once: (seed: number) => void | Promise<void>): Promise<void> {
  for (let seed = fuzz.seed; seed < fuzz.seed + count; seed++) {
    try {
      await once(seed);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`again with JARI_FUZZ=1 JARI_FUZZ_SEED=${seed}: ${why}`, { cause });
    }
  }
}

export function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
}
