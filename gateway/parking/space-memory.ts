import type { SpaceConfig } from '../../config/lots/lot-config.ts';
import type { LotId, SiteId } from '../../contract/ids.ts';
import type { FaultCode } from '../../contract/reading.ts';
import type { ParkingReason, UnknownOfViolation, ViolationKind } from '../../contract/reasons/parking.ts';
import type { View } from '../state/live-state.ts';
import { type Level, type Sensed, unheard } from './occupancy/detector.ts';
import { emptyTrack, followed, heard, inserted, type Track, type TrackSettings, trimmed } from './occupancy/track.ts';
import { type Following, followUntil, nobody, type Visit } from './occupancy/visits.ts';
import type { Openness } from './openness.ts';
import type { Override, SeenEmpty } from './overrides.ts';
import { noRoof, type Roof } from './roof.ts';
import type { LotKey, SpaceKey, SpaceState } from './space-state.ts';
import { amended, type Naming, type Stay, stayOf, updated } from './stays.ts';

/** What is remembered of a space. Times are of the axis; see axis.ts. */
export type SpaceMemory = {
  readonly key: SpaceKey;
  /** Its number in the tables. */
  readonly number: number;
  readonly site: SiteId;
  readonly lot: LotId;
  readonly lotKey: LotKey;
  readonly config: SpaceConfig;
  /** What may be said of its occupancy point. */
  readonly view: View;
  readonly fault: FaultCode | null;
  readonly wasHeard: boolean;
  readonly simulated: boolean;
  /** Monotonic ms of the last good word. */
  readonly seenMono: number;
  /** How its words are taken. */
  readonly settings: TrackSettings;
  readonly track: Track;
  readonly following: Following;
  /** Stays that the track can still change; the last may be open. */
  readonly stays: readonly Stay[];
  readonly roof: Roof;
  /** Whether a permit is seen; null where nobody knows. */
  readonly permit: boolean | null;
  readonly battery: number | null;
  readonly override: Override | null;
  readonly seenEmpty: SeenEmpty | null;
  readonly openness: Openness;
  /** Since when nobody is entitled to it; null while somebody is. */
  readonly outsideSince: number | null;
  readonly raised: readonly Raised[];
  readonly said: { readonly state: SpaceState; readonly reason: ParkingReason | null; readonly since: number };
  readonly healthy: boolean;
  /** When the candidate of its detector will be believed, so that it is waited for once. */
  readonly settlesAt: number;
};

/** A violation candidate that stands. */
export type Raised = {
  /** `{space or place}/{kind}@{since}` */
  readonly id: string;
  readonly kind: ViolationKind;
  readonly stay: string | null;
  readonly since: number;
  readonly at: number;
  readonly cannotKnow: readonly UnknownOfViolation[];
};

type Identity = Pick<SpaceMemory, 'key' | 'number' | 'site' | 'lot' | 'lotKey' | 'config' | 'settings'>;

export function newSpace(identity: Identity, now: number): SpaceMemory {
  return {
    ...identity,
    view: 'unknown',
    fault: null,
    wasHeard: false,
    simulated: false,
    seenMono: Number.NEGATIVE_INFINITY,
    track: emptyTrack,
    following: nobody,
    stays: [],
    roof: noRoof,
    permit: null,
    battery: null,
    override: null,
    seenEmpty: null,
    openness: { isOpen: !identity.config.isResident, isEntitled: true, until: 0 },
    outsideSince: null,
    raised: [],
    said: { state: 'unknown', reason: { code: 'not-yet-heard' }, since: now },
    healthy: false,
    settlesAt: Number.POSITIVE_INFINITY,
  };
}

export type Word = {
  readonly at: number;
  readonly mono: number;
  readonly level: Level | null;
  readonly fault: FaultCode | null;
};

/** Words of one message, in order; the track and the stays follow. `changed` are stays that are new or other than before. */
export type Taken = {
  readonly space: SpaceMemory;
  readonly changed: readonly Stay[];
  readonly withdrawn: readonly Stay[];
};

