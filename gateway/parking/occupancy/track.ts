import type { DetectorSettings, Level, Signal } from './detector.ts';
import { type Followed, type Following, follow, followUntil, nobody, type Visit } from './visits.ts';

/**
 * What a sensor has said of late, as stretches of one level, so that a word that arrives late can be put in its place and
 * the visits be made out again. Stretches are in order and apart; a hole longer than `freshForMs` is a time of which
 * nobody knows.
 */
export type Stretch = { readonly from: number; readonly to: number; readonly level: Level | null };

export type Track = {
  /** What was made out of everything before the first stretch. */
  readonly base: Following;
  readonly stretches: readonly Stretch[];
  /** The next word does not lengthen the last stretch: words between the two may still arrive. */
  readonly isBroken: boolean;
};

export type TrackSettings = DetectorSettings & { readonly freshForMs: number };

export const emptyTrack: Track = { base: nobody, stretches: [], isBroken: false };

/** How long and how many stretches are kept: a backlog of a day and more finds its place, and a chattering contact does not grow it. */
const keptMs = 26 * 3_600_000;
const keptStretches = 400;

/** The agent was lost, or the gateway has just started: what was said meanwhile may come later. */
export function broken(track: Track): Track {
  return track.isBroken || track.stretches.length === 0 ? track : { ...track, isBroken: true };
}

/** Puts a live word at the end. A clock that is a few ms apart between two messages does not turn time back. */
export function appended(track: Track, { at, level }: Signal, freshForMs: number): Track {
  const last = track.stretches.at(-1);
  if (last === undefined) return { ...track, stretches: [{ from: at, to: at, level }], isBroken: false };
  const time = Math.max(at, last.to);
  const goesOn = last.level === level && !track.isBroken && time - last.to <= freshForMs;
  const stretches = goesOn
    ? [...track.stretches.slice(0, -1), { ...last, to: time }]
    : [...track.stretches, { from: time, to: time, level }];
  return { ...track, stretches, isBroken: false };
}

/** Puts a late word in its place; null where it changes nothing, `too-late` before everything that is kept. */
export function inserted(track: Track, { at, level }: Signal, freshForMs: number): Track | 'too-late' | null {
  const { stretches } = track;
  const nth = stretches.findLastIndex(({ from }) => from <= at);
  const before = stretches[nth];
  if (before === undefined) return stretches.length === 0 ? appended(track, { at, level }, freshForMs) : 'too-late';
  if (at <= before.to) return null;
  const joins = before.level === level && at - before.to <= freshForMs;
  const put = joins ? [{ ...before, to: at }] : [before, { from: at, to: at, level }];
  return { ...track, stretches: [...stretches.slice(0, nth), ...put, ...stretches.slice(nth + 1)] };
}

/** A live word: at the end of the track, and followed from where the following stands. */
export function heard(
  { track, following }: { track: Track; following: Following },
  signal: Signal,
  settings: TrackSettings,
): Followed & { readonly track: Track } {
  const last = track.stretches.at(-1);
  const at = last === undefined ? signal.at : Math.max(signal.at, last.to);
  const ended: Visit[] = [];
  let now = following;
  if (last !== undefined && at - last.to > settings.freshForMs) {
    const lost = follow(now, { at: last.to, level: null }, settings);
    now = lost.following;
    ended.push(...lost.ended);
  }
  const next = follow(now, { at, level: signal.level }, settings);
  return {
    track: appended(track, { at, level: signal.level }, settings.freshForMs),
    following: next.following,
    ended: [...ended, ...next.ended],
  };
}

/** Follows the track from its beginning. `until`: the level said last still holds then. */
export function followed(track: Track, settings: TrackSettings, until: number | null): Followed {
  const ended: Visit[] = [];
  let following = track.base;
  const append = (next: Followed) => {
    following = next.following;
    ended.push(...next.ended);
  };
  for (const [i, { from, to, level }] of track.stretches.entries()) {
    const previous = track.stretches[i - 1];
    if (previous !== undefined && from - previous.to > settings.freshForMs)
      append(follow(following, { at: previous.to, level: null }, settings));
    append(follow(following, { at: from, level }, settings));
    append(followUntil(following, to, settings));
  }
  if (until !== null) append(followUntil(following, until, settings));
  return { following, ended };
}

/** Lets go of what is too old to be corrected: it goes into the base. Keeps at least the last stretch. */
export function trimmed(track: Track, now: number, settings: TrackSettings): Track {
  const { stretches } = track;
  const old = stretches.findIndex(({ to }) => to >= now - keptMs);
  const by = Math.max(old === -1 ? stretches.length - 1 : old, stretches.length - keptStretches);
  if (by <= 0) return track;
  const [gone, first] = [stretches.slice(0, by), stretches[by]];
  const end = gone.at(-1);
  if (end === undefined || first === undefined) return track;
  const { following } = followed({ ...track, stretches: gone }, settings, null);
  const isHole = first.from - end.to > settings.freshForMs;
  const base = isHole
    ? follow(following, { at: end.to, level: null }, settings)
    : followUntil(following, first.from, settings);
  return { ...track, base: base.following, stretches: stretches.slice(by) };
}
