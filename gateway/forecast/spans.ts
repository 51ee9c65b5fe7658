import type { ReadState } from './forecast.ts';

/** Hours that are read together, at most a day, and how far the point is read after that. */
export type Span = {
  readonly first: number;
  readonly count: number;
  readonly marks: { readonly through: number; readonly back: number };
  readonly clean: readonly number[];
};

/** Each after the one before it is kept, so that the marks stand for what was read. */
export function* spansOf(
  part: 'forward' | 'late' | 'back',
  state: ReadState,
  { ready, oldest, late }: { ready: number; oldest: number; late: readonly number[] },
): Generator<Span> {
  let { through, back } = state;
  if (part === 'late') {
    for (const hour of late) yield { first: hour, count: 1, marks: { through, back }, clean: [hour] };
    return;
  }
  // What is older than the record that is looked at is not read.
  while (part === 'forward' && through < ready) {
    const first = Math.max(through, oldest);
    const count = Math.min(24, ready - first);
    through = first + count;
    yield { first, count, marks: { through, back }, clean: [] };
  }
  while (part === 'back' && back > oldest) {
    const first = Math.max(oldest, back - 24);
    const count = back - first;
    back = first;
    yield { first, count, marks: { through, back }, clean: [] };
  }
}
