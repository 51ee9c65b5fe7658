import type { Episode } from './replay.ts';

/** What a changed rule says otherwise than the present one: alerts that overlap in time are the same. */
export type Difference = {
  readonly both: readonly { readonly present: Episode; readonly changed: Episode }[];
  /** Only the present rule raises these. */
  readonly gone: readonly Episode[];
  /** Only the changed rule raises these. */
  readonly added: readonly Episode[];
};

export function compareEpisodes(present: readonly Episode[], changed: readonly Episode[]): Difference {
  const both = present.flatMap((one) => {
    const same = changed.find((other) => overlap(one, other));
    return same === undefined ? [] : [{ present: one, changed: same }];
  });
  return {
    both,
    gone: present.filter((one) => !changed.some((other) => overlap(one, other))),
    added: changed.filter((one) => !present.some((other) => overlap(one, other))),
  };
}

function overlap(a: Episode, b: Episode): boolean {
  return a.from <= (b.to ?? Number.POSITIVE_INFINITY) && b.from <= (a.to ?? Number.POSITIVE_INFINITY);
}
