/** What can come of asking the gateway, failures too. */

export type Failed =
  | { readonly ok: false; readonly why: 'unreachable' }
  /** The session is gone, or never was. */
  | { readonly ok: false; readonly why: 'signed-out' }
  | { readonly ok: false; readonly why: 'busy'; readonly detail: string; readonly waitS: number }
  | { readonly ok: false; readonly why: 'refused'; readonly status: number; readonly detail: string };
/** `at` is when the gateway answered, by its own clock, epoch ms. */
export type Answer<T> = { readonly ok: true; readonly body: T; readonly at: number } | Failed;

/** Whether an invitation cannot be used (any more), as the gateway says it before and after a password is looked at. */
export function isGone(answer: Answer<unknown>): boolean {
  if (answer.ok || answer.why !== 'refused') return false;
  return answer.status === 404 || answer.detail.startsWith('invitation: is used up');
}
