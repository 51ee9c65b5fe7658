import { isConnected } from '../pages/boxes.ts';
import { type CityLot, summed } from '../pages/lots.ts';
import type { IndicatorRow, StateRow } from '../store/views.ts';

/** Key figures by district, of now and of the last day. What nobody knows is null. Pure. */

export type KpiInput = {
  readonly lots: readonly CityLot[];
  /** Open ones. */
  readonly alerts: readonly StateRow[];
  readonly devices: readonly StateRow[];
  /** Of the last 24 hours. */
  readonly hours: readonly IndicatorRow[];
};

type Own = KpiInput & { readonly district?: string };

export function kpi(input: KpiInput, at: number) {
  const { lots, alerts, devices, hours } = input;
  const districts = [...new Set([...lots, ...alerts, ...devices].map(({ district }) => district))].sort();
  const of = (district: string): Own => {
    const isOwn = (row: { readonly district: string }) => row.district === district;
    return {
      lots: lots.filter(isOwn),
      alerts: alerts.filter(isOwn),
      devices: devices.filter(isOwn),
      hours: hours.filter(isOwn),
    };
  };
  return {
    at: new Date(at).toISOString(),
    city: figuresOf(input),
    districts: districts.map((district) => ({ district, ...figuresOf(of(district)) })),
  };
}

function figuresOf({ lots, alerts, devices, hours }: Own) {
  const parking = summed(lots);
  const arrivals = hours.reduce((sum, hour) => sum + hour.arrivals, 0);
  const raised = hours.reduce((sum, hour) => sum + hour.alerts, 0);
  return {
    parking,
    /** Arrivals of the last day, and how often a space was taken; null where no lot's spaces are known. */
    turnover: { arrivals, perSpace: parking.capacity === 0 ? null : round(arrivals / parking.capacity) },
    alerts: {
      open: alerts.length,
      real: alerts.filter(({ body }) => body?.status === 'Actual').length,
      /** Of a site that is not agreed with: it may be over, or worse. */
      unverified: alerts.filter((row) => !isConnected(row)).length,
      raisedLastDay: raised,
    },
    devices: availability(devices),
  };
}

/** How many devices answer, of those of which something is known; null where that is none. */
export function availability(devices: readonly StateRow[]) {
  const states = devices.map((row) => (isConnected(row) ? row.body?.state : 'unknown'));
  const count = (state: string) => states.filter((each) => each === state).length;
  const [online, degraded, offline] = [count('online'), count('degraded'), count('offline')];
  const known = online + degraded + offline;
  return {
    ...{ devices: devices.length, online, degraded, offline, unknown: devices.length - known },
    available: known === 0 ? null : round((online + degraded) / known),
  };
}

const round = (share: number) => Math.round(share * 1000) / 1000;
