import type { ForecastSignal } from '../commit/participant.ts';
import type { Analysis } from './analysis/analysis.ts';
import type { FollowedPoint } from './followed.ts';

type Judged = Pick<Analysis, 'state' | 'judged' | 'since' | 'why' | 'whyNot'>;

/** What alerts are told of a point. */
export function signalOf(
  { site, building, point }: Pick<FollowedPoint, 'site' | 'building' | 'point'>,
  { at, simulated, analysis }: { at: number; simulated: boolean; analysis: Judged },
): ForecastSignal {
  const { state, since, why } = analysis;
  const moves = state === 'trend' || state === 'accelerating' || state === 'imminent';
  return {
    kind: 'forecast',
    ...{ site, building, point },
    word: moves ? state : null,
    // A record that tells nothing leaves what stands as it stood.
    isKnown: analysis.judged,
    suspect: suspicionOf(analysis),
    ...{ why, since: since ?? at, simulated },
  };
}

function suspicionOf({ why, whyNot }: Judged): { neighbours: number } | null {
  for (const reason of [why, ...whyNot]) if (reason.code === 'suspect-sensor') return { neighbours: reason.of };
  return null;
}
