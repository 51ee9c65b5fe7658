import { describe, expect, test } from 'vitest';
import { writeFrame } from '../../../devices/serial/encode.ts';
import { framerOf } from '../../../devices/serial/framer.ts';
import { hex, joined } from '../builders.ts';
import { bytes, frames, heard, lines } from './builders.ts';

const plain = lines({ frame: { layout: '{value}' } });
const marked = lines({ frame: { start: 'R', end: '\r', layout: 'R{value:4}' } });
const summed = lines({ frame: { start: '$', layout: '$V,{value}', checksum: { kind: 'xor8', from: 1 } } });
const binary = frames();
const frameOf = (value: number) => writeFrame(binary, null, () => value);

describe('lines', () => {
  test.each<[string, Parameters<typeof heard>[0], string[], unknown[]]>([
    ['in one piece', plain, ['\r\n12.5\r\n13.0\r\n'], [12.5, 13]],
    ['in pieces, the end cut in two', plain, ['\r\n1', '2.', '5\r', '\n13', '.0\r\n'], [12.5, 13]],
    ['without the first, whose beginning was not seen', plain, ['2.5\r\n13.0\r\n'], [13]],
    ['without the first, though it may have been whole', plain, ['12.5\r\n13.0\r\n'], [13]],
    ['with the first, where its start mark was seen', marked, ['7\rR0123\r'], [123]],
    ['at once from a start mark on', marked, ['R0123\r'], [123]],
    ['not from half a line on', marked, ['123\r', '0124\r', 'R0125\r'], [125]],
    ['behind noise that no end divides from them', marked, ['\x00\xffzzR0123\r'], [123]],
    ['not with a byte in them that is no text', marked, ['R01\xff23\rR0124\r'], [124]],
    ['not when the tail of one is lost', plain, ['\r\n12.513.0\r\n14.0\r\n'], ['out-of-range', 14]],
    ['where a start mark ends the half one before', marked, ['R01R0124\r'], [124]],
    ['not with a wrong checksum', summed, ['$V,12*00\r\n', '$V,13*78\r\n'], [13]],
    ['with digits of a checksum in small letters', summed, ['$V,A*3b\r\n', '$V,13*78\r\n'], ['out-of-range', 13]],
    ['not without their checksum', summed, ['$V,12\r\n'], []],
    ['of another layout say nothing', marked, ['HRXL-MaxSonar\rPN:MB7389\rR0123\r'], [123]],
    ['too long are given up, with what follows up to an end', plain, [`\r\n${'1'.repeat(90)}`, '\r\n15.0\r\n'], [15]],
  ])('are read %s', (_, profile, pieces, values) => {
    expect(heard(profile, pieces.map(bytes))).toEqual(values);
  });

  test('a line that stops for more than a second is no line any more', () => {
    expect(heard(plain, ['\r\n12', '5.0\r\n', '14.0\r\n'].map(bytes), 1500)).toEqual([14]);
    expect(heard(plain, ['\r\n12', '5.0\r\n', '14.0\r\n'].map(bytes), 900)).toEqual([125, 14]);
  });

  test('an answer needs no end before it: the request says where it begins', () => {
    const framer = framerOf(plain);
    framer.take(bytes('stale'), 0);
    framer.reset('beginning');
    expect(framer.take(bytes('12.5\r\n'), 1).map(String)).toEqual([String(bytes('12.5'))]);
  });

  test('what is bad is counted', () => {
    const framer = framerOf(summed);
    framer.take(bytes('$V,12*00\r\nnoise$V,13*78\r\n'), 0);
    expect(framer.counts).toEqual({ badFrames: 1, discardedBytes: 15 });
  });
});

describe('binary frames', () => {
  test.each<[string, Uint8Array[], unknown[]]>([
    ['one after another', [joined(frameOf(1953), frameOf(1954))], [1953, 1954]],
    ['byte by byte', [...joined(frameOf(1953), frameOf(1954))].map((byte) => Uint8Array.of(byte)), [1953, 1954]],
    ['the first half cut', [frameOf(1953).slice(2), frameOf(1954)], [1954]],
    ['the second half lost', [frameOf(1953).slice(0, 2), frameOf(1954)], [1954]],
    ['with noise between', [frameOf(1), hex('00 13 FF FF'), frameOf(2)], [1, 2]],
    ['a wrong checksum', [hex('FF 07 A1 A6'), frameOf(2)], [2]],
    ['a start byte as data', [frameOf(0xffff), frameOf(0xff07)], [0xffff, 0xff07]],
    ['nothing but start bytes', [hex('FF FF FF FF FF FF')], []],
  ])('%s', (_, pieces, values) => {
    expect(heard(binary, pieces)).toEqual(values);
  });

  test('that say their own length may be of any, and an impossible one is noise', () => {
    const profile = frames({
      frame: {
        start: [0xaa, 0x55],
        length: { at: 2, add: 4, max: 12 },
        checksum: { kind: 'crc16-modbus', from: 0, to: -3, at: -2 },
      },
      points: { value: { at: 3, type: 'i16', order: 'DCBA', kind: 'test' } },
    });
    const frame = writeFrame(profile, null, () => -300);
    expect(frame).toHaveLength(7);
    expect(heard(profile, [hex('AA 55 FF'), hex('AA 55 00'), frame, frame])).toEqual([-300, -300]);
  });
});

describe('whatever comes, no more than a frame is held', () => {
  test.each([
    ['lines', plain],
    ['marked lines', marked],
    ['binary', binary],
    [
      'binary of any length',
      frames({ frame: { start: [0], length: { at: 1, add: 0, max: 256 }, checksum: binary.frame.checksum } }),
    ],
  ])('%s', (_, profile) => {
    const framer = framerOf(profile);
    const noise = new Uint8Array(1 << 20);
    let seed = 1;
    for (let i = 0; i < noise.length; i++) {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      noise[i] = seed >>> 24;
    }
    const taken = framer
      .take(noise, 0)
      .reduce(
        (sum, frame) => sum + frame.length + (profile.protocol === 'serial-lines' ? profile.frame.end.length : 0),
        0,
      );
    expect(noise.length - taken - framer.counts.discardedBytes).toBeLessThanOrEqual(256);
  });
});
