/** What an operator lays over a space: a state with a reason and an end. */
export type Override = {
  readonly state: 'closed' | 'free' | 'occupied';
  readonly note: string;
  /** Epoch ms. */
  readonly from: number;
  readonly until: number;
  readonly by: string;
};

/** An attendant saw the space empty: that holds until its sensor says something else than it did then. */
export type SeenEmpty = { readonly at: number; readonly by: string; readonly level: 'free' | 'occupied' | null };

/** The longest that an override may last. */
export const longestOverrideMs = 92 * 86_400_000;

export type OverrideRefusal = 'until-in-the-past' | 'until-too-far';

export function overrideProblem(until: number, now: number): OverrideRefusal | null {
  if (until <= now) return 'until-in-the-past';
  return until - now > longestOverrideMs ? 'until-too-far' : null;
}

export function isOver({ until }: Override, now: number): boolean {
  return until <= now;
}
