import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uplinkProfileSchema } from '../../../devices/uplinks/uplink-profile.ts';
import { read, said, shown, uplinks } from './builders.ts';

/** The example of RFC 8428, 6: a voltage and six currents of the last seconds. */
const rfc8428 = `87 A7 21 78 1B 75726E3A6465763A6F773A313065323037336130313038303036 3A
  22 FB 41D303A15B001062 23 61 41 20 05 00 67 766F6C74616765 01 61 56 02 FB 405E066666666666
  A3 00 67 63757272656E74 06 24 02 FB 3FF3333333333333 A3 00 67 63757272656E74 06 23 02 FB 3FF4CCCCCCCCCCCD
  A3 00 67 63757272656E74 06 22 02 FB 3FF6666666666666 A3 00 67 63757272656E74 06 21 02 F9 3E00
  A3 00 67 63757272656E74 06 20 02 FB 3FF999999999999A A3 00 67 63757272656E74 06 00 02 FB 3FFB333333333333`;

/** Frames of real sensors with the values that they mean, among them those that published decoders read otherwise. */

const ct103 = uplinks({
  layouts: [
    {
      id: 'report',
      port: 85,
      body: 'channels',
      order: 'little',
      channels: {
        '09 67': {
          length: 2,
          fields: { temperature: { type: 'i16', noValue: { 65535: 'read-failed', 65533: 'over-range' } } },
        },
        '89 67': {
          length: 3,
          fields: {
            temperature: { type: 'i16', noValue: { 65535: 'ambiguous', 65533: 'ambiguous' } },
            alarm: { at: 2, type: 'u8' },
          },
        },
        '04 98': { length: 2, fields: { current: { type: 'u16', noValue: { 65535: 'read-failed' } } } },
        '84 98': {
          length: 7,
          fields: {
            current_max: { at: 0, type: 'u16', noValue: { 65535: 'over-range' } },
            current_min: { at: 2, type: 'u16', noValue: { 65535: 'over-range' } },
            current: { at: 4, type: 'u16', noValue: { 65535: 'over-range' } },
            over_range: { at: 6, type: 'bit', bit: 2 },
          },
        },
      },
    },
  ],
  points: {
    temperature: { scale: 0.1, unit: '°C', kind: 'temperature' },
    current: { scale: 0.01, unit: 'A', kind: 'current' },
    current_max: { scale: 0.01, unit: 'A', kind: 'current' },
    current_min: { scale: 0.01, unit: 'A', kind: 'current' },
    alarm: { type: 'bool', kind: 'alarm' },
    over_range: { type: 'bool', kind: 'alarm' },
  },
});

describe('a code for "no value" belongs to a channel, not to a type (Milesight CT103)', () => {
  test.each([
    ['09 67 FF FF', { temperature: 'sentinel: read-failed' }],
    ['09 67 FE FF', { temperature: -0.2 }],
    ['09 67 FD FF', { temperature: 'out-of-range: over-range' }],
    ['09 67 FC FF', { temperature: -0.4 }],
    ['09 67 00 00', { temperature: 0 }],
    ['09 67 01 00', { temperature: 0.1 }],
    ['09 67 0A 00', { temperature: 1 }],
    ['89 67 FF FF 01', { temperature: 'sentinel: ambiguous', alarm: true }],
    ['89 67 FE FF 01', { temperature: -0.2, alarm: true }],
    ['89 67 FD FF 01', { temperature: 'sentinel: ambiguous', alarm: true }],
    ['89 67 FC FF 00', { temperature: -0.4, alarm: false }],
    ['89 67 0A 00 02', { temperature: 1, alarm: 'out-of-range' }],
    [
      '84 98 FF FF FF FF FF FF 04',
      {
        current: 'out-of-range: over-range',
        current_max: 'out-of-range: over-range',
        current_min: 'out-of-range: over-range',
        over_range: true,
      },
    ],
    // The published example of the maker, with the bits that it says.
    ['84 98 B8 0B D0 07 C4 09 05', { current: 25, current_max: 30, current_min: 20, over_range: true }],
  ])('%s', (frame, values) => expect(said(ct103, 85, frame)).toEqual(values));
});

