import type { VisitReason } from '../../contract/words/city.ts';
import type { GatewayRow } from '../store/views.ts';

/** Which boxes need a visit, and why. Pure. */

/** A gateway is connected when data of it was agreed within this; an open socket says nothing. */
export const agreedWithinMs = 60_000;

export const isConnected = ({ agreedAgo }: Pick<GatewayRow, 'agreedAgo'>) =>
  agreedAgo !== null && agreedAgo <= agreedWithinMs;

/** From when on somebody should look; a city may set its own. */
export const visitLimits = {
  ...{ certificateDays: 30, diskShare: 0.1, clockMs: 5000, backlogMs: 600_000, lifeMonths: 6 },
} as const;

const minuteMs = 60_000;
const dayMs = 86_400_000;

export type Box = GatewayRow & {
  readonly connected: boolean;
  readonly reasons: readonly VisitReason[];
  readonly urgency: number;
  /** Days that its soonest certificate lasts, by the city's clock: its own may be what is wrong. */
  readonly certificateDays: number | null;
};

/** The most urgent first. */
export function boxes(rows: readonly GatewayRow[], now: number): Box[] {
  const newest = newestOf(rows.flatMap(({ health }) => health?.version ?? []));
  return rows
    .map((row) => {
      const reasons = reasonsOf(row, newest, now);
      return {
        ...row,
        connected: isConnected(row),
        certificateDays: certificateDays(row, now),
        reasons,
        urgency: reasons.reduce((sum, { code }) => sum + weights[code], 0),
      };
    })
    .sort((a, b) => b.urgency - a.urgency || (a.id < b.id ? -1 : 1));
}

function certificateDays({ health }: GatewayRow, now: number): number | null {
  const ends = health?.certificateEnds ?? null;
  return ends === null ? null : Math.floor((ends - now) / dayMs);
}

/** The highest of versions such as 1.10.2. */
function newestOf(versions: readonly string[]): string | null {
  return versions.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1) ?? null;
}

function reasonsOf(row: GatewayRow, newest: string | null, now: number): VisitReason[] {
  const { agreedAgo, health, skew, refused, conflicts } = row;
  const found: (VisitReason | false)[] = [
    agreedAgo === null && { code: 'never-agreed' },
    agreedAgo !== null && !isConnected(row) && { code: 'not-agreed', minutes: Math.floor(agreedAgo / minuteMs) },
    refused > 0 && { code: 'refused', times: refused },
    conflicts > 0 && { code: 'conflicts', messages: conflicts },
    skew !== null && Math.abs(skew) > visitLimits.clockMs && { code: 'clock-off', seconds: Math.round(skew / 1000) },
  ];
  if (health !== null) {
    const { disk, backlog, thinned, missing, failing, devices } = health;
    const days = certificateDays(row, now);
    const share = disk === null || disk.size === 0 ? null : disk.free / disk.size;
    const { version, drill, lifeYears = null } = health;
    const months = lifeYears === null ? null : Math.floor(lifeYears * 12);
    const waited = backlog.oldest === null ? 0 : health.at - backlog.oldest;
    found.push(
      days !== null && days < visitLimits.certificateDays && { code: 'certificate-ends', days },
      share !== null && share < visitLimits.diskShare && { code: 'disk-low', percent: Math.round(share * 100) },
      waited > visitLimits.backlogMs && { code: 'backlog', minutes: Math.floor(waited / minuteMs) },
      thinned > 0 && { code: 'given-up', messages: thinned },
      months !== null && months < visitLimits.lifeMonths && { code: 'card-wearing', months },
      drill === 'failed' && { code: 'drill-failed' },
      drill === 'overdue' && { code: 'drill-overdue' },
      newest !== null && version !== newest && { code: 'old-version', version, newest },
      missing > 0 && { code: 'missing', messages: missing },
      failing.length > 0 && { code: 'service-failing', services: failing.join(', ') },
      (devices.offline ?? 0) > 0 && { code: 'devices-offline', devices: devices.offline ?? 0 },
    );
  }
  return found.filter((reason) => reason !== false);
}

const weights: Record<VisitReason['code'], number> = {
  'never-agreed': 500,
  'not-agreed': 1000,
  'service-failing': 400,
  'certificate-ends': 200,
  'disk-low': 200,
  'card-wearing': 150,
  'drill-failed': 120,
  'drill-overdue': 60,
  'old-version': 10,
  refused: 150,
  conflicts: 100,
  'clock-off': 100,
  'given-up': 80,
  backlog: 60,
  'devices-offline': 40,
  missing: 20,
};
