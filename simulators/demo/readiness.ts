import type { Clock } from '../../contract/clock.ts';
import { compileParser } from '../../contract/compiled.ts';
import { listOf } from '../../contract/http/common.ts';
import { deviceItemSchema } from '../../contract/http/live.ts';

const readDevices = compileParser(listOf(deviceItemSchema.pick({ device: true, state: true, why: true })));

export type Waiting = { device: string; state: string; why: string | null };

/** Asks until every device is online, and says once when that takes longer than a person expects. */
export async function whenAllGood(options: {
  clock: Clock;
  http: string;
  token: string;
  devices: readonly string[];
  signal: AbortSignal;
  patienceMs: number;
  onSlow(waiting: readonly Waiting[]): void;
}): Promise<'good' | 'stopped'> {
  const { clock, signal, patienceMs, onSlow } = options;
  const patience = clock.monotonic() + patienceMs;
  let told = false;
  while (!signal.aborted) {
    const waiting = await notGood(options);
    if (waiting.length === 0) return 'good';
    if (!told && clock.monotonic() >= patience) {
      told = true;
      onSlow(waiting);
    }
    await clock.sleep(250, signal);
  }
  return 'stopped';
}

async function notGood(options: {
  http: string;
  token: string;
  devices: readonly string[];
  signal: AbortSignal;
}): Promise<Waiting[]> {
  const { http, token, devices, signal } = options;
  const seen = await devicesAt(http, token, signal);
  return devices.flatMap((device) => {
    const found = typeof seen === 'string' ? undefined : seen.find((each) => each.device === device);
    if (found?.state === 'online') return [];
    return [found ?? { device, state: 'unknown', why: typeof seen === 'string' ? seen : null }];
  });
}

/** The devices, or why they could not be had. */
async function devicesAt(http: string, token: string, signal: AbortSignal): Promise<readonly Waiting[] | string> {
  try {
    const response = await fetch(`${http}/api/v1/devices`, { headers: { authorization: `Bearer ${token}` }, signal });
    if (!response.ok) return `${response.status} ${response.statusText}`;
    const parsed = readDevices(await response.json());
    return parsed.ok ? parsed.value.items : parsed.problem;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