const uc501 = uplinks({
  layouts: [
    {
      id: 'report',
      port: 85,
      body: 'channels',
      order: 'little',
      channels: {
        'FF 0E 07 25': { length: 4, fields: { level: { type: 'f32' } } },
        'FF 0E 07 26': { length: 4, fields: { count: { type: 'u32' } } },
        'FF 0E 08 26': { length: 4, fields: { net: { type: 'i32' } } },
      },
    },
  ],
  points: { level: { kind: 'level' }, count: { kind: 'counter' }, net: { kind: 'energy' } },
});

describe('numbers are what their bits are (Milesight UC501)', () => {
  const notFinite = { level: 'out-of-range: not-finite' };
  test.each([
    ['a quiet NaN', 'FF 0E 07 25 00 00 C0 7F', notFinite],
    ['a NaN with a sign', 'FF 0E 07 25 00 00 C0 FF', notFinite],
    ['plus infinity', 'FF 0E 07 25 00 00 80 7F', notFinite],
    ['minus infinity', 'FF 0E 07 25 00 00 80 FF', notFinite],
    ['minus zero', 'FF 0E 07 25 00 00 00 80', { level: 0 }],
    ['the least number there is', 'FF 0E 07 25 01 00 00 00', { level: 2 ** -149 }],
    ['21.5', 'FF 0E 07 25 00 00 AC 41', { level: 21.5 }],
    ['all ones of a counter', 'FF 0E 07 26 FF FF FF FF', { count: 4_294_967_295 }],
    ['the top bit of a counter', 'FF 0E 07 26 00 00 00 80', { count: 2_147_483_648 }],
    ['the one below it', 'FF 0E 07 26 FF FF FF 7F', { count: 2_147_483_647 }],
    ['a signed register', 'FF 0E 08 26 FF FF FF FF', { net: -1 }],
  ])('%s', (_, frame, values) => expect(said(uc501, 85, frame)).toEqual(values));
});

const nps405 = uplinks({
  layouts: [
    {
      id: 'tag',
      port: 10,
      firmware: 'bit-7',
      body: 'bytes',
      length: 5,
      fields: {
        occupied: { at: 0, type: 'bit', bit: 7 },
        duration: { at: 0, type: 'u8', mask: 0x7f },
        tag: { at: 1, type: 'hex', length: 4 },
      },
    },
    {
      id: 'tag-with-battery',
      port: 10,
      firmware: 'bit-0',
      body: 'bytes',
      length: 6,
      fields: {
        occupied: { at: 0, type: 'bit', bit: 0 },
        duration: { at: 0, type: 'u8', mask: 0xfe },
        tag: { at: 2, type: 'hex', length: 4 },
      },
    },
  ],
  points: {
    occupied: { type: 'bool', kind: 'occupancy' },
    duration: { kind: 'runtime' },
    tag: { type: 'text', kind: 'model' },
  },
});

describe('identifiers are text of fixed width, and a layout goes by firmware and length (Nwave NPS405)', () => {
  test.each([
    ['bit-7', 'D1 9F 34 56 78', { occupied: true, duration: 81, tag: '9F345678' }],
    ['bit-7', 'D1 1F 34 56 78', { occupied: true, duration: 81, tag: '1F345678' }],
    ['bit-7', 'D1 00 00 01 23', { occupied: true, duration: 81, tag: '00000123' }],
    ['bit-0', 'D1 20 1F 34 56 78', { occupied: true, duration: 104, tag: '1F345678' }],
    ['bit-0', 'D1 9F 34 56 78', { code: 'other-length', got: 5, known: [6], hex: 'D1 9F 34 56 78' }],
    ['bit-7', 'D1 20 1F 34 56 78', { code: 'other-length', got: 6, known: [5], hex: 'D1 20 1F 34 56 78' }],
    [null, 'D1 9F 34 56 78', { code: 'other-port', got: 10, known: [] }],
  ])('firmware %s: %s', (firmware, frame, values) => expect(said(nps405, 10, frame, firmware)).toEqual(values));
});

