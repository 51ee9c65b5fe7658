import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  maxControlBytes,
  maxPublishBytes,
  PacketSizeGuard,
  type Violation,
} from '../../../gateway/mqtt/packet-size-guard.ts';

/** A packet of this many bytes in all. */
function packet(type: number, totalBytes: number): Uint8Array {
  const header = [type];
  const lengthBytes = [2, 3, 4, 5].find((size) => totalBytes - size < 128 ** (size - 1)) ?? 5;
  let left = totalBytes - lengthBytes;
  const bytes = new Uint8Array(totalBytes);
  do {
    header.push((left % 128) | (left >= 128 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  bytes.set(header);
  return bytes;
}

const connect = (bytes = 20) => packet(0x10, bytes);
const publish = (bytes: number) => packet(0x32, bytes);

function checkAll(guard: PacketSizeGuard, ...chunks: Uint8Array[]): Violation | undefined {
  let violation: Violation | undefined;
  for (const chunk of chunks) violation = guard.check(chunk);
  return violation;
}

function loggedIn(): PacketSizeGuard {
  const guard = new PacketSizeGuard();
  guard.check(connect());
  guard.loggedIn();
  return guard;
}

describe('before login', () => {
  test.each<[string, Uint8Array, Violation | undefined]>([
    ['a CONNECT of exactly the limit passes', connect(maxControlBytes), undefined],
    ['a CONNECT one byte over is refused', connect(maxControlBytes + 1), 'oversize'],
    ['a CONNECT is judged by its header, long before it is all there', connect(2_000_000).subarray(0, 5), 'oversize'],
    ['a PUBLISH first is refused by its first byte', Uint8Array.of(0x32), 'not-connect'],
    ['an HTTP request is refused', Buffer.from('GET / HTTP/1.1\r\n'), 'not-connect'],
    ['a TLS hello is refused', Uint8Array.of(0x16, 3, 1), 'not-connect'],
    ['CONNECT with reserved flags set is refused', Uint8Array.of(0x11, 10), 'not-connect'],
    ['a length of five bytes is refused', Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0xff, 1), 'malformed-length'],
    ['a half header passes for now', Uint8Array.of(0x10, 0x80), undefined],
    ['nothing at all passes for now', new Uint8Array(), undefined],
    [
      'what follows CONNECT keeps to the small limit',
      Buffer.concat([connect(), publish(maxControlBytes + 1)]),
      'oversize',
    ],
    ['what follows CONNECT and is small passes', Buffer.concat([connect(), publish(100)]), undefined],
  ])('%s', (_title, bytes, expected) => {
    expect(new PacketSizeGuard().check(bytes)).toBe(expected);
  });
});

describe('after login', () => {
  test.each<[string, Uint8Array, Violation | undefined]>([
    ['a PUBLISH of exactly the limit passes', publish(maxPublishBytes), undefined],
    ['a PUBLISH one byte over is refused', publish(maxPublishBytes + 1), 'oversize'],
    ['a SUBSCRIBE over the small limit is refused', packet(0x82, maxControlBytes + 1), 'oversize'],
    ['a packet without a body passes', Uint8Array.of(0xc0, 0), undefined],
    [
      'the packet after one of the limit is counted from its own start',
      Buffer.concat([publish(maxPublishBytes), Uint8Array.of(0xc0, 0), publish(maxPublishBytes + 1)]),
      'oversize',
    ],
    ['a malformed length is refused', Uint8Array.of(0x32, 0x80, 0x80, 0x80, 0x80), 'malformed-length'],
  ])('%s', (_title, bytes, expected) => {
    expect(loggedIn().check(bytes)).toBe(expected);
  });
});

test('a violation is final, whatever comes after it', () => {
  const guard = new PacketSizeGuard();
  expect(checkAll(guard, Uint8Array.of(0x32), connect())).toBe('not-connect');
});

test('how the bytes are cut into chunks changes nothing', () => {
  const sizes = fc.integer({ min: 2, max: 20_000 });
  const cuts = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.array(sizes, { maxLength: 8 }), fc.boolean(), cuts, (packets, oversize, steps) => {
      const stream = Buffer.concat([...packets.map(publish), ...(oversize ? [publish(maxPublishBytes + 1)] : [])]);
      const guard = loggedIn();
      let violation: Violation | undefined;
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const step = steps[turn % steps.length] ?? 1;
        violation = guard.check(stream.subarray(at, at + step));
        at += step;
      }
      expect(violation).toBe(oversize ? 'oversize' : undefined);
    }),
    { numRuns: 100 },
  );
});
