import { crc32 } from 'node:zlib';
import { PhotoError } from './photo-error.ts';

/**
 * PNG (W3C PNG 3rd ed., clause 5) with the chunks that make the picture, and no others: text, time, Exif, profiles and
 * whatever stands behind the end are not copied. A critical chunk that is not known here is refused.
 */

const kept: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);
const signature = 8;

type Picture = { readonly bytes: Uint8Array; readonly width: number; readonly height: number };

/** @throws PhotoError */
export function stripPng(bytes: Uint8Array): Picture {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const parts: Uint8Array[] = [data.subarray(0, signature)];
  let size: { width: number; height: number } | null = null;
  let hasPicture = false;
  for (let at = signature; ; ) {
    const { type, body, end } = chunkAt(data, at);
    if ((size === null) !== (type === 'IHDR')) throw damaged('its header is not first, or there are two');
    if (type === 'IHDR') size = sizeOf(body);
    hasPicture ||= type === 'IDAT';
    if (type === 'IEND' && body.length > 0) throw damaged('something is in its end');
    if (kept.has(type)) parts.push(data.subarray(at, end));
    else if (isCritical(type)) throw damaged(`chunk ${type} is not known here`);
    if (type === 'IEND') break;
    at = end;
  }
  if (size === null || !hasPicture) throw damaged('it has no picture');
  return { bytes: Buffer.concat(parts), ...size };
}

function chunkAt(data: Buffer, at: number): { type: string; body: Buffer; end: number } {
  if (at + 12 > data.length) throw damaged('it ends before its last chunk');
  const length = data.readUInt32BE(at);
  const end = at + 12 + length;
  if (length > 0x7fffffff || end > data.length) throw damaged('it ends in the middle of a chunk');
  const type = data.toString('latin1', at + 4, at + 8);
  if (!/^[A-Za-z]{4}$/.test(type)) throw damaged('a chunk has no name');
  if (crc32(data.subarray(at + 4, end - 4)) !== data.readUInt32BE(end - 4)) throw damaged(`chunk ${type} is damaged`);
  return { type, body: data.subarray(at + 8, end - 4), end };
}

function sizeOf(body: Buffer): { width: number; height: number } {
  if (body.length !== 13) throw damaged('its header is not whole');
  return { width: body.readUInt32BE(0), height: body.readUInt32BE(4) };
}

/** Bit 5 of the first letter (5.4). */
const isCritical = (type: string) => type[0] === type[0]?.toUpperCase();

function damaged(why: string): PhotoError {
  return new PhotoError('damaged', why);
}
