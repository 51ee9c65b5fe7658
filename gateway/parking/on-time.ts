import type { Deadline } from '../commit/participant.ts';
import { ofWall, wallOf } from './axis.ts';
import { scheduleOf, timesOf } from './calendar/schedule.ts';
import { coverageOf } from './counts.ts';
import type { ViolationRow } from './decisions.ts';
import type { Draft } from './draft.ts';
import { frozenAt } from './frozen.ts';
import { balanced } from './lanes.ts';
import { fewBays, type LotMemory, nextBalance } from './lot-memory.ts';
import { opennessOf } from './openness.ts';
import { isOver } from './overrides.ts';
import { stuckSensors } from './sensor-health.ts';
import { forgetOld, type Raised, type SpaceMemory } from './space-memory.ts';
import type { LotKey, SpaceKey } from './space-state.ts';
import {
  blockedEntranceRule,
  outsideWindowRule,
  rulesOf,
  sameCarSince,
  suspicionRule,
  type ViolationRule,
} from './violations.ts';

/** What the passing of time does: spaces settle, and each lot is looked through a few times a minute. */
export function onTime(draft: Draft, due: readonly Deadline[]): void {
  for (const { key } of due) {
    const [kind, ...rest] = key.split('/');
    const name = rest.join('/');
    if (kind === 'settle') settleSoon(draft, name as SpaceKey);
    else if (kind === 'lot') lookThrough(draft, name as LotKey);
  }
}

/** Finishing settles every space that the draft holds. */
function settleSoon(draft: Draft, key: SpaceKey): void {
  if (draft.memory.spaces.has(key)) draft.put({ ...draft.space(key), settlesAt: Number.POSITIVE_INFINITY });
}

/** A look at everything in a lot that only time changes. */
export function lookThrough(draft: Draft, key: LotKey): void {
  if (!draft.memory.lots.has(key)) return;
  const wall = draft.at.wall;
  draft.due.add(key);
  for (const name of draft.lot(key).spaces) {
    const space = draft.space(name);
    const next = bySchedule(draft, space, wall);
    // Nearly always nothing has changed, and nothing is to be said of it.
    if (next !== space) draft.put(next);
  }
  const lot = draft.lot(key);
  const spaces = lot.spaces.map((name) => draft.space(name));
  const heard = spaces.filter(({ view }) => view === 'fresh').map(({ config }) => config);
  const health = stuckSensors(lot.health, heard, draft.now, lot.config.detection);
  const isFrozen =
    spaces.length >= fewBays && heard.length > 0 && draft.now >= frozenAt(lot.movement, lot.config.detection.frozen);
  draft.putLot({
    ...lot,
    health,
    isOpen: isOpenAt(lot, wall),
    frozenSince: isFrozen ? (lot.frozenSince ?? draft.now) : null,
  });
  balance(draft, key, wall);
  lookForViolations(draft, key);
  draft.wakes.push({ key: `lot/${key}`, afterMs: nextLookMs(draft.lot(key), spaces, wall) });
}

/** What the clock on the wall says of a space: its windows, and the end of an override. The space itself where that is nothing new. */
function bySchedule(draft: Draft, space: SpaceMemory, wall: number): SpaceMemory {
  const { config, calendar } = draft.lotOf(space);
  const settled = forgetOld(space, draft.now);
  const override = space.override !== null && isOver(space.override, wall) ? null : space.override;
  // What an owner sets comes into force with the next look.
  const isSame = settled === space && override === space.override;
  if (wall < space.openness.until && !space.config.isResident) return isSame ? space : { ...settled, override };
  const owners = draft.plan.ownersOf(space);
  const openness = opennessOf(space.config, { lot: config, calendar, owners, now: wall });
  const outsideSince = openness.isEntitled ? null : (space.outsideSince ?? draft.now);
  if (isSame && outsideSince === space.outsideSince && sameOpenness(openness, space.openness)) return space;
  return { ...settled, override, openness, outsideSince };
}

function sameOpenness(a: SpaceMemory['openness'], b: SpaceMemory['openness']): boolean {
  return a.isOpen === b.isOpen && a.isEntitled === b.isEntitled && a.until === b.until;
}

function isOpenAt({ config, calendar }: LotMemory, wall: number): boolean {
  return timesOf(scheduleOf(config.hours), { calendar, span: { from: wall, to: wall + 1 } }).set.length > 0;
}

