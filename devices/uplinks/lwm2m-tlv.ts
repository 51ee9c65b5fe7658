import type { TlvField } from './field.ts';
import { plainText, signed, wholeFrom } from './raw-bytes.ts';

/**
 * OMA LwM2M 1.0, 6.4.3: type (bits 7–6 what it is, 5 width of the id, 4–3 width of the length, 2–0 a short length), id,
 * length, value. Gives each resource's bytes by its ids from the root.
 */

export type Tlv =
  | { readonly ok: true; readonly values: ReadonlyMap<string, Uint8Array> }
  | { readonly ok: false; at: number };

const deepest = 3;

export function readTlv(bytes: Uint8Array): Tlv {
  const values = new Map<string, Uint8Array>();
  const wrong = walk(bytes, 0, '', values, 1);
  return wrong === null ? { ok: true, values } : { ok: false, at: wrong };
}

/** Null when all of it holds; else where it does not. */
function walk(
  bytes: Uint8Array,
  from: number,
  above: string,
  values: Map<string, Uint8Array>,
  depth: number,
): number | null {
  for (let at = 0; at < bytes.length; ) {
    const head = headAt(bytes, at);
    if (head === undefined || head.end > bytes.length) return from + at;
    const path = `${above}${head.id}`;
    const value = bytes.subarray(head.begin, head.end);
    if (head.kind === 'value') {
      if (values.has(path)) return from + at;
      values.set(path, value);
    } else {
      const inner = depth < deepest ? walk(value, from + head.begin, `${path}/`, values, depth + 1) : from + at;
      if (inner !== null) return inner;
    }
    at = head.end;
  }
  return null;
}

function headAt(
  bytes: Uint8Array,
  at: number,
): { kind: 'value' | 'list'; id: number; begin: number; end: number } | undefined {
  const type = bytes[at] ?? 0;
  const what = type >>> 6;
  const idBytes = (type & 0x20) === 0 ? 1 : 2;
  const lengthBytes = (type >>> 3) & 3;
  const begin = at + 1 + idBytes + lengthBytes;
  if (begin > bytes.length) return undefined;
  const id = number(bytes, at + 1, idBytes);
  const length = lengthBytes === 0 ? type & 7 : number(bytes, at + 1 + idBytes, lengthBytes);
  // An object instance (0) and a resource of several (2) hold others; a resource (3) and one of several (1) hold a value.
  return { kind: what === 0 || what === 2 ? 'list' : 'value', id, begin, end: begin + length };
}

function number(bytes: Uint8Array, at: number, width: number): number {
  let value = 0;
  for (let i = 0; i < width; i++) value = value * 256 + (bytes[at + i] ?? 0);
  return value;
}

/** A resource's value; undefined where its length is none of its type. */
export function tlvRaw({ type }: TlvField, bytes: Uint8Array): number | boolean | string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const width = bytes.length;
  switch (type) {
    case 'integer':
      return [1, 2, 4, 8].includes(width) ? signed(wholeFrom(view, width, false), width * 8, 'i') : undefined;
    case 'float':
      return width === 4 ? view.getFloat32(0) : width === 8 ? view.getFloat64(0) : undefined;
    case 'bool':
      return width === 1 && (bytes[0] ?? 2) < 2 ? bytes[0] === 1 : undefined;
    case 'text':
      return plainText(bytes);
    case 'hex':
      return [...bytes]
        .map((byte) => byte.toString(16).padStart(2, '0'))
        .join('')
        .toUpperCase();
  }
}
