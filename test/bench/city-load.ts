import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Box } from '../city/rig/box.ts';
import type { CityRig } from '../city/rig/city-rig.ts';
import { cpuMs } from './measure.ts';

/** CPU that each part of a city has taken so far, ms. */
export type Cpu = { workers: number; postgres: number; nats: number; gateways: number };

export function cpuOf(rig: CityRig): Cpu {
  const own = process.cpuUsage();
  return {
    workers: rig.workers.reduce((sum, { pid }) => sum + (pid === 0 ? 0 : cpuMs(pid)), 0),
    postgres: treeCpuMs(rig.postgres.pid ?? 0),
    nats: (rig.nats?.servers ?? []).reduce((sum, { pid }) => sum + cpuMs(pid ?? 0), 0),
    gateways: (own.user + own.system) / 1000,
  };
}

export function spent(before: Cpu, after: Cpu): Cpu {
  return {
    workers: after.workers - before.workers,
    postgres: after.postgres - before.postgres,
    nats: after.nats - before.nats,
    gateways: after.gateways - before.gateways,
  };
}

/** Of a process, of its children, and of those that have ended, ms. */
export function treeCpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const own = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at]) * 10, 0);
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean);
  return children.reduce((sum, child) => sum + ofChild(Number(child)), own);
}

function ofChild(pid: number): number {
  try {
    return cpuMs(pid);
  } catch {
    return 0;
  }
}

/** Waits until it is so. @throws when it is not within the limit */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  { withinMs, everyMs = 50 }: { withinMs: number; everyMs?: number },
): Promise<number> {
  const began = performance.now();
  while (!(await isSo())) {
    if (performance.now() - began > withinMs) throw new Error(`${what}: not within ${withinMs / 1000} s`);
    await sleep(everyMs);
  }
  return performance.now() - began;
}

export const agreedMessages = (boxes: readonly Box[]) => boxes.reduce((sum, { agreed }) => sum + agreed.messages, 0);
