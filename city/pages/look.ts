import { availability } from '../feeds/kpi.ts';
import type { StateRow } from '../store/views.ts';
import type { CityLot } from './lots.ts';

/** How a site stands at one moment, as it is summed by hour. Pure. */
export type SiteLook = {
  readonly site: string;
  readonly lots: number;
  readonly lotsKnown: number;
  readonly free: number;
  readonly occupied: number;
  readonly devices: number;
  readonly devicesKnown: number;
  readonly devicesAvailable: number;
};

export function looksOf(lots: readonly CityLot[], devices: readonly StateRow[]): SiteLook[] {
  const sites = [...new Set([...lots, ...devices].map(({ site }) => site))].sort();
  return sites.map((site) => {
    const own = lots.filter((lot) => lot.site === site);
    const figures = own.flatMap((lot) => lot.figures ?? []);
    const sum = (key: 'free' | 'occupied') => figures.reduce((total, each) => total + each[key], 0);
    const of = availability(devices.filter((device) => device.site === site));
    return {
      ...{ site, lots: own.length, lotsKnown: figures.length, free: sum('free'), occupied: sum('occupied') },
      ...{ devices: of.devices, devicesKnown: of.devices - of.unknown, devicesAvailable: of.online + of.degraded },
    };
  });
}
