import type { DeviceId } from '../../contract/ids.ts';
import { loadNoteWords } from '../../contract/words/check/load-help.ts';
import type { Words } from '../../contract/words/words.ts';
import type { Profile, Table } from '../../devices/profile.ts';
import type { BusConfig } from '../site.ts';
import { areRepliesNumbered, type Poll, pollsOf } from './polls.ts';

/**
 * Ranges of a serial bus whose replies cannot be told apart by their length, so that only time tells a late one from the
 * next.
 *
 * alike: ranges of one unit and function that the map gives no different lengths, so they follow each other one timeout
 * apart · one-length: a range that has a single length, so its unit rests three timeouts after a miss.
 */
export type LengthNote = {
  readonly kind: 'alike' | 'one-length';
  readonly ranges: readonly { readonly device: DeviceId; readonly range: string }[];
  /** Which ranges, what it costs and how to fix it, for a person; `ko` in Korean. */
  readonly message: string;
  readonly ko: string;
};

/** What only time can tell on this bus: one note a kind for all whose map ends there, one for all that may be fixed. */
export function lengthNotes(bus: BusConfig): readonly LengthNote[] {
  if (areRepliesNumbered(bus.link)) return [];
  const polls = pollsOf(bus);
  const found = bus.devices.flatMap(({ id, profile }) =>
    notedOf(
      profile,
      polls.filter(({ device }) => device === id),
    ),
  );
  return [...Map.groupBy(found, ({ kind, mayFix }) => `${kind} ${mayFix}`).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const ranges = group.map(({ poll: { device, range } }) => ({ device, range }));
    const { en, ko } = wordsOf(bus, first.kind, group);
    return [{ kind: first.kind, ranges, message: en, ko }];
  });
}

type Noted = { kind: LengthNote['kind']; profile: string; poll: Poll; mayFix: boolean };

/** A device that has ranges alike is noted for these alone. */
function notedOf(profile: Profile, polls: readonly Poll[]): Noted[] {
  const alike = alikeOf(polls);
  const single = polls.filter(({ replies }) => replies.length === 1);
  const kind = alike.length > 0 ? 'alike' : 'one-length';
  return (alike.length > 0 ? alike : single).map((poll) => {
    const mayFix = (profile.readable[tables[poll.fn]] ?? []).length === 0;
    return { kind, profile: profile.id, poll, mayFix };
  });
}

const tables = { 1: 'coil', 2: 'discrete', 3: 'holding', 4: 'input' } as const satisfies Record<Poll['fn'], Table>;

/** The ranges, of one device, that no choice of lengths keeps apart from the others of their function. */
function alikeOf(polls: readonly Poll[]): Poll[] {
  return [...Map.groupBy(polls, ({ fn }) => fn).values()].flatMap((group) => {
    const crowded = crowdedOf(group);
    return group.filter((poll) => meetsAny(poll, crowded));
  });
}

/** What is left when each range, the least flexible first, has taken the shortest length that is free. */
function crowdedOf(polls: readonly Poll[]): Poll[] {
  const taken = new Set<number>();
  const byLast = polls.toSorted((a, b) => (a.replies.at(-1) ?? 0) - (b.replies.at(-1) ?? 0));
  return byLast.filter(({ replies }) => {
    const free = replies.find((bytes) => !taken.has(bytes));
    if (free !== undefined) taken.add(free);
    return free === undefined;
  });
}

function meetsAny({ replies }: Poll, others: readonly Poll[]): boolean {
  return others.some((other) => other.replies.some((bytes) => replies.includes(bytes)));
}

function wordsOf({ timeoutMs }: BusConfig, kind: LengthNote['kind'], noted: readonly Noted[]): Words {
  const mayFix = noted.some((one) => one.mayFix);
  return loadNoteWords({
    timeoutMs,
    devices: [...new Set(noted.map(({ poll }) => poll.device))],
    ranges: kind === 'alike' ? noted.map(({ poll }) => `${poll.device} ${poll.range}`) : null,
    profiles: mayFix ? [...new Set(noted.map(({ profile }) => profile))] : null,
    rests: noted.every(({ poll }) => poll.replies.length === 1),
  });
}
