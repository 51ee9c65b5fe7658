import { escapeAttribute, escapeXml } from './xml-text.ts';

/** One live CAP message as a feed lists it. Times are epoch ms. */
export type AtomEntry = {
  readonly identifier: string;
  readonly title: string;
  readonly summary: string;
  readonly sent: number;
  readonly expires: number;
  readonly author: string;
};

export type AtomFeed = {
  readonly title: string;
  /** Where the feed is read, without a slash at its end: `https://host/feeds`. */
  readonly base: string;
  readonly author: string;
  readonly entries: readonly AtomEntry[];
  /** Epoch ms of the last change of the list, which is also when an entry left it. */
  readonly updated: number;
};

/** An Atom feed (RFC 4287) of CAP messages; the caller hands in live messages only. Pure. */
export function atomFeed({ title, base, author, entries, updated }: AtomFeed): string {
  const self = `${base}/cap.atom`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    '<feed xmlns="http://www.w3.org/2005/Atom">',
    `  <id>${escapeXml(self)}</id>`,
    `  <title>${escapeXml(title)}</title>`,
    `  <updated>${iso(updated)}</updated>`,
    `  <author><name>${escapeXml(author)}</name></author>`,
    `  <link rel="self" type="application/atom+xml" href="${escapeAttribute(self)}"/>`,
    ...entries.flatMap((entry) => entryLines(entry, base)),
    '</feed>',
    '',
  ].join('\n');
}

function entryLines(entry: AtomEntry, base: string): string[] {
  const url = `${base}/cap/${encodeURIComponent(entry.identifier)}.xml`;
  return [
    '  <entry>',
    `    <id>${escapeXml(url)}</id>`,
    `    <title>${escapeXml(entry.title)}</title>`,
    `    <updated>${iso(entry.sent)}</updated>`,
    `    <published>${iso(entry.sent)}</published>`,
    `    <author><name>${escapeXml(entry.author)}</name></author>`,
    `    <summary>${escapeXml(entry.summary)}</summary>`,
    `    <link rel="alternate" type="application/cap+xml" href="${escapeAttribute(url)}"/>`,
    '  </entry>',
  ];
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
