import type { Facts } from '../commit/participant.ts';
import type { PointRows, Row, StateChange } from '../state/changes.ts';
import { timeOfRow } from './axis.ts';
import type { Draft } from './draft.ts';
import { counted, passed } from './lanes.ts';
import { broken } from './occupancy/track.ts';
import type { PointRole } from './roles.ts';
import { measured } from './roof.ts';
import { hearLate, hearWords, type SpaceMemory, type Word } from './space-memory.ts';
import type { SpaceKey } from './space-state.ts';

/** Readings and what may be said of points, into the memory of spaces and lots. */
export function onRows(draft: Draft, facts: Pick<Facts<unknown>, 'rows' | 'changes'>): void {
  for (const rows of facts.rows) for (const role of draft.rolesOf(rows)) applyRows(draft, role, rows);
  for (const change of facts.changes)
    if (change.kind === 'point') for (const role of draft.rolesOf(change)) applyView(draft, role, change);
}

function applyRows(draft: Draft, role: PointRole, rows: PointRows): void {
  if (role.kind === 'occupancy') hear(draft, role, rows);
  if (role.kind === 'occupancy' || rows.late) return;
  if (role.kind === 'distance') measure(draft, role.space, rows.rows);
  else if (role.kind === 'permit' || role.kind === 'battery') note(draft, role, rows.rows);
  else if (role.kind === 'counter') count(draft, role, rows.rows);
  else stand(draft, role, rows.rows);
}

function hear(draft: Draft, { space, number }: Extract<PointRole, { kind: 'occupancy' }>, said: PointRows): void {
  // What is expected of a space is known as of the last commit.
  const isChanged = draft.spaces.size > 0 && draft.spaces.has(space);
  const again = isChanged ? null : draft.memory.again.monoOf(number, draft.again.get(number), said);
  if (again === null) hearMore(draft, space, said);
  else draft.again.set(number, again);
}

function hearMore(draft: Draft, key: SpaceKey, { rows, late, simulated, freshForMs }: PointRows): void {
  const before = draft.heardSpace(key);
  const settings = before.settings.freshForMs === freshForMs ? before.settings : { ...before.settings, freshForMs };
  const space = { ...before, settings, simulated: late ? before.simulated : simulated };
  const words = rows.flatMap((row) => wordOf(draft, row));
  const naming = draft.namingOf(space);
  const taken = late ? hearLate(space, words, { naming, now: draft.now }) : hearWords(space, words, naming);
  draft.apply(taken);
  if (taken.space.track !== before.track) draft.writeWords(taken.space, before.track);
  if (before.seenEmpty !== null && taken.space.seenEmpty === null)
    draft.rows.seenEmpty.push({ ...before.seenEmpty, space: before.number, ended: true });
}

/** A reading without a time has no place among the others. */
function wordOf(draft: Draft, row: Row): Word[] {
  const at = timeOfRow(draft.axis, row);
  if (at === null) return [];
  const mono = Number.isFinite(row.mono) ? row.mono : draft.at.mono;
  const isGood = typeof row.value === 'boolean' && row.fault === null;
  const level = isGood ? (row.value ? 'occupied' : 'free') : null;
  return [{ at, mono, level, fault: isGood ? null : row.fault }];
}

function measure(draft: Draft, key: SpaceKey, rows: readonly Row[]): void {
  for (const row of rows) {
    const space = draft.space(key);
    const { visit, detector } = space.following;
    const at = timeOfRow(draft.axis, row);
    if (typeof row.value !== 'number' || row.fault !== null || at === null) continue;
    // While it may be leaving, or before it stands, the distance is that of no parked car.
    if (visit === null || detector.sensed !== 'occupied' || detector.candidate !== null) continue;
    const { jump } = draft.lotOf(space).config.detection;
    const { roof, changedAt } = measured(space.roof, { mm: row.value, at }, jump);
    if (roof === space.roof) continue;
    draft.put(changedAt === null ? { ...space, roof } : roofChanged(draft, { ...space, roof }, changedAt));
  }
}

function roofChanged(draft: Draft, space: SpaceMemory, at: number): SpaceMemory {
  const stays = space.stays.map((stay) => {
    if (stay.to !== null) return stay;
    const marked = { ...stay, marks: [...stay.marks, { kind: 'roof-changed' as const, at }] };
    draft.writeStay(space, marked);
    return marked;
  });
  return { ...space, stays };
}

function note(draft: Draft, role: Extract<PointRole, { kind: 'permit' | 'battery' }>, rows: readonly Row[]): void {
  const last = rows.at(-1);
  if (last === undefined) return;
  const space = draft.space(role.space);
  const value = last.fault === null ? last.value : null;
  if (role.kind === 'permit') draft.put({ ...space, permit: typeof value === 'boolean' ? value : null });
  else draft.put({ ...space, battery: typeof value === 'number' ? value : null });
}

function count(draft: Draft, { lot, lane }: Extract<PointRole, { kind: 'counter' }>, rows: readonly Row[]): void {
  for (const { value, fault } of rows) {
    if (typeof value !== 'number' || fault !== null) continue;
    const before = draft.lot(lot);
    const balance = counted(before.balance, lane, value);
    if (balance === before.balance) continue;
    draft.putLot({ ...before, balance });
    draft.rows.balances.push({ lot, balance });
  }
}

/** Something stands on a lane or before an entrance. */
function stand(draft: Draft, role: Extract<PointRole, { kind: 'detect' | 'entrance' }>, rows: readonly Row[]): void {
  const place = placeOf(role);
  for (const row of rows) {
    const before = draft.lot(role.lot);
    const at = timeOfRow(draft.axis, row) ?? draft.now;
    const since = before.blocked.get(place) ?? null;
    const isThere = row.value === true && row.fault === null;
    if (isThere === (since !== null)) continue;
    const blocked = new Map(before.blocked).set(place, isThere ? at : null);
    const isCounted = role.kind === 'detect' && role.counts && isThere;
    const balance = isCounted ? passed(before.balance, role.lane) : before.balance;
    draft.putLot({ ...before, blocked, balance });
    if (isCounted) draft.rows.balances.push({ lot: role.lot, balance });
  }
}

export function placeOf(role: Extract<PointRole, { kind: 'detect' | 'entrance' }>): string {
  return role.kind === 'entrance' ? `entrance/${role.entrance}` : `lane/${role.lane}`;
}

function applyView(draft: Draft, role: PointRole, { view }: Extract<StateChange, { kind: 'point' }>): void {
  if (role.kind === 'occupancy') see(draft, role.space, view);
  if (role.kind === 'occupancy' || view === 'fresh') return;
  if (role.kind === 'permit') draft.put({ ...draft.space(role.space), permit: null });
  if (role.kind !== 'detect' && role.kind !== 'entrance') return;
  const lot = draft.lot(role.lot);
  draft.putLot({ ...lot, blocked: new Map(lot.blocked).set(placeOf(role), null) });
}

function see(draft: Draft, key: SpaceKey, view: SpaceMemory['view']): void {
  const space = draft.heardSpace(key);
  const track = view === 'unknown' ? broken(space.track) : space.track;
  draft.put({ ...space, view, track });
  const last = track.stretches.at(-1);
  // Until when it was heard is known here alone once it is silent.
  if (view === 'unknown' && last !== undefined) draft.writeStretch(space, last);
}
