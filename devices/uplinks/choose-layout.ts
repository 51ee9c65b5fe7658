import type { PointName } from '../../contract/ids.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { hexOf, type Layout } from './layout.ts';
import type { ReadLayout, UplinkPoint, UplinkProfile } from './uplink-profile.ts';

/** A message's body. Bytes of LoRaWAN come on a port; JSON comes as it was parsed. */
export type Body =
  | { readonly kind: 'bytes'; readonly port: number | null; readonly bytes: Uint8Array }
  | { readonly kind: 'json'; readonly json: unknown };

/** A device's points as its site has them, and the firmware that the site says it has. */
export type Reader = {
  readonly profile: UplinkProfile;
  readonly firmware: string | null;
  readonly points: readonly { readonly name: PointName; readonly profile: UplinkPoint }[];
};

/** Bytes of a message that a refusal shows. */
export const longestShown = 24;

/** A device's layouts and points as they are looked for with every message: made once for each device. */
export type Ready = {
  /** Of its firmware. */
  readonly layouts: readonly ReadLayout[];
  readonly byPort: Map<number | null, readonly ReadLayout[]>;
  readonly points: ReadonlyMap<string, UplinkPoint>;
  /** Some of its values count only by what others say. */
  readonly isConditional: boolean;
};

const ready = new WeakMap<Reader, Ready>();

export function readyOf(reader: Reader): Ready {
  const before = ready.get(reader);
  if (before !== undefined) return before;
  const { profile, firmware, points } = reader;
  const made: Ready = {
    layouts: profile.readers.filter(
      ({ layout }) => layout.firmware === undefined || isNamed(layout.firmware, firmware),
    ),
    byPort: new Map(),
    points: new Map(points.map((point) => [point.name, point.profile])),
    isConditional: points.some((point) => point.profile.validWhile.length + point.profile.invalidWhile.length > 0),
  };
  ready.set(reader, made);
  return made;
}

type Chosen = { readonly ok: true; readonly by: ReadLayout } | { readonly ok: false; readonly reason: DeviceReason };

export function choose({ layouts, byPort }: Ready, body: Body): Chosen {
  if (body.kind === 'json') {
    const by = layouts.find(({ layout }) => layout.body === 'json' || layout.body === 'senml');
    return by === undefined ? { ok: false, reason: { code: 'not-json' } } : { ok: true, by };
  }
  const { port, bytes } = body;
  const onPort = byPort.get(port) ?? layouts.filter(({ layout }) => comesOn(layout, port));
  byPort.set(port, onPort);
  if (onPort.length === 0) return { ok: false, reason: { code: 'other-port', got: port, known: portsOf(layouts) } };
  const alike = onPort.filter(({ start }) => beginsWith(bytes, 0, start));
  if (alike.length === 0) return { ok: false, reason: { code: 'other-message', hex: hexOf(bytes, longestShown) } };
  const by = alike.find(({ layout }) => layout.body !== 'bytes' || layout.length.includes(bytes.length));
  if (by !== undefined) return { ok: true, by };
  const known = alike.flatMap(({ layout }) => (layout.body === 'bytes' ? layout.length : [])).toSorted((a, b) => a - b);
  return { ok: false, reason: { code: 'other-length', got: bytes.length, known, hex: hexOf(bytes, longestShown) } };
}

/** JSON comes by a bridge, which has no ports; on a port only where its layout says so. */
function comesOn({ body, port: ports }: Layout, port: number | null): boolean {
  if (ports !== undefined) return port !== null && ports.includes(port);
  return port === null || (body !== 'json' && body !== 'senml');
}

function isNamed(names: readonly string[], firmware: string | null): boolean {
  return firmware !== null && names.includes(firmware);
}

function portsOf(readers: readonly ReadLayout[]): number[] {
  return [...new Set(readers.flatMap(({ layout }) => layout.port ?? []))].toSorted((a, b) => a - b);
}

/** Whether these bytes stand there. */
export function beginsWith(bytes: Uint8Array, at: number, these: Uint8Array): boolean {
  for (let i = 0; i < these.length; i++) if (bytes[at + i] !== these[i]) return false;
  return true;
}
