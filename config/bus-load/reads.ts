import { lineTiming } from '../../devices/modbus/rtu.ts';
import { breakEvenGapRegisters, planReads, type ReadRange } from '../../devices/plan.ts';
import type { BusLink, DeviceConfig } from '../site.ts';

/** The requests that read a device over its bus: what a gap costs depends on how fast the wire is. */
export function readsOf(link: BusLink, { profile, points }: DeviceConfig): readonly ReadRange[] {
  return planReads({ profile, points, maxGapRegisters: maxGapRegistersOf(link, profile.limits.gap) });
}

/** A whole request of 125 registers takes a network no longer than two short ones, so there any gap is worth it. */
const mostRegisters = 125;

function maxGapRegistersOf(link: BusLink, gapMs: number): number {
  return link.kind === 'modbus-tcp' ? mostRegisters : breakEvenGapRegisters(lineTiming(link), gapMs);
}
