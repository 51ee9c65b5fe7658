import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Agreement } from '../../../devices/serial/agreement.ts';
import { writeFrame } from '../../../devices/serial/encode.ts';
import { framerOf } from '../../../devices/serial/framer.ts';
import { agreementOf, type TalkerProfile } from '../../../devices/serial/talker-profile.ts';
import { joined } from '../builders.ts';
import { frames, heard, lines } from './builders.ts';

const crcLines = lines({
  frame: { start: '$', layout: '$L,{value}', checksum: { kind: 'crc16-modbus' } },
});
const crcFrames = frames({
  frame: { start: [0xaa], length: 5, checksum: { kind: 'crc16-modbus', from: 0, to: 2, at: 3 } },
});

const runs = Number(process.env.JARI_FUZZ_RUNS ?? 2000);

/** Values as they were sent, and how the line treats their bytes: cut, lost, doubled, changed, in other pieces. */
const stream = fc.record({
  values: fc.array(fc.integer({ min: 0, max: 9999 }), { minLength: 1, maxLength: 8 }),
  damage: fc.array(
    fc.record({
      kind: fc.constantFrom('drop', 'insert', 'change', 'double'),
      at: fc.nat(),
      length: fc.integer({ min: 1, max: 12 }),
      byte: fc.integer({ min: 0, max: 255 }),
    }),
    { maxLength: 6 },
  ),
  pieces: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }),
});
type Stream = typeof stream extends fc.Arbitrary<infer T> ? T : never;

function damaged(bytes: Uint8Array, damage: Stream['damage']): Uint8Array {
  return damage.reduce((all, { kind, at: where, length, byte }) => {
    const at = where % (all.length + 1);
    const [before, hit, after] = [all.subarray(0, at), all.subarray(at, at + length), all.subarray(at + length)];
    if (kind === 'drop') return joined(before, after);
    if (kind === 'insert') return joined(before, Uint8Array.of(byte), hit, after);
    if (kind === 'change') return joined(before, Uint8Array.of(byte), hit.subarray(1), after);
    return joined(before, hit, hit, after);
  }, bytes);
}

function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length = lengths[i % lengths.length] ?? 1;
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

/** CRC-16 of Modbus by bits, so that no mistake of the table is shared. */
function crcByBits(bytes: readonly number[]): number {
  return bytes.reduce((start, byte) => {
    let crc = start ^ byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1;
    return crc;
  }, 0xffff);
}

/** Every value that stands in a whole frame anywhere in these bytes, found the slow way. */
const carried: Readonly<Record<string, (bytes: readonly number[]) => number[]>> = {
  'lines with a CRC': (bytes) =>
    [...String.fromCharCode(...bytes).matchAll(/\$L,(\d+)\*([0-9A-F]{4})(?=\r\n)/gi)].flatMap(
      ([, value = '', crc = '']) => {
        const line = [...`$L,${value}`].map((char) => char.charCodeAt(0));
        return crcByBits(line) === Number.parseInt(crc, 16) ? [Number(value)] : [];
      },
    ),
  'frames with a CRC': (bytes) =>
    bytes.flatMap((_, at) => {
      const [start, high = 0, low = 0, crcLow = 0, crcHigh] = bytes.slice(at, at + 5);
      if (start !== 0xaa || crcHigh === undefined) return [];
      return crcByBits([start, high, low]) === (crcHigh << 8) + crcLow ? [(high << 8) | low] : [];
    }),
};

describe.each<[string, TalkerProfile]>([
  ['lines with a CRC', crcLines],
  ['frames with a CRC', crcFrames],
])('%s, cut, lost, doubled and changed', (name, profile) => {
  test('never give a value that no whole frame carried', () => {
    let given = 0;
    fc.assert(
      fc.property(stream, ({ values, damage, pieces }) => {
        const sent = joined(...values.map((value) => writeFrame(profile, null, () => value)));
        const came = damaged(sent, damage);
        const got = heard(profile, cut(came, pieces), 1);
        const whole = carried[name]?.([...came]) ?? [];
        given += got.length;
        expect(got.filter((value) => !whole.some((each) => each === value))).toEqual([]);
      }),
      { numRuns: runs },
    );
    expect(given).toBeGreaterThan(runs);
  });
});

describe.each<[string, TalkerProfile]>([
  ['lines without a checksum', lines({ frame: { layout: '{value}' } })],
  ['marked lines without a checksum', lines({ frame: { start: 'R', end: '\r', layout: 'R{value:4}' } })],
  ['frames with a sum', frames()],
  ['lines with a CRC', crcLines],
  ['frames with a CRC', crcFrames],
])('%s', (_, profile) => {
  test('are read alike whatever pieces they come in', () => {
    fc.assert(
      fc.property(stream, ({ values, damage, pieces }) => {
        const bytes = damaged(joined(...values.map((value) => writeFrame(profile, null, () => value))), damage);
        expect(heard(profile, cut(bytes, pieces), 1)).toEqual(heard(profile, [bytes], 1));
      }),
      { numRuns: runs / 4 },
    );
  });

  test('count for every byte of rubbish, and hold no more than a frame of it', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 }), (pieces) => {
        const framer = framerOf(profile);
        const taken = pieces.flatMap((piece) => framer.take(piece, 0));
        const end = profile.protocol === 'serial-lines' ? profile.frame.end.length : 0;
        const came = pieces.reduce((sum, { length }) => sum + length, 0);
        const used = taken.reduce((sum, { length }) => sum + length + end, framer.counts.discardedBytes);
        expect(came - used).toBeGreaterThanOrEqual(0);
        expect(came - used).toBeLessThanOrEqual(90);
      }),
      { numRuns: runs / 4 },
    );
  });

  test('one damaged frame among steady ones never counts', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9999 }), fc.integer({ min: 0, max: 9999 }), (value, wrong) => {
        const { frames: least, of } = agreementOf(profile);
        if (least === 1) return;
        const agreement = new Agreement({ frames: least, of }, () => 0);
        const got = [value, value, wrong, value, value].flatMap((each) => [
          ...agreement.take(new Map([['value', { value: each, fault: null }]])).values(),
        ]);
        expect(got.every((meant) => meant.value === value)).toBe(true);
        expect(got.length).toBeGreaterThanOrEqual(3);
      }),
      { numRuns: runs / 10 },
    );
  });
});
