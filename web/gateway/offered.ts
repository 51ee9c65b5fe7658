/**
 * A part of the API that this gateway may not have, or not for this person. Pages say which of these it is; none of them
 * is an empty list.
 */
export type Offered<T> = { readonly state: 'there'; readonly items: Map<string, T> } | NotThere;

export type NotThere = {
  /** not-offered: this gateway has no such service. failed: it has, and could not answer. */
  readonly state: 'loading' | 'not-offered' | 'forbidden' | 'failed';
};

export const loading: NotThere = { state: 'loading' };

/** What a status without a list means. */
export function notThere(status: number): NotThere {
  if (status === 404) return { state: 'not-offered' };
  return { state: status === 403 ? 'forbidden' : 'failed' };
}

export function itemsOf<T>(offered: Offered<T>): readonly T[] {
  return offered.state === 'there' ? [...offered.items.values()] : [];
}