const ldds75 = uplinks({
  layouts: [
    {
      id: 'report',
      port: 2,
      body: 'bytes',
      length: [5, 8],
      fields: {
        battery: { at: 0, type: 'u16', mask: 0x3fff },
        distance: { at: 2, type: 'u16', noValue: { 0: 'no-sensor', '1-20': 'invalid-reading' } },
      },
    },
  ],
  points: {
    battery: { scale: 0.001, unit: 'V', kind: 'voltage' },
    distance: { unit: 'mm', valid: [0, 7500], kind: 'distance' },
  },
});

describe('a length that the profile does not have is refused, never guessed (Dragino LDDS75)', () => {
  test.each([
    ['0B 45 01 05 00', { battery: 2.885, distance: 261 }],
    ['0B 45 07 D0 00', { battery: 2.885, distance: 2000 }],
    ['0B 45 00 13 00', { battery: 2.885, distance: 'out-of-range: invalid-reading' }],
    ['0B 45 00 00 00', { battery: 2.885, distance: 'sentinel: no-sensor' }],
    ['0B 45 01 05 00 01 05 01', { battery: 2.885, distance: 261 }],
    ['0B 45 01 05', { code: 'other-length', got: 4, known: [5, 8], hex: '0B 45 01 05' }],
    ['0B 45 01 05 00 01', { code: 'other-length', got: 6, known: [5, 8], hex: '0B 45 01 05 00 01' }],
    ['', { code: 'other-length', got: 0, known: [5, 8], hex: '' }],
  ])('%s', (frame, values) => expect(said(ldds75, 2, frame)).toEqual(values));
});

describe('channels are read to the very end, or the message is refused', () => {
  test.each([
    ['09 67 0A 00 11 22', { code: 'other-channel', at: 4, hex: '11 22' }],
    ['11 22 09 67 0A 00', { code: 'other-channel', at: 0, hex: '11 22 09 67 0A 00' }],
    ['09 67 0A', { code: 'cut-channel', channel: '09 67', got: 1, of: 2 }],
    ['09', { code: 'other-channel', at: 0, hex: '09' }],
    ['09 67 0A 00 09 67 0B 00', { code: 'point-twice', point: 'temperature' }],
    ['09 67 0A 00 09 67 0A 00', { temperature: 1 }],
    // The report has a value where the alarm cannot tell.
    ['09 67 FC FF 89 67 FF FF 01', { temperature: -0.4, alarm: true }],
    ['89 67 FF FF 01 09 67 FC FF', { temperature: -0.4, alarm: true }],
  ])('%s', (frame, values) => expect(said(ct103, 85, frame)).toEqual(values));

  test('a port that the profile does not have is refused, one that it ignores says nothing', () => {
    expect(said(ct103, 7, '09 67 0A 00')).toEqual({ code: 'other-port', got: 7, known: [85] });
    const deaf = uplinks({ ...twoBytes({ type: 'u8' }), ignore: { ports: [202] } });
    expect(said(deaf, 202, '01')).toBe('ignored');
  });
});

function twoBytes(field: object) {
  return {
    layouts: [
      { id: 'a', port: 1, body: 'bytes' as const, length: 2, fields: { value: { type: 'u8' as const, ...field } } },
    ],
    points: { value: { kind: 'test' } },
  };
}

