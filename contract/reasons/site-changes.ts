import type { AgentId, BuildingId, LotId, PointRef, SpaceId } from '../ids.ts';

/**
 * What one site file changes of another. `bus`: `agent/bus`; `device`: `agent/bus/device`; `keys`: names of the keys that differ;
 * shares 0–1, null where there is no wire of ours; times ms.
 */
export type SiteChange =
  | { readonly code: 'other-site'; readonly before: string; readonly after: string }
  | { readonly code: 'agent-gone' | 'agent-new'; readonly agent: AgentId }
  | { readonly code: 'agent-changed'; readonly agent: AgentId; readonly keys: readonly string[] }
  | { readonly code: 'bus-gone' | 'bus-new'; readonly bus: string }
  | { readonly code: 'bus-changed'; readonly bus: string; readonly keys: readonly string[] }
  | { readonly code: 'bus-load'; readonly bus: string; readonly before: number | null; readonly after: number | null }
  | { readonly code: 'device-gone' | 'device-new'; readonly device: string }
  | { readonly code: 'device-moved'; readonly before: string; readonly after: string }
  | { readonly code: 'device-changed'; readonly device: string; readonly keys: readonly string[] }
  | { readonly code: 'points-gone' | 'points-new'; readonly points: readonly PointRef[]; readonly lifeSafety: boolean }
  | {
      readonly code: 'points-slower';
      readonly points: readonly PointRef[];
      readonly before: number;
      readonly after: number;
    }
  | { readonly code: 'points-changed'; readonly points: readonly PointRef[]; readonly keys: readonly string[] }
  | ({ readonly code: 'rule-gone' | 'rule-new' } & RuleSubjects)
  | ({ readonly code: 'rule-changed'; readonly keys: readonly string[] } & RuleSubjects)
  | { readonly code: 'rule-watches-less'; readonly rule: string; readonly points: readonly PointRef[] }
  | { readonly code: 'interlock-gone' | 'interlock-new'; readonly interlock: string }
  | { readonly code: 'interlock-changed'; readonly interlock: string; readonly keys: readonly string[] }
  | { readonly code: 'building-gone' | 'building-new'; readonly building: BuildingId }
  | { readonly code: 'building-changed'; readonly building: BuildingId; readonly keys: readonly string[] }
  | { readonly code: 'lot-gone' | 'lot-new'; readonly lot: LotId }
  | { readonly code: 'lot-changed'; readonly lot: LotId; readonly keys: readonly string[] }
  | { readonly code: 'spaces-gone' | 'spaces-new'; readonly lot: LotId; readonly spaces: readonly SpaceId[] }
  | { readonly code: 'space-changed'; readonly lot: LotId; readonly space: SpaceId; readonly keys: readonly string[] }
  | { readonly code: 'backup-off' }
  | { readonly code: 'site-changed'; readonly keys: readonly string[] };

/** A rule by the name of its entry in the file, and those of its subjects that it is about; none where it is about its building. */
type RuleSubjects = { readonly rule: string; readonly about: readonly string[]; readonly lifeSafety: boolean };
