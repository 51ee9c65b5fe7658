import { type AtomEntry, atomFeed } from '../../contract/atom.ts';
import { type CapRecord, capRecordSchema } from '../../contract/city.ts';
import type { StateRow } from '../store/views.ts';

/**
 * CAP messages of all sites, as the sites sent them: what is told to the public, and in which words, is decided there, so a
 * reader of a site's feed and of the city's reads the same message under the same identifier. Pure.
 */

export type CapMessage = CapRecord & { readonly identifier: string; readonly site: string; readonly district: string };

/** No CAP message lives longer. */
export const capLifeMs = 25 * 3_600_000;

export function capMessages(rows: readonly StateRow[]): CapMessage[] {
  return rows.flatMap(({ key, site, district, body }) => {
    const says = capRecordSchema.safeParse(body);
    return says.success ? [{ ...says.data, identifier: key, site, district }] : [];
  });
}

/** The last of each chain that has not expired; a Cancel or AllClear is one, until it expires. The newest first. */
export function liveOf(messages: readonly CapMessage[], now: number): CapMessage[] {
  const last = new Map<string, CapMessage>();
  for (const message of messages) {
    const chain = `${message.site}/${message.alert}`;
    if ((last.get(chain)?.number ?? 0) < message.number) last.set(chain, message);
  }
  return [...last.values()]
    .filter(({ expires }) => expires > now)
    .sort((a, b) => b.sent - a.sent || (a.identifier < b.identifier ? -1 : 1));
}

/** `base`: where the feeds are read, without a slash at its end. `last`: when it changed last before these messages, epoch ms. */
export function capAtom(
  messages: readonly CapMessage[],
  { base, title, now, last }: { base: string; title: string; now: number; last: number },
): string {
  const entries: AtomEntry[] = liveOf(messages, now).map(
    ({ identifier, headline, instruction, sent, expires, author }) => ({
      ...{ identifier, title: headline, summary: instruction, sent, expires, author },
    }),
  );
  // Also when an entry left: by a newer one, or by the time.
  const ended = messages.map(({ expires }) => expires).filter((ms) => ms <= now);
  const updated = Math.max(last, ...messages.map(({ sent }) => sent), ...ended);
  return atomFeed({ title, base, author: title, entries, updated });
}
