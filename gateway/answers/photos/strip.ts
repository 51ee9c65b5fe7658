import { stripJpeg } from './jpeg.ts';
import { PhotoError } from './photo-error.ts';
import { stripPng } from './png.ts';

/**
 * A photo with nothing in it but the picture. It is stripped, not encoded again: what a picture does not need to be seen
 * (where and when it was taken, the camera, thumbnails, comments, anything behind the end) is not copied, and a file with
 * any part that is not known here is refused. The pages encode photos again before they send them.
 */
export type Stripped = {
  readonly type: 'image/jpeg' | 'image/png';
  readonly bytes: Uint8Array;
  readonly width: number;
  readonly height: number;
};

/** What a phone can show without giving up. */
const maxPixels = 25_000_000;
const maxSide = 12_000;

/** @throws PhotoError */
export function strip(bytes: Uint8Array, type: string): Stripped {
  const found = typeOf(bytes);
  if (found === undefined) throw new PhotoError('type', 'neither JPEG nor PNG');
  if (found !== type) throw new PhotoError('type', `${type} was said, and it is ${found}`);
  const stripped = found === 'image/jpeg' ? stripJpeg(bytes) : stripPng(bytes);
  const { width, height } = stripped;
  if (width < 1 || height < 1 || width > maxSide || height > maxSide || width * height > maxPixels)
    throw new PhotoError('dimensions', `${width} × ${height} pixels`);
  return { type: found, ...stripped };
}

/** By its first bytes, whatever the sender says. */
function typeOf(bytes: Uint8Array): Stripped['type'] | undefined {
  const begins = (...start: number[]) => start.every((byte, i) => bytes[i] === byte);
  if (begins(0xff, 0xd8, 0xff)) return 'image/jpeg';
  return begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a) ? 'image/png' : undefined;
}
