import { askField, type ControlRequest } from './control.ts';
import { isFaultName, lastsMs } from './faults/catalog.ts';

export type SimOptions = {
  /** The folder given to `jari simulate`. */
  dir: string;
  json?: boolean;
  set?: { point: string; value: string; for?: string };
  fault?: { target: string; name: string; for?: string; rate?: number; by?: string };
  event?: { name: string; place?: string; for?: string; strength?: number };
  clear?: true;
};

/** `jari sim set | fault | event | clear`: touches the virtual field that runs on `dir`. @throws InputError with its refusal */
export async function runSim(options: SimOptions): Promise<{ text: string; json: unknown }> {
  const request = requestOf(options);
  await askField(options.dir, request);
  return { text: said(request), json: { ok: true, ...request } };
}

function requestOf({ set, fault, event }: SimOptions): ControlRequest {
  if (set !== undefined) return { do: 'set', ...set };
  if (fault !== undefined) return { do: 'fault', ...fault };
  if (event !== undefined) return { do: 'event', ...event };
  return { do: 'clear' };
}

function said(request: ControlRequest): string {
  if (request.do === 'clear') return 'every held value, fault and event is gone';
  const lasts = request.for === undefined ? '' : ` for ${request.for}`;
  switch (request.do) {
    case 'set':
      return `${request.point} is held at ${request.value}${lasts}`;
    case 'fault':
      return `${request.target} is ${request.name}${lasts || (lastsUntilCleared(request.name) ? ' until cleared' : '')}`;
    case 'event':
      return `${request.name}${request.place === undefined ? '' : ` at ${request.place}`}${lasts || ' until cleared'}`;
  }
}

function lastsUntilCleared(name: string): boolean {
  return isFaultName(name) && !Number.isFinite(lastsMs(name));
}