describe('other bodies', () => {
  const json = (path: string, type: 'number' | 'bool' | 'text', point: object = {}, field: object = {}) =>
    uplinks({
      layouts: [{ id: 'state', body: 'json', fields: { value: { path, type, ...field } } }],
      points: { value: { kind: 'test', ...point } },
    });
  const jsonSaid = (profile: ReturnType<typeof uplinks>, body: unknown) =>
    shown(read(profile, { kind: 'json', json: body }));

  test.each<[string, ReturnType<typeof uplinks>, unknown, unknown]>([
    ['a number', json('a.b.1', 'number'), { a: { b: [1, 2.5] } }, { value: 2.5 }],
    ['a number that is text', json('a', 'number'), { a: '2' }, { value: 'out-of-range: not-finite' }],
    ['null', json('a', 'number'), { a: null }, { value: 'out-of-range: not-finite' }],
    ['past 2^53', json('a', 'number'), { a: 2 ** 60 }, { value: 'out-of-range' }],
    ['a yes', json('water_leak', 'bool', { type: 'bool' }), { water_leak: true }, { value: true }],
    [
      'contact that is false while open',
      json('contact', 'bool', { type: 'bool' }, { on: false, off: true }),
      { contact: false },
      { value: true },
    ],
    [
      'another word',
      json('s', 'text', { type: 'text', enum: { open: 'open' } }),
      { s: 'ajar' },
      { value: 'out-of-range' },
    ],
    ['nothing of it', json('a', 'number'), { b: 1 }, { code: 'no-known-field' }],
    ['no object', json('a', 'number'), 5, { code: 'not-json' }],
    ['a key of every object', json('constructor', 'number'), { a: 1 }, { code: 'no-known-field' }],
  ])('JSON: %s', (_, profile, body, values) => expect(jsonSaid(profile, body)).toEqual(values));

  const senml = uplinks({
    layouts: [
      {
        id: 'pack',
        body: 'senml',
        fields: {
          temperature: { name: 'temperature', type: 'number' },
          door: { name: 'urn:dev:ow:10e2073a01080063:door', type: 'bool' },
        },
      },
    ],
    points: { temperature: { kind: 'temperature', scale: 1 }, door: { type: 'bool', kind: 'door' } },
  });
  test.each<[string, unknown, unknown]>([
    [
      'a base name, a base value and the newest of two (RFC 8428, 4.1)',
      [
        { bn: 'urn:dev:ow:10e2073a01080063:', bt: 1.32e9, bv: 20, n: 'temperature', v: 1, t: 5 },
        { n: 'temperature', v: 3.5, t: 0 },
        { n: 'door', vb: true },
      ],
      { temperature: 21, door: true },
    ],
    [
      'two sensors of one name',
      [
        { n: 'a/temperature', v: 1 },
        { n: 'b/temperature', v: 2 },
      ],
      { code: 'no-known-field' },
    ],
    ['no list', { n: 'temperature', v: 1 }, { code: 'not-json' }],
    ['a later version', [{ bver: 11, n: 'temperature', v: 1 }], { code: 'not-json' }],
    ['a label that must be understood', [{ n: 'temperature', v: 1, half_: true }], { code: 'not-json' }],
  ])('SenML: %s', (_, body, values) => expect(jsonSaid(senml, body)).toEqual(values));

  const cbor = uplinks({
    layouts: [
      {
        id: 'pack',
        port: 5,
        body: 'senml-cbor',
        fields: {
          voltage: { name: 'urn:dev:ow:10e2073a0108006:voltage', type: 'number' },
          current: { name: 'current', type: 'number' },
          door: { name: 'door', type: 'bool' },
        },
      },
    ],
    points: {
      voltage: { kind: 'voltage', unit: 'V' },
      current: { kind: 'current', unit: 'A' },
      door: { type: 'bool', kind: 'door' },
    },
  });
  const refusedSenml = { code: 'not-senml', hex: expect.any(String) };
  test.each<[string, string, unknown]>([
    ['the pack of RFC 8428, 6', rfc8428, { voltage: 120.1, current: 1.7 }],
    ['a contact by its number', '81 A2 00 64 646F6F72 04 F5', { door: true }],
    ['a key that is text where it has a number', '81 A2 61 6E 64 646F6F72 04 F5', { code: 'no-known-field' }],
    ['a key twice', '81 A3 00 64 646F6F72 04 F5 04 F4', refusedSenml],
    ['a later version', '81 A3 20 0B 00 64 646F6F72 04 F5', refusedSenml],
    ['a label that must be understood', '81 A3 00 64 646F6F72 04 F5 62 785F F5', refusedSenml],
    ['a number that is none', '81 A2 00 67 63757272656E74 02 F9 7E00', refusedSenml],
    ['infinity', '81 A2 00 67 63757272656E74 02 F9 7C00', refusedSenml],
    ['a tag', 'C1 00', refusedSenml],
    ['no list', 'A1 00 61 61', refusedSenml],
    ['a list of no records', '81 01', refusedSenml],
    ['bytes behind its end', '81 A2 00 64 646F6F72 04 F5 00', refusedSenml],
    ['a pack that was cut', '81 A2 00 64 646F', refusedSenml],
    ['a length beyond all bounds', '9B 7FFFFFFFFFFFFFFF', refusedSenml],
    ['nothing', '', refusedSenml],
  ])('SenML in CBOR: %s', (_, hex, values) => expect(said(cbor, 5, hex.replaceAll(/\s/g, ''))).toEqual(values));

  test('whatever bytes come as SenML in CBOR, none throws', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const { kind } = read(cbor, { kind: 'bytes', port: 5, bytes });
        return kind === 'refused' || kind === 'said';
      }),
      { numRuns: 300 },
    );
  });

  const tlv = uplinks({
    layouts: [
      {
        id: 'object',
        body: 'lwm2m-tlv',
        fields: {
          maker: { path: '0', type: 'text' },
          level: { path: '9', type: 'integer' },
          source: { path: '6/1', type: 'integer' },
          voltage: { path: '7/0', type: 'integer' },
          value: { path: '0/5700', type: 'float' },
        },
      },
    ],
    points: {
      maker: { type: 'text', kind: 'model' },
      level: { kind: 'battery', unit: '%' },
      source: { kind: 'status' },
      voltage: { kind: 'voltage', unit: 'V', scale: 0.001 },
      value: { kind: 'level' },
    },
  });
  test.each<[string, string, unknown]>([
    [
      // OMA-TS-LightweightM2M-V1_0, 6.4.3.1, the Device object of its example.
      'the example of the specification',
      'C8 00 14 4F 70 65 6E 20 4D 6F 62 69 6C 65 20 41 6C 6C 69 61 6E 63 65 86 06 41 00 01 41 01 05 88 07 08 42 00 0E D8 42 01 13 88 C1 09 64',
      { maker: 'Open Mobile Alliance', level: 100, source: 5, voltage: 3.8 },
    ],
    ['an instance with a length of its own', '08 00 08 E8 16 44 04 41 AC 00 00', { value: 21.5 }],
    ['an instance with a float', '07 00 E4 16 44 41 AC 00 00', { value: 21.5 }],
    ['a length that reaches beyond the end', 'C8 00 14 4F', { code: 'not-tlv', at: 0, hex: 'C8 00 14 4F' }],
    ['an integer of three bytes', 'C3 09 01 02 03', { level: 'out-of-range: not-finite' }],
    ['nothing of it', 'C1 0B 00', { code: 'no-known-field' }],
  ])('LwM2M TLV: %s', (_, frame, values) => expect(said(tlv, null, frame)).toEqual(values));
});

