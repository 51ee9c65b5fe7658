import type { ForecastSignal } from '../commit/participant.ts';
import type { Analysis } from './analysis/analysis.ts';
import type { FollowedPoint } from './followed.ts';

type Judged = Pick<Analysis, 'state' | 'judged' | 'why' | 'whyNot' | 'maySeasonal' | 'window'>;

/** What alerts are told of a point. */
export function signalOf(
  { site, building, point }: Pick<FollowedPoint, 'site' | 'building' | 'point'>,
  { simulated, analysis }: { simulated: boolean; analysis: Judged },
): ForecastSignal {
  const { state, why } = analysis;
  const moves = state === 'trend' || state === 'accelerating' || state === 'imminent';
  return {
    kind: 'forecast',
    ...{ site, building, point },
    word: moves ? state : null,
    maySeasonal: analysis.maySeasonal && analysis.window === null,
    // A record that tells nothing leaves what stands as it stood.
    isKnown: analysis.judged,
    suspect: suspicionOf(analysis),
    ...{ why, simulated },
  };
}

function suspicionOf({ why, whyNot }: Judged): { neighbours: number } | null {
  for (const reason of [why, ...whyNot]) if (reason.code === 'suspect-sensor') return { neighbours: reason.of };
  return null;
}
