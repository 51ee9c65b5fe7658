import { type Notice, pushProbe, type Urgency } from './notice.ts';
import { probeLastsMs } from './push-probe.ts';

type Pace = { readonly firstMs: number; readonly longestMs: number; readonly giveUpMs: number };

/** How often a try follows a try, and when there is no sense in it any more. What is over ends before that. */
const paces: Readonly<Record<Urgency, Pace>> = {
  'life-safety': { firstMs: 1000, longestMs: 30_000, giveUpMs: 6 * 3_600_000 },
  prompt: { firstMs: 5000, longestMs: 120_000, giveUpMs: 6 * 3_600_000 },
  routine: { firstMs: 10_000, longestMs: 600_000, giveUpMs: 24 * 3_600_000 },
};
const probes: Pace = { ...paces.routine, giveUpMs: probeLastsMs };

type Paced = Pick<Notice, 'urgency' | 'reason'>;

function paceOf({ urgency, reason }: Paced): Pace {
  return reason === pushProbe ? probes : paces[urgency];
}

/** Epoch ms after which a notice is not tried any more. */
export function givenUpAt(notice: Paced & Pick<Notice, 'created'>): number {
  return notice.created + paceOf(notice).giveUpMs;
}

/**
 * Ms until the next try, doubling and jittered by half to one and a half so that targets that failed together do not come
 * back together; null when it is given up. `ageMs`: since the notice was decided.
 */
export function nextTryMs(
  { attempts, ageMs, notice }: { attempts: number; ageMs: number; notice: Paced },
  random: () => number,
  retryAfterMs = 0,
): number | null {
  const { firstMs, longestMs, giveUpMs } = paceOf(notice);
  const wait = Math.min(longestMs, firstMs * 2 ** Math.min(20, attempts - 1)) * (0.5 + random());
  const nextMs = Math.max(wait, Math.min(retryAfterMs, longestMs * 4));
  return ageMs + nextMs > giveUpMs ? null : nextMs;
}