describe('what a profile may not say', () => {
  const problems = (given: object) => {
    const parsed = uplinkProfileSchema.safeParse({
      ...{ id: 'test', maker: 'Test', model: 'T', source: 'none', verified: 'none', protocol: 'uplink' },
      ...twoBytes({}),
      ...given,
    });
    return parsed.success ? [] : parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  };
  const layout = (more: object) => ({ id: 'b', port: 1, body: 'bytes', length: 2, fields: {}, ...more });
  const first = twoBytes({}).layouts[0];

  test.each<[string, object, RegExp]>([
    [
      'a field past the end',
      { layouts: [layout({ fields: { value: { at: 1, type: 'u16' } } })] },
      /fields\.value\.at: the frame has 2 bytes/,
    ],
    [
      'a field of no point',
      { layouts: [first, layout({ port: 2, fields: { x: { type: 'u8' } } })] },
      /there is no point x/,
    ],
    [
      'a point that stands nowhere',
      { points: { value: { kind: 'a' }, other: { kind: 'b' } } },
      /points\.other: stands in no layout/,
    ],
    [
      'two layouts for one message',
      { layouts: [first, layout({})] },
      /layouts\.1: a message could have layout a as well/,
    ],
    ['a port that is ignored as well', { ignore: { ports: [1] } }, /port 1 stands in `ignore`/],
    [
      'a code that the type cannot give',
      { layouts: [layout({ fields: { value: { type: 'u8', noValue: { 300: 'no-sensor' } } } })] },
      /300/,
    ],
    ['a yes or no out of a number', { points: { value: { type: 'text', kind: 'a' } } }, /its point is text/],
    ['a mask with a hole', { layouts: [layout({ fields: { value: { type: 'u8', mask: 5 } } })] }, /side by side/],
    [
      'a channel that begins another',
      {
        layouts: [
          {
            id: 'c',
            body: 'channels',
            channels: { '01': { length: 1, fields: { value: { type: 'u8' } } }, '01 02': { length: 1 } },
          },
        ],
      },
      /begins with the bytes of channel "01"/,
    ],
  ])('%s', (_, given, message) => expect(problems(given).join('\n')).toMatch(message));

  test('two layouts of one port, told apart by length, firmware or first bytes', () => {
    expect(problems({ layouts: [first, layout({ length: 3 })] })).toEqual([]);
    expect(
      problems({
        layouts: [layout({ id: 'x', start: '01', fields: { value: { at: 1, type: 'u8' } } }), layout({ start: '02' })],
      }),
    ).toEqual([]);
  });
});