export function hearWords(space: SpaceMemory, words: readonly Word[], naming: Naming): Taken {
  let { track, following, seenMono, fault } = space;
  const { settings } = space;
  const ended: Visit[] = [];
  for (const { at, mono, level, fault: why } of words) {
    const next = heard({ track, following }, { at, level }, settings);
    track = next.track;
    following = next.following;
    ended.push(...next.ended);
    fault = why;
    if (level !== null) seenMono = Math.max(seenMono, mono);
  }
  const { stays, changed } = withVisits(space.stays, [...ended, following.visit], naming);
  const seenEmpty = stillSeenEmpty(space.seenEmpty, words);
  const roof = following.visit === null ? noRoof : space.roof;
  return {
    space: { ...space, track, following, stays, seenMono, fault, seenEmpty, roof, wasHeard: true },
    changed,
    withdrawn: [],
  };
}

/** Words that arrive late amend the stays, and change nothing of what is said now. */
export function hearLate(
  space: SpaceMemory,
  words: readonly Word[],
  { naming, now }: { naming: Naming; now: number },
): Taken {
  let { track } = space;
  const { settings } = space;
  for (const { at, level } of words) {
    const next = inserted(track, { at, level }, settings.freshForMs);
    if (next !== null && next !== 'too-late') track = next;
  }
  if (track === space.track) return { space, changed: [], withdrawn: [] };
  const { following, ended } = followed(track, settings, space.view === 'fresh' ? now : null);
  const visits = [...ended, following.visit].filter((visit) => visit !== null);
  const from = track.stretches[0]?.from ?? now;
  const isKnown = ({ to }: Stay) => to === null || to > from;
  const next = amended(space.stays.filter(isKnown), visits, { ...naming, now });
  return {
    space: { ...space, track, following, stays: next.stays },
    changed: next.changed,
    withdrawn: next.withdrawn,
  };
}

/** Time has passed, and what was said last still holds. */
export function settleSpace(space: SpaceMemory, now: number, naming: Naming): Taken {
  if (space.view !== 'fresh') return { space, changed: [], withdrawn: [] };
  const { following, ended } = followUntil(space.following, now, space.settings);
  if (following === space.following) return { space, changed: [], withdrawn: [] };
  const { stays, changed } = withVisits(space.stays, [...ended, following.visit], naming);
  const roof = following.visit === null ? noRoof : space.roof;
  return { space: { ...space, following, stays, roof }, changed, withdrawn: [] };
}

function withVisits(stays: readonly Stay[], visits: readonly (Visit | null)[], naming: Naming) {
  const changed: Stay[] = [];
  let now = stays;
  for (const visit of visits) {
    if (visit === null) continue;
    const old = now.findLast(({ from }) => from === visit.from);
    const next = old === undefined ? stayOf(naming, visit) : updated(old, visit);
    if (next === old) continue;
    now = old === undefined ? [...now, next] : now.map((stay) => (stay === old ? next : stay));
    changed.push(next);
  }
  return { stays: now, changed };
}

/** What the attendant saw holds until the sensor says something else than it did then. */
function stillSeenEmpty(seen: SeenEmpty | null, words: readonly Word[]): SeenEmpty | null {
  return seen !== null && words.some(({ level }) => level !== null && level !== seen.level) ? null : seen;
}

/** What the sensor says now, of which view and detector both have to vouch. */
export function sensedOf({ view, following, fault, wasHeard }: SpaceMemory): {
  sensed: Sensed;
  why: ParkingReason | null;
} {
  const { detector } = following;
  if (view === 'unknown') return { sensed: 'unknown', why: { code: wasHeard ? 'not-heard' : 'not-yet-heard' } };
  if (view === 'bad') return { sensed: 'unknown', why: { code: 'sensor-fault', fault: fault ?? 'not-polled' } };
  if (detector.sensed !== 'unknown') return { sensed: detector.sensed, why: null };
  return { sensed: 'unknown', why: detector === unheard ? { code: 'not-yet-heard' } : { code: 'settling' } };
}

/** Keeps the track and the stays short. */
export function forgetOld(space: SpaceMemory, now: number): SpaceMemory {
  const track = trimmed(space.track, now, space.settings);
  if (track === space.track) return space;
  const from = track.stretches[0]?.from ?? now;
  return { ...space, track, stays: space.stays.filter(({ to }) => to === null || to > from) };
}
