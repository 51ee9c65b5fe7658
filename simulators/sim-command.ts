import { askField, type ControlRequest } from './control.ts';

export type SimOptions = {
  /** The folder given to `jari simulate`. */
  dir: string;
  json?: boolean;
  set?: { point: string; value: string };
  fault?: { target: string; name: string; for?: string };
  clear?: true;
};

/** `jari sim set | fault | clear`: touches the virtual field that runs on `dir`. @throws InputError with its refusal */
export async function runSim(options: SimOptions): Promise<{ text: string; json: unknown }> {
  const request = requestOf(options);
  await askField(options.dir, request);
  return { text: said(request), json: { ok: true, ...request } };
}

function requestOf({ set, fault }: SimOptions): ControlRequest {
  if (set !== undefined) return { do: 'set', ...set };
  if (fault !== undefined) return { do: 'fault', ...fault };
  return { do: 'clear' };
}

function said(request: ControlRequest): string {
  switch (request.do) {
    case 'set':
      return `${request.point} is held at ${request.value}`;
    case 'fault':
      return `${request.target} is ${request.name}${request.for === undefined ? ' until cleared' : ` for ${request.for}`}`;
    case 'clear':
      return 'every held value and fault is gone';
  }
}
