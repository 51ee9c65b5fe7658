import type { LotId, SiteId, SpaceId } from '../../contract/ids.ts';
import type { AuditEntry, Said } from '../audit/entry.ts';
import type { Draft } from './draft.ts';
import { lookThrough } from './on-time.ts';
import { type OverrideRefusal, overrideProblem } from './overrides.ts';
import { trusted } from './sensor-health.ts';
import type { SpaceMemory } from './space-memory.ts';
import { type SpaceKey, spaceKey } from './space-state.ts';

/** What people, and the gateway at its start, do to parking. */
export type ParkingAction =
  /** Once after the start: every lot is looked through, and from then on by itself. */
  | { readonly kind: 'begin' }
  | (Place & {
      readonly kind: 'override';
      readonly state: 'closed' | 'free' | 'occupied';
      readonly note: string;
      readonly until: number;
    })
  | (Place & { readonly kind: 'end-override' })
  /** An attendant stands there and sees that no car does. */
  | (Place & { readonly kind: 'seen-empty'; readonly note: string });

export type Place = { readonly site: SiteId; readonly lot: LotId; readonly space: SpaceId };

export type ParkingAnswer =
  | { readonly ok: true; readonly space: SpaceKey | null }
  | { readonly ok: false; readonly code: 'no-such-space' | 'no-override' | OverrideRefusal };

export function onAction(draft: Draft, { by, action }: { by: Said; action: ParkingAction }): ParkingAnswer {
  if (action.kind === 'begin') {
    for (const key of draft.memory.lots.keys()) lookThrough(draft, key);
    return { ok: true, space: null };
  }
  const key = spaceKey(action);
  const space = draft.memory.spaces.get(key);
  if (space === undefined) return { ok: false, code: 'no-such-space' };
  if (action.kind === 'override') return override(draft, space, { by, action });
  return action.kind === 'end-override' ? endOverride(draft, space, by) : seenEmpty(draft, space, { by, action });
}

function override(
  draft: Draft,
  space: SpaceMemory,
  { by, action }: { by: Said; action: Extract<ParkingAction, { kind: 'override' }> },
): ParkingAnswer {
  const { state, note, until } = action;
  const problem = overrideProblem(until, draft.at.wall);
  if (problem !== null) return { ok: false, code: problem };
  const next = { state, note, from: draft.at.wall, until, by: by.by };
  if (space.override !== null) draft.writeOverride({ kind: 'end', space: space.number, endedAt: draft.at.wall });
  draft.writeOverride({ kind: 'begin', space: space.number, override: next });
  draft.put({ ...space, override: next });
  draft.audit.push(
    entry('space-override', space, { by, why: note, after: { state, until: new Date(until).toISOString() } }),
  );
  // Its end is watched for by the next look at the lot, which may come too late.
  draft.wakes.push({ key: `lot/${space.site}/${space.lot}`, afterMs: 0 });
  return { ok: true, space: space.key };
}

function endOverride(draft: Draft, space: SpaceMemory, by: Said): ParkingAnswer {
  if (space.override === null) return { ok: false, code: 'no-override' };
  draft.writeOverride({ kind: 'end', space: space.number, endedAt: draft.at.wall });
  draft.put({ ...space, override: null });
  draft.audit.push(entry('space-override-end', space, { by, why: by.why, before: { state: space.override.state } }));
  return { ok: true, space: space.key };
}

/** The stay that the sensor makes of it ends, and what the sensor did before no longer counts against it. */
function seenEmpty(
  draft: Draft,
  space: SpaceMemory,
  { by, action }: { by: Said; action: Extract<ParkingAction, { kind: 'seen-empty' }> },
): ParkingAnswer {
  const level = space.track.stretches.at(-1)?.level ?? null;
  const seen = { at: draft.now, by: by.by, level };
  const stays = space.stays.map((stay) => {
    if (stay.to !== null) return stay;
    const marked = { ...stay, marks: [...stay.marks, { kind: 'seen-empty' as const, at: draft.now }] };
    draft.writeStay(space, marked);
    return marked;
  });
  // A sensor that says "free" itself has nothing to be corrected.
  const isContrary = level !== 'free' || space.following.detector.sensed === 'occupied';
  draft.put({ ...space, stays, seenEmpty: isContrary ? seen : null });
  if (isContrary) draft.rows.seenEmpty.push({ ...seen, space: space.number, ended: false });
  const lot = draft.lotOf(space);
  draft.putLot({ ...lot, health: trusted(lot.health, space.config.id, draft.now) });
  draft.audit.push(entry('space-seen-empty', space, { by, why: action.note, before: { sensor: level ?? 'nothing' } }));
  return { ok: true, space: space.key };
}

function entry(
  action: Extract<AuditEntry['action'], `space-${string}`>,
  { key }: SpaceMemory,
  {
    by,
    why,
    before = null,
    after = null,
  }: { by: Said; why: string | null } & Partial<Pick<AuditEntry, 'before' | 'after'>>,
): AuditEntry {
  return { by: by.by, action, subject: `space:${key}`, before, after, why };
}
