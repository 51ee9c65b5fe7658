import type { Change } from './model.ts';

/** What keeps the page's lists right beside the stream. Pure. */

/** Without an event for so long the stream may be held up. */
export const silentMs = 5000;
const everyMs = 30_000;
/** A stream that tells something is not held up, and the lists of a thousand devices are a third of a second's work. */
const whileToldMs = 60_000;

/** Whether the lists are to be fetched again; `told`: when the stream told something last. */
export function areListsDue(now: number, { listed, told }: { listed: number; told: number }): boolean {
  return now - listed > (now - told > silentMs ? everyMs : whileToldMs);
}

const kinds: ReadonlySet<string> = new Set([
  'agent',
  'device',
  'reading',
  'lot',
  'space',
  'alert',
] satisfies Change['event'][]);

/** Changes that the gateway tells as one message; what no list holds, as answers and commands, is asked for by the pages that show it. */
export function changesOf(message: string): Change[] {
  const items: [Change['event'], never][] = JSON.parse(message);
  return items.flatMap(([event, data]) => (kinds.has(event) ? [{ event, data }] : []));
}
