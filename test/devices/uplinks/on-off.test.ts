import { describe, expect, test } from 'vitest';
import { checkText } from '../../../contract/words/check/check.ts';
import { uplinkProfileSchema } from '../../../devices/uplinks/uplink-profile.ts';
import { read, said, shown, uplinks } from './builders.ts';

const about = { id: 'test', maker: 'Test', model: 'T', source: 'none', verified: 'none', protocol: 'uplink' };
const points = { value: { type: 'bool', kind: 'alarm' } } as const;
const ofByte = (field: object) => ({
  points,
  layouts: [{ id: 's', port: 1, body: 'bytes' as const, length: 1, fields: { value: field } }],
});
const ofJson = (field: object) => ({
  points,
  layouts: [{ id: 's', body: 'json' as const, fields: { value: { path: 'a', ...field } } }],
});

/** Where a profile is refused, and why. */
function refusals(given: object): string[] {
  const parsed = uplinkProfileSchema.safeParse({ ...about, ...given });
  return (parsed.error?.issues ?? []).map(({ path, message }) => `${path.at(-1)?.toString()}: ${message}`);
}

describe('what is on and off is a value that comes', () => {
  test('a bit that is on at 0 is on at 0', () => {
    const profile = uplinks(ofByte({ type: 'bit', bit: 0, on: 0, off: 1 }) as never);
    expect([said(profile, 1, '00'), said(profile, 1, '01')]).toEqual([{ value: true }, { value: false }]);
    expect(refusals(ofByte({ type: 'bit', bit: 0, on: 0 }))).toEqual([
      'off: on and off are the same, so it would be true for ever; correct one of them',
    ]);
  });

  test('a number of a data sheet is the raw value it is', () => {
    const profile = uplinks(ofByte({ type: 'i8', on: 0x80, off: 0 }) as never);
    expect(said(profile, 1, '80')).toEqual({ value: true });
  });

  test('a yes or no of JSON may come as a number', () => {
    const profile = uplinks(ofJson({ type: 'bool', on: 0, off: 1 }) as never);
    const tell = (a: unknown) => shown(read(profile, { kind: 'json', json: { a } }));
    expect([0, 1, false, true, 2, null].map(tell)).toEqual([
      ...[true, false, true, false].map((value) => ({ value })),
      { value: 'out-of-range' },
      { value: 'out-of-range: not-finite' },
    ]);
  });

  test.each<[string, object, RegExp]>([
    ['beyond a byte', ofByte({ type: 'u8', on: 300, off: 0 }), /^on: 300 is no raw value here/],
    ['a yes for a number', ofByte({ type: 'u8', on: true, off: 0 }), /^on: what comes as a number/],
    ['text for a number', ofJson({ type: 'number', on: 1, off: '0' }), /^off: what comes as a number/],
    ['2 for a bit', ofByte({ type: 'bit', bit: 0, on: 2, off: 0 }), /^on: what comes as a bit/],
    ['a number for text', ofJson({ type: 'text', on: 'ON', off: 0 }), /^off: what comes as text/],
    ['text with one side', ofJson({ type: 'text', on: 'ON' }), /^off: what comes as text/],
  ])('%s is refused', (_, given, why) => expect(refusals(given)).toEqual([expect.stringMatching(why)]));
});

test.each([
  ['$.a', 'a'],
  ['a[0].b', 'a.0.b'],
  ["$['a']['b']", 'a.b'],
  ['.a', 'a'],
  ['a..b', 'a.b'],
])('the path %s, which would find nothing, is refused with %s', (path, meant) => {
  const { en } = checkText({ code: 'json-path-form', path, meant });
  expect(refusals(ofJson({ type: 'bool', path }))).toEqual([`path: ${en}`]);
  expect(refusals(ofJson({ type: 'bool', path: meant }))).toEqual([]);
});
