/**
 * Parts of a message in JSON, taken by hand: it comes for every word of a sensor, and a schema costs more than all else that is done
 * with it. Undefined where a part is not as it must be. What may be left out has its usual value.
 */

export type Json = Readonly<Record<string, unknown>>;

export function recordOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

/** A whole number from 0 to `most`; 0 where it is left out, as protobuf does. */
export function wholeOf(value: unknown, most: number): number | undefined {
  if (value === undefined) return 0;
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most ? value : undefined;
}

const sixteen = /^[0-9a-fA-F]{16}$/;

/** A DevEUI, in lower case. */
export function euiOf(value: unknown): string | undefined {
  return typeof value === 'string' && sixteen.test(value) ? value.toLowerCase() : undefined;
}

const base64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const mostBase64 = 4096;

export function bytesOf(value: unknown): Buffer | undefined {
  if (value === undefined) return Buffer.alloc(0);
  if (typeof value !== 'string' || value.length > mostBase64 || !base64.test(value)) return undefined;
  return Buffer.from(value, 'base64');
}

/** Epoch ms; null where nobody says, or says what is no time. */
export function timeOf(value: unknown): number | null | undefined {
  if (value === undefined) return null;
  if (typeof value !== 'string') return undefined;
  const at = Date.parse(value);
  return Number.isFinite(at) ? at : null;
}

/** What stands at the end of a path whose every part may be left out; null where it is. */
export function wholeAt(value: unknown, path: readonly string[]): number | null | undefined {
  let here = value;
  for (const key of path) {
    if (here === undefined) return null;
    const record = recordOf(here);
    if (record === undefined) return undefined;
    here = record[key];
  }
  if (here === undefined) return null;
  return typeof here === 'number' && Number.isSafeInteger(here) ? here : undefined;
}

export type Radio = {
  /** Of the base station that heard it best; dBm and dB. */
  readonly rssi: number | null;
  readonly snr: number | null;
  /** dB above what demodulation at its data rate needs; null where that is not said. */
  readonly margin: number | null;
  readonly stations: number;
};

/** SNR that demodulation needs at SF7 to SF12, dB: Semtech SX1276 data sheet, table 13. */
const floors: Readonly<Record<number, number>> = { 7: -7.5, 8: -10, 9: -12.5, 10: -15, 11: -17.5, 12: -20 };

/** Of the base station that heard it best; null where none is named. */
export function radioOf(stations: unknown, spreading: number | null): Radio | null | undefined {
  if (stations === undefined) return null;
  if (!Array.isArray(stations)) return undefined;
  let best: { rssi: number | null; snr: number | null } | undefined;
  for (const each of stations) {
    const station = stationOf(each);
    if (station === undefined) return undefined;
    if (best === undefined || (station.snr ?? unheard) > (best.snr ?? unheard)) best = station;
  }
  if (best === undefined) return null;
  const floor = spreading === null ? undefined : floors[spreading];
  const margin = best.snr === null || floor === undefined ? null : Math.round((best.snr - floor) * 10) / 10;
  return { ...best, margin, stations: stations.length };
}

const unheard = -99;

function stationOf(value: unknown): { rssi: number | null; snr: number | null } | undefined {
  const station = recordOf(value);
  if (station === undefined) return undefined;
  const [rssi, snr] = [finiteOf(station.rssi), finiteOf(station.snr)];
  return rssi === undefined || snr === undefined ? undefined : { rssi, snr };
}

function finiteOf(value: unknown): number | null | undefined {
  if (value === undefined) return null;
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
