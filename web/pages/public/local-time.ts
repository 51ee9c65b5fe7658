/** Times as a datetime-local field has them: the reader's clock, to the minute. Pure but for the reader's zone. */

export function toLocal(ms: number): string {
  return new Date(ms - new Date(ms).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** Epoch ms; null for what is no time. */
export function fromLocal(text: string): number | null {
  const ms = new Date(text).getTime();
  return text === '' || Number.isNaN(ms) ? null : ms;
}
