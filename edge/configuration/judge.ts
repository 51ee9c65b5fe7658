import { z } from 'zod';
import type { Trial } from '../../contract/configuration.ts';
import type { HealthMessage } from '../../contract/messages.ts';
import type { ConfigurationFailure } from '../../contract/reasons/configuration.ts';

/** Whether a configuration on trial makes the box worse, by the box's own health alone: no network is asked. Pure. */

export const fieldHealthSchema = z.object({
  /** Of each device whether it answers. */
  devices: z.record(z.string(), z.enum(['online', 'degraded', 'offline'])),
  asked: z.int().min(0),
  answered: z.int().min(0),
  loopP99Ms: z.number().min(0),
});
export type FieldHealth = z.infer<typeof fieldHealthSchema>;

/** Below so many polls a share says nothing. */
const fewPolls = 20;

export function fieldHealthOf({ devices, loopP99Ms }: Pick<HealthMessage, 'devices' | 'loopP99Ms'>): FieldHealth {
  const all = Object.values(devices);
  return {
    devices: Object.fromEntries(Object.entries(devices).map(([id, { state }]) => [id, state])),
    asked: all.reduce((sum, { polls }) => sum + (polls?.asked ?? 0), 0),
    answered: all.reduce((sum, { polls }) => sum + (polls?.answered ?? 0), 0),
    loopP99Ms,
  };
}

/** Devices of both that answered before and do not now. */
export function worseDevices(before: FieldHealth, now: FieldHealth): string[] {
  return Object.entries(now.devices).flatMap(([id, state]) => {
    const was = before.devices[id];
    return state === 'offline' && was !== undefined && was !== 'offline' ? [id] : [];
  });
}

/** Since when (monotonic ms) each device is worse without a break. */
export type WorseSince = Readonly<Record<string, number>>;

export function worseSince(since: WorseSince, worse: readonly string[], mono: number): WorseSince {
  return Object.fromEntries(worse.map((id) => [id, since[id] ?? mono]));
}

/** Null while nothing speaks against it. `isOver`: the trial's time is up, so shares are judged too. */
export function failureOf(
  trial: Trial,
  of: { before: FieldHealth | null; now: FieldHealth; since: WorseSince; mono: number; isOver: boolean },
): ConfigurationFailure | null {
  const { before, now, since, mono, isOver } = of;
  if (before === null) return null;
  const devices = Object.keys(since).filter((id) => isOver || mono - (since[id] ?? mono) >= trial.settleMs);
  if (devices.length > 0) return { code: 'devices-worse', devices: devices.toSorted().slice(0, 50) };
  if (!isOver) return null;
  const [was, is] = [shareOf(before), shareOf(now)];
  if (was !== null && is !== null && is < was * trial.pollShare)
    return { code: 'polls-fewer', before: percent(was), now: percent(is) };
  if (now.loopP99Ms > Math.max(trial.loopMs, 3 * before.loopP99Ms))
    return { code: 'loop-slow', ms: now.loopP99Ms, before: before.loopP99Ms };
  return null;
}

function shareOf({ asked, answered }: FieldHealth): number | null {
  return asked < fewPolls ? null : answered / asked;
}

function percent(share: number): number {
  return Math.round(share * 1000) / 10;
}
