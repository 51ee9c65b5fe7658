import type { Closure, SpaceSignal } from '../commit/participant.ts';
import { wallOf } from './axis.ts';
import { addsUp, type Change, type Counted, countsOf, recounted } from './counts.ts';
import type { ParkingDecisions } from './decisions.ts';
import type { Draft } from './draft.ts';
import { moved } from './frozen.ts';
import { countedAs, type LotMemory, sameShown, shownOf } from './lot-memory.ts';
import { believedAt } from './occupancy/detector.ts';
import { begun, changed, type Doubt } from './sensor-health.ts';
import { type SpaceMemory, sensedOf, settleSpace } from './space-memory.ts';
import { closureOf, type LotKey, type SpaceKey, spaceKey } from './space-state.ts';
import { isHealthy, saidOf } from './view.ts';

/** What follows from a draft: who is doubted, what is said of each space and lot, what others are told. */
export function finish(draft: Draft): { decisions: ParkingDecisions; signals: readonly SpaceSignal[] } {
  const keys = [...draft.spaces.keys()];
  for (const key of keys) settle(draft, key);
  for (const key of keys) judge(draft, key);
  for (const lot of [...draft.lots.values()]) spreadDoubts(draft, lot);
  const all = [...draft.spaces.keys()];
  const toldSpaces = all.filter((key) => say(draft, key));
  const signals = all.flatMap((key) => signalOf(draft, draft.space(key)));
  for (const key of all) waitFor(draft, key);
  const toldLots = countLots(draft);
  const { axis, spaces, lots, again, rows, wakes } = draft;
  return { decisions: { axis, spaces, lots, again, rows, wakes, toldSpaces, toldLots }, signals };
}

function settle(draft: Draft, key: SpaceKey): void {
  const space = draft.space(key);
  if (space.following.detector.candidate !== null) {
    const taken = settleSpace(space, draft.now, draft.namingOf(space));
    if (taken.space !== space) draft.apply(taken);
  }
  endCandidates(draft, draft.space(key));
}

/** The occupation that a violation candidate is of has ended. */
function endCandidates(draft: Draft, space: SpaceMemory): void {
  if (space.raised.length === 0) return;
  const open = space.stays.findLast(({ to }) => to === null);
  const over = space.raised.filter(({ stay }) => stay !== open?.id);
  if (over.length === 0) return;
  draft.put({ ...space, raised: space.raised.filter(({ stay }) => stay === open?.id) });
  for (const raised of over) {
    const endedAt = space.stays.findLast(({ id }) => id === raised.stay)?.to ?? draft.now;
    draft.writeViolation({ lot: draft.lotOf(space).key, space: space.config.id, place: null, raised, endedAt });
  }
}

/** A change that became certain tells something of the sensor, and of those beside it. */
function judge(draft: Draft, key: SpaceKey): void {
  const { config: bay, following, view } = draft.space(key);
  const { sensed: level, since } = following.detector;
  if (level === 'unknown' || view !== 'fresh') return;
  const lot = draft.lotOf(draft.space(key));
  const known = lot.health.sensors.get(bay.id)?.level ?? null;
  if (known === level) return;
  const { detection } = lot.config;
  if (known === null) draft.putLot({ ...lot, health: begun(lot.health, bay.id, level, since) });
  else
    draft.putLot({
      ...lot,
      health: changed(lot.health, { bay, level, at: since }, detection),
      movement: moved(lot.movement, since, detection.frozen),
    });
}

function doubtOf(lot: LotMemory, { config }: SpaceMemory): Doubt | null {
  if (lot.frozenSince !== null) {
    const minutes = Math.floor((lot.frozenSince - lot.movement.changedAt) / 60_000);
    return { since: lot.frozenSince, reason: { code: 'feed-frozen', minutes } };
  }
  return lot.health.sensors.get(config.id)?.doubt ?? null;
}

/** A space whose doubt, opening or emergency changed with its lot is looked at again. */
function spreadDoubts(draft: Draft, lot: LotMemory): void {
  const before = draft.memory.lots.get(lot.key);
  if (before === undefined) return;
  if (sameForAll(before, lot)) {
    // One sensor changes at a time, and few of them are doubted by it: the others are not looked at.
    for (const [id, sensor] of lot.health === before.health ? [] : lot.health.sensors) {
      const was = before.health.sensors.get(id)?.doubt ?? null;
      if (was === sensor.doubt) continue;
      lookAgain(draft, spaceKey({ site: lot.site, lot: lot.config.id, space: id }), { before, lot });
    }
    return;
  }
  for (const key of lot.spaces) lookAgain(draft, key, { before, lot });
}

/** Nothing of the lot changed that bears on all of its spaces. */
function sameForAll(a: LotMemory, b: LotMemory): boolean {
  return a.isOpen === b.isOpen && a.emergencies === b.emergencies && a.frozenSince === b.frozenSince;
}

function lookAgain(draft: Draft, key: SpaceKey, { before, lot }: { before: LotMemory; lot: LotMemory }): void {
  const space = draft.space(key);
  const [was, is] = [doubtOf(before, space), doubtOf(lot, space)];
  draft.put(was === is ? space : doubted(draft, space, { was, is }));
}