/** Half the time to live of the figures, or sooner where a window opens or closes. */
function nextLookMs({ config, balanceWall }: LotMemory, spaces: readonly SpaceMemory[], wall: number): number {
  const ends = spaces.flatMap(({ openness, override }) => [
    openness.until,
    override?.until ?? Number.POSITIVE_INFINITY,
  ]);
  const next = Math.min(wall + (config.ttl * 1000) / 2, balanceWall, ...ends);
  return Math.max(250, next - wall);
}

/** Once a day the lanes are set to what the spaces say, and old rows go. The first balance is struck as soon as all is known. */
function balance(draft: Draft, key: LotKey, wall: number): void {
  const lot = draft.lot(key);
  const isDue = wall >= lot.balanceWall;
  if (isDue) draft.rows.purges.push(key);
  const { counts } = lot.shown;
  const isFirst = lot.balance.base === null && counts.unknown === 0 && counts.capacity > 0;
  if (isDue) draft.putLot({ ...lot, balanceWall: nextBalance(lot.config, lot.calendar, wall) });
  if (lot.config.lanes.length === 0 || !(isFirst || (isDue && coverageOf(counts) > 0))) return;
  const { balance: next, correction } = balanced(lot.balance, counts, wall);
  draft.putLot({ ...draft.lot(key), balance: next });
  draft.rows.balances.push({ lot: key, balance: next });
  draft.rows.corrections.push({ lot: key, correction });
}

function lookForViolations(draft: Draft, key: LotKey): void {
  const { config } = draft.lot(key);
  for (const name of draft.lot(key).spaces) {
    const space = draft.space(name);
    const stay = space.stays.findLast(({ to }) => to === null);
    if (stay === undefined || space.view !== 'fresh' || !space.healthy || space.override?.state === 'closed') continue;
    const since = sameCarSince(stay);
    const seen = { space, since, stay: stay.id };
    for (const rule of rulesOf(space.config, config))
      if (!(rule.kind === 'accessible-bay' && space.permit === true)) raise(draft, rule, seen);
    if (space.outsideSince !== null)
      raise(draft, outsideWindowRule(config), { ...seen, since: Math.max(since, space.outsideSince) });
    const suspicion = draft.plan.suspicionOf(space);
    if (suspicion !== null) {
      const from = Math.max(since, ofWall(draft.axis, suspicion.since));
      raise(draft, suspicionRule(suspicion, config), { ...seen, since: from });
    }
  }
  blockedEntrances(draft, key);
}

function raise(
  draft: Draft,
  rule: ViolationRule,
  { space, since, stay }: { space: SpaceMemory; since: number; stay: string },
): void {
  const now = draft.space(space.key);
  if (draft.now - since < rule.after) return;
  if (now.raised.some(({ kind, stay: of }) => kind === rule.kind && of === stay)) return;
  const raised = raisedBy(draft, rule, { name: space.key, since, stay });
  draft.put({ ...now, raised: [...now.raised, raised] });
  draft.writeViolation({ lot: draft.lotOf(space).key, space: space.config.id, place: null, raised, endedAt: null });
}

function blockedEntrances(draft: Draft, key: LotKey): void {
  const rule = blockedEntranceRule(draft.lot(key).config);
  for (const [place, since] of draft.lot(key).blocked) {
    const lot = draft.lot(key);
    const id = (at: number) => `${key}/${place}/${rule.kind}@${wallOf(draft.axis, at)}`;
    const stands = lot.raised.find((raised) => raised.id.startsWith(`${key}/${place}/`));
    if (stands !== undefined && since !== stands.since) {
      draft.putLot({ ...lot, raised: lot.raised.filter((other) => other !== stands) });
      draft.writeViolation({ ...atPlace(key, place), raised: stands, endedAt: draft.now });
    } else if (stands === undefined && since !== null && draft.now - since >= rule.after) {
      const raised = { ...raisedBy(draft, rule, { name: `${key}/${place}`, since, stay: null }), id: id(since) };
      draft.putLot({ ...lot, raised: [...lot.raised, raised] });
      draft.writeViolation({ ...atPlace(key, place), raised, endedAt: null });
    }
  }
}

function atPlace(lot: LotKey, place: string): Pick<ViolationRow, 'lot' | 'space' | 'place'> {
  return { lot, space: null, place };
}

function raisedBy(
  draft: Draft,
  { kind, cannotKnow }: ViolationRule,
  { name, since, stay }: { name: string; since: number; stay: string | null },
): Raised {
  return { id: `${name}/${kind}@${wallOf(draft.axis, since)}`, kind, stay, since, at: draft.now, cannotKnow };
}
