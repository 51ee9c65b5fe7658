import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PhotoError } from '../../../gateway/answers/photos/photo-error.ts';
import { maxPhotos, Photos } from '../../../gateway/answers/photos/photos.ts';
import { strip } from '../../../gateway/answers/photos/strip.ts';
import { memoryDatabase } from '../store/memory-db.ts';
import { adobe, fullEnd, jpeg, png, secondFrame, unknownChunk, unknownSegment } from './pictures.ts';

function faultOf(bytes: Uint8Array, type: string): string {
  try {
    strip(bytes, type);
    return 'taken';
  } catch (error) {
    if (error instanceof PhotoError) return error.fault;
    throw error;
  }
}

const holds = (bytes: Uint8Array, text: string) => Buffer.from(bytes).includes(text);

describe('a photo', () => {
  test.each([
    ['JPEG', jpeg({ behind: 'GPS behind the end', more: [adobe] }), 'image/jpeg', 640],
    ['PNG', png({ behind: 'GPS behind the end' }), 'image/png', 2],
  ])('as %s keeps the picture and nothing of where it was taken', (_name, bytes, type, width) => {
    expect(holds(bytes, 'GPS')).toBe(true);
    const stripped = strip(bytes, type);
    expect(stripped).toMatchObject({ type, width });
    for (const trace of ['GPS', 'Exif', 'Photoshop', 'JFIF', 'tEXt', 'eXIf'])
      expect(holds(stripped.bytes, trace)).toBe(false);
    expect(strip(stripped.bytes, type).bytes, 'a second time').toEqual(stripped.bytes);
  });

  test('keeps what says how its colours are coded, and its coded data byte for byte', () => {
    const { bytes } = strip(jpeg({ more: [adobe] }), 'image/jpeg');
    expect(holds(bytes, 'Adobe')).toBe(true);
    expect(Buffer.from(bytes).includes(Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56, 0xff, 0xd9]))).toBe(true);
  });

  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
  const heic = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypheic\0\0\0\0mif1heic')]);
  test.each([
    ['an SVG', svg, 'image/svg+xml', 'type'],
    ['an SVG under another name', svg, 'image/jpeg', 'type'],
    ['a HEIC', heic, 'image/heic', 'type'],
    ['a HEIC under another name', heic, 'image/jpeg', 'type'],
    ['a PNG that says it is a JPEG', png(), 'image/jpeg', 'type'],
    ['a JPEG that says it is a PNG', jpeg(), 'image/png', 'type'],
    ['nothing', Buffer.alloc(0), 'image/jpeg', 'type'],
    ['a part that is not known', jpeg({ more: [unknownSegment] }), 'image/jpeg', 'damaged'],
    ['two frames', jpeg({ more: [secondFrame] }), 'image/jpeg', 'damaged'],
    ['an end with something in it', png({ more: [fullEnd] }), 'image/png', 'damaged'],
    ['a critical chunk that is not known', png({ more: [unknownChunk] }), 'image/png', 'damaged'],
    [
      'a chunk that is damaged',
      Buffer.from(png().map((byte, i) => (i === 20 ? byte ^ 1 : byte))),
      'image/png',
      'damaged',
    ],
    ['no pixels', jpeg({ width: 0 }), 'image/jpeg', 'dimensions'],
    ['too many pixels', jpeg({ width: 9000, height: 9000 }), 'image/jpeg', 'dimensions'],
    ['a side that is too long', png({ width: 12_001, height: 1 }), 'image/png', 'dimensions'],
  ])('is refused as %s', (_what, bytes, type, fault) => expect(faultOf(bytes, type)).toBe(fault));

  test.each([
    ['JPEG', jpeg(), 'image/jpeg'],
    ['PNG', png(), 'image/png'],
  ])(
    'that is cut short is refused; one with a byte changed is refused or taken, and nothing else is thrown: %s',
    (_n, bytes, type) => {
      for (let end = 0; end < bytes.length; end++) expect(faultOf(bytes.subarray(0, end), type)).not.toBe('taken');
      fc.assert(
        fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, byte) => {
          const changed = Buffer.from(bytes);
          changed[at] = byte;
          faultOf(changed, type);
        }),
        { numRuns: 300 },
      );
    },
  );
});

describe('photos of an alert', () => {
  function world(db = memoryDatabase()) {
    const rows: object[] = [];
    const photos = new Photos({
      ...{ db, now: () => 1_000_000, commit: (work) => db.transaction(work)() },
      audit: { write: (entry) => rows.push(entry) },
    });
    const add = (n: number, alert = 'fire-1') =>
      photos.add(
        { by: 'person:lee', why: null },
        { site: 'saesol', alert },
        strip(jpeg({ width: 10 + n }), 'image/jpeg'),
      );
    return { db, rows, photos, add };
  }

  test('are kept once each, over a restart, with a row in the audit', () => {
    const { db, rows, photos, add } = world();
    const first = add(1);
    expect(add(1)).toEqual(first);
    add(2);
    expect(rows).toMatchObject([{ action: 'alert-photo', subject: 'alert:saesol/fire-1' }, {}]);
    expect(world(db).photos.of('fire-1')).toEqual(photos.of('fire-1'));
    expect(photos.of('fire-1')).toMatchObject([{ by: 'person:lee', type: 'image/jpeg' }, {}]);
    expect(photos.of('fire-2')).toEqual([]);
  });

  test('are ten at most, each alert for itself', () => {
    const { add } = world();
    for (let n = 0; n < maxPhotos; n++) expect(add(n)).not.toBe('too-many');
    expect(add(99)).toBe('too-many');
    expect(add(3), 'the same again').not.toBe('too-many');
    expect(add(99, 'fire-2')).not.toBe('too-many');
  });
});