describe('whatever comes', () => {
  const profiles = [ct103, uc501, ldds75];
  test('nothing throws, and a value is one that these bytes can hold', () => {
    fc.assert(
      fc.property(fc.constantFrom(...profiles), fc.uint8Array({ maxLength: 40 }), (profile, bytes) => {
        const port = profile.layouts[0]?.port?.[0] ?? null;
        const found = read(profile, { kind: 'bytes', port, bytes });
        if (found.kind !== 'said') return found.kind === 'refused' && found.reason.code.length > 0;
        return [...found.points.values()].every(({ value, fault }) =>
          value === null ? fault !== null : typeof value !== 'number' || isHeld(value, bytes),
        );
      }),
      { numRuns: 300 },
    );
  });

  test('channels in any order and number say what each says alone', () => {
    const known: readonly [string, object][] = [
      ['09 67 0A 00', { temperature: 1 }],
      ['04 98 B8 0B', { current: 30 }],
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray([...known], { minLength: 1 }), (items) => {
        expect(said(ct103, 85, items.map(([hex]) => hex).join(' '))).toEqual(
          Object.assign({}, ...items.map(([, values]) => values)),
        );
      }),
      { numRuns: 20 },
    );
  });
});

/** No number of these layouts is greater than what four bytes, or a float among them, can say. */
function isHeld(value: number, bytes: Uint8Array): boolean {
  if (!Number.isFinite(value)) return false;
  if (Math.abs(value) <= 2 ** 32) return true;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.max(0, bytes.length - 3) }, (_, i) => view.getFloat32(i, true)).includes(value);
}
