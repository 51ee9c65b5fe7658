import type { StateChange } from '../state/changes.ts';
import type { Draft } from './draft.ts';
import { standsByItself } from './judge-troubles.ts';

/**
 * An output that cannot be switched, or that somebody else holds, is a standing trouble. What is not told any more, since its
 * agent is lost, stands as it stood.
 */
export function judgeInterlocks(draft: Draft, changes: readonly StateChange[]): void {
  for (const change of changes) {
    if (change.kind !== 'interlock' || change.told === null) continue;
    const { site, agent, interlock, told, simulated } = change;
    const why = { code: 'interlock-fault', agent, interlock, cause: told.reason?.code ?? null } as const;
    standsByItself(draft, {
      ...{ site, key: `interlock:${agent}/${interlock}`, stands: told.mode === 'fault', why, simulated },
      ...{ lifeSafety: true, building: null, points: [] },
    });
  }
}