function doubted(draft: Draft, space: SpaceMemory, { was, is }: { was: Doubt | null; is: Doubt | null }): SpaceMemory {
  if (was?.reason.code === is?.reason.code && was?.since === is?.since) return space;
  const { number } = space;
  if (was !== null) draft.rows.doubts.push({ space: number, from: was.since, to: draft.now, reason: was.reason });
  if (is === null) return space;
  draft.rows.doubts.push({ space: number, from: is.since, to: null, reason: is.reason });
  const stays = space.stays.map((stay) => {
    if (stay.to !== null || stay.marks.some(({ kind }) => kind === 'sensor-doubted')) return stay;
    const marked = { ...stay, marks: [...stay.marks, { kind: 'sensor-doubted' as const, at: is.since }] };
    draft.writeStay(space, marked);
    return marked;
  });
  return { ...space, stays };
}

/** What is said of the space now; true where that is something else than before. */
function say(draft: Draft, key: SpaceKey): boolean {
  const space = draft.space(key);
  const lot = draft.lotOf(space);
  const { sensed, why } = sensedOf(space);
  const doubt = doubtOf(lot, space);
  const [emergency = null] = lot.emergencies.values();
  const isOpen = lot.isOpen && space.openness.isOpen;
  const { override, seenEmpty, following } = space;
  const { isResident } = space.config;
  const { state, reason } = saidOf({ sensed, why, doubt, override, seenEmpty, isOpen, isResident, emergency });
  const healthy = isHealthy({ sensed, doubt, seenEmpty });
  const before = draft.memory.spaces.get(key);
  const bySensor = reason === null ? following.detector.since : draft.now;
  const since = state === space.said.state && reason !== null ? space.said.since : bySensor;
  const said = { state, reason, since };
  if (space.healthy !== healthy || !sameSaid(space.said, said)) draft.put({ ...space, healthy, said });
  if (before === undefined) return true;
  return (
    !sameSaid(before.said, said) || before.openness.isOpen !== space.openness.isOpen || before.override !== override
  );
}

function sameSaid(a: SpaceMemory['said'], b: SpaceMemory['said']): boolean {
  return a.state === b.state && a.since === b.since && sameReason(a.reason, b.reason);
}

function sameReason(a: SpaceMemory['said']['reason'], b: SpaceMemory['said']['reason']): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function signalOf(draft: Draft, space: SpaceMemory): SpaceSignal[] {
  const before = draft.memory.spaces.get(space.key);
  const { sensed } = sensedOf(space);
  const closed = closureSaid(space);
  if (before !== undefined && sensedOf(before).sensed === sensed && before.healthy === space.healthy) {
    const was = closureSaid(before);
    if (was?.by === closed?.by && was?.until === closed?.until) return [];
  }
  const { site, lot, healthy, following, config } = space;
  const since = wallOf(draft.axis, sensed === 'unknown' ? draft.now : following.detector.since);
  return [{ kind: 'space', site, lot, space: config.id, sensed, since, healthy, closed }];
}

function closureSaid({ said, override }: SpaceMemory): Closure | null {
  return closureOf({ ...said, until: override?.until ?? null });
}

/** Asks to be called when a level that is not believed yet will have held long enough. */
function waitFor(draft: Draft, key: SpaceKey): void {
  const space = draft.space(key);
  const isWaiting = space.view === 'fresh' && space.following.detector.candidate !== null;
  const at = isWaiting ? believedAt(space.following.detector, space.settings) : Number.POSITIVE_INFINITY;
  if (at === space.settlesAt) return;
  draft.put({ ...space, settlesAt: at });
  // The two clocks' sum is rounded, and a wait that is a hair short would be waited twice.
  if (Number.isFinite(at)) draft.wakes.push({ key: `settle/${key}`, afterMs: Math.max(0, at - draft.now) + 0.5 });
}

/** The figures of every lot that has something new; they have to add up. */
function countLots(draft: Draft): LotKey[] {
  const told: LotKey[] = [];
  for (const [key, changes] of lotsToCount(draft)) {
    const lot = draft.lot(key);
    // All are counted with each look at the lot, and between two looks what has changed.
    const counts = draft.due.has(key) ? countsOf(countedOf(draft, lot)) : recounted(lot.shown.counts, changes);
    if (!addsUp(counts)) throw new Error(`the figures of ${key} do not add up: ${JSON.stringify(counts)}`);
    const shown = shownOf(lot, counts);
    const isSame = sameShown(lot.shown, shown);
    if (!isSame) draft.putLot({ ...lot, shown });
    if (!isSame || draft.due.has(key)) told.push(key);
  }
  return told;
}

function countedOf(draft: Draft, lot: LotMemory): Counted[] {
  return lot.spaces.map((name) => countedAs(draft.space(name)));
}

/** Lots of which a space's state has changed, with the changes, or what bears on all of them; most readings say what was said before. */
function lotsToCount(draft: Draft): ReadonlyMap<LotKey, readonly Change[]> {
  const lots = new Map<LotKey, Change[]>([...draft.due].map((key) => [key, []]));
  for (const [key, lot] of draft.lots) {
    const before = draft.memory.lots.get(key);
    if (before?.isOpen !== lot.isOpen || before.emergencies !== lot.emergencies) lots.set(key, []);
  }
  for (const [key, space] of draft.spaces) {
    const before = draft.memory.spaces.get(key);
    if (before === undefined || before.said.state === space.said.state) continue;
    const changes = lots.get(space.lotKey) ?? [];
    changes.push({ was: countedAs(before), is: countedAs(space) });
    lots.set(space.lotKey, changes);
  }
  return lots;
}
