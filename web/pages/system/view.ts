import type { Upkeep } from '../../../contract/http/upkeep.ts';
import type { Tone } from '../../text/tones.ts';

/** How the gateway itself is, as marks and figures. Pure. */

const tones = { off: 'unknown', waiting: 'unknown', ok: 'normal', failed: 'caution', overdue: 'warning' } as const;

/** No copy is no calm: what was never made or asked for is unknown. */
export function toneOf(state: Upkeep['drill']['state']): Tone {
  return tones[state];
}

/** `3.2 GB`, `0.4 MB` */
export function sizeText(bytes: number): string {
  if (bytes >= 1e12) return `${(bytes / 1e12).toFixed(1)} TB`;
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
