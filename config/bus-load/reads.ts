import type { PointName } from '../../contract/ids.ts';
import { lineTiming } from '../../devices/modbus/rtu.ts';
import { partnersOf } from '../../devices/partners.ts';
import { breakEvenGapRegisters, planReads, type ReadRange } from '../../devices/plan.ts';
import type { BusLink, DeviceConfig } from '../site.ts';

/** The requests that read a device over its bus: what a gap costs depends on how fast the wire is. */
export function readsOf(link: BusLink, { profile, points }: DeviceConfig): readonly ReadRange[] {
  return planReads({ profile, points, maxGapRegisters: maxGapRegistersOf(link, profile.limits.gap) });
}

/** The points of life safety, and those that they need: a factor that has its turn later would be the one of the poll before. */
export function urgentPoints({ points }: Pick<DeviceConfig, 'points'>): ReadonlySet<PointName> {
  const urgent = new Set(points.filter(({ isLifeSafety }) => isLifeSafety).map(({ name }) => name));
  for (const name of urgent)
    for (const point of points)
      if (point.name === name) for (const partner of partnersOf(point.profile)) urgent.add(partner.name);
  return urgent;
}

/** A whole request of 125 registers takes a network no longer than two short ones, so there any gap is worth it. */
const mostRegisters = 125;

function maxGapRegistersOf(link: BusLink, gapMs: number): number {
  return link.kind === 'modbus-tcp' ? mostRegisters : breakEvenGapRegisters(lineTiming(link), gapMs);
}
