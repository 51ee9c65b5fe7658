import { PhotoError } from './photo-error.ts';

/**
 * JPEG (ITU-T T.81 Annex B) with its tables, frame and scans, and without any application segment or comment: Exif, XMP,
 * IPTC, thumbnails and colour profiles are all of these. Adobe's APP14 is kept where it is exactly what says how colours
 * are coded, since a picture without it may be shown in wrong ones.
 */

const soi = 0xd8;
const eoi = 0xd9;
const sos = 0xda;
/** Baseline, extended and progressive; Huffman tables, quantisation tables, restart interval. */
const frames: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
const tables: ReadonlySet<number> = new Set([0xc4, 0xdb, 0xdd]);
const app14 = 0xee;
const comment = 0xfe;

type Picture = { readonly bytes: Uint8Array; readonly width: number; readonly height: number };

/** @throws PhotoError */
export function stripJpeg(bytes: Uint8Array): Picture {
  const parts: Uint8Array[] = [bytes.subarray(0, 2)];
  let size: { width: number; height: number } | null = null;
  let scans = 0;
  let at = 2;
  for (;;) {
    // Any marker may be preceded by fill bytes (B.1.1.2).
    const marker = markerAt(bytes, at);
    const { code } = marker;
    if (code === eoi) {
      if (size === null || scans === 0) throw damaged('it has no picture');
      parts.push(Uint8Array.of(0xff, eoi));
      return { bytes: Buffer.concat(parts), ...size };
    }
    const { end, body } = segmentAt(bytes, marker.after);
    const whole = () => Buffer.concat([Uint8Array.of(0xff, code), bytes.subarray(marker.after, end)]);
    at = end;
    if (frames.has(code)) {
      if (size !== null) throw damaged('it has two frames');
      size = sizeOf(body);
      parts.push(whole());
    } else if (code === sos) {
      if (size === null) throw damaged('a scan comes before its frame');
      at = endOfScan(bytes, end);
      parts.push(whole(), bytes.subarray(end, at));
      scans += 1;
    } else if (tables.has(code) || (code === app14 && isAdobe(body))) parts.push(whole());
    else if (!isApplication(code) && code !== comment) throw damaged(`segment ${code.toString(16)} is not known here`);
  }
}

function markerAt(bytes: Uint8Array, at: number): { code: number; after: number } {
  if (bytes[at] !== 0xff) throw damaged(`no marker at ${at}`);
  let next = at + 1;
  while (bytes[next] === 0xff) next++;
  const code = bytes[next];
  if (code === undefined || code === 0 || code === soi) throw damaged(`no marker at ${at}`);
  return { code, after: next + 1 };
}

function segmentAt(bytes: Uint8Array, at: number): { end: number; body: Uint8Array } {
  const length = ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  const end = at + length;
  if (length < 2 || end > bytes.length) throw damaged('it ends in the middle of a segment');
  return { end, body: bytes.subarray(at + 2, end) };
}

/** Coded data runs up to the next marker that is neither a stuffed byte nor a restart (B.1.1.5). */
function endOfScan(bytes: Uint8Array, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1] ?? 0;
    const goesOn = next === 0 || (next >= 0xd0 && next <= 0xd7);
    if (!goesOn) return at;
  }
  throw damaged('it ends in the middle of the picture');
}

/** B.2.2: precision, height, width, components. */
function sizeOf(body: Uint8Array): { width: number; height: number } {
  const [, h1 = 0, h0 = 0, w1 = 0, w0 = 0, components = 0] = body;
  if (body.length !== 6 + 3 * components || components < 1 || components > 4) throw damaged('its frame is not whole');
  return { width: (w1 << 8) | w0, height: (h1 << 8) | h0 };
}

const isApplication = (code: number) => code >= 0xe0 && code <= 0xef;

function isAdobe(body: Uint8Array): boolean {
  return body.length === 12 && Buffer.from(body.subarray(0, 5)).toString('latin1') === 'Adobe';
}

function damaged(why: string): PhotoError {
  return new PhotoError('damaged', why);
}
