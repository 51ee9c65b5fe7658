import { crc32, deflateSync } from 'node:zlib';

/** Pictures made by hand, with things in them that say where they were taken. */

const secret = 'GPS 37.4812N 127.0123E';

function segment(code: number, body: Uint8Array | string): Buffer {
  const bytes = Buffer.from(body as string);
  const head = Buffer.from([0xff, code, (bytes.length + 2) >> 8, (bytes.length + 2) & 0xff]);
  return Buffer.concat([head, bytes]);
}

const sof = (width: number, height: number) =>
  Buffer.from([8, height >> 8, height & 0xff, width >> 8, width & 0xff, 1, 1, 0x11, 0]);

/** `more`: segments that stand before the frame. */
export function jpeg({ width = 640, height = 480, more = [] as Buffer[], behind = '' } = {}): Buffer {
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, 'JFIF\0\x01\x01\0\0\x01\0\x01\0\0'),
    segment(0xe1, `Exif\0\0MM\0*${secret}`),
    segment(0xed, `Photoshop 3.0\0${secret}`),
    segment(0xfe, secret),
    ...more,
    segment(0xdb, Buffer.alloc(65, 1)),
    segment(0xc0, sof(width, height)),
    segment(0xc4, Buffer.alloc(28, 1)),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56]),
    Buffer.from([0xff, 0xd9]),
    Buffer.from(behind),
  ]);
}

export const adobe = segment(0xee, Buffer.from('Adobe\0d\0\0\0\0\x01', 'latin1'));
export const unknownSegment = segment(0xc9, 'arithmetic');
export const secondFrame = segment(0xc0, sof(1, 1));

function chunk(type: string, body: Buffer | string): Buffer {
  const typed = Buffer.concat([Buffer.from(type), Buffer.from(body as string)]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(typed.length - 4);
  crc.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, crc]);
}

export function png({ width = 2, height = 2, more = [] as Buffer[], behind = '' } = {}): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0], 8);
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('tEXt', `Location\0${secret}`),
    chunk('eXIf', secret),
    ...more,
    chunk('IDAT', deflateSync(Buffer.alloc((width + 1) * height))),
    chunk('IEND', ''),
    Buffer.from(behind),
  ]);
}

export const unknownChunk = chunk('ABCD', secret);
/** An end that carries something. */
export const fullEnd = chunk('IEND', secret);
