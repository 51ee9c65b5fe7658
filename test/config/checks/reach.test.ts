import { describe, expect, test } from 'vitest';
import { frames, holding, lines, modbus, uplink } from './said.ts';

// As none of these is ever said, what waits for it counted for ever: a lost sensor's 0 as good.
describe('a condition that is never so is refused', () => {
  const value = (key: string) => holding('v', 0, `type: u16, ${key}`);
  test.each([
    ['beyond the type', 'invalidWhile: { s: 70000 }', 'type: u16', 's never says 70000: its values are 0 to 65535'],
    [
      'bits of a signed one',
      'invalidWhile: { s: 0x8000 }',
      'type: i16',
      's never says 32768: its values are -32768 to',
    ],
    ['below an unsigned one', 'invalidWhile: { s: [1, -1] }', 'type: u16', 's never says -1'],
    ['bits of a mask at their place', 'invalidWhile: { s: 0x0300 }', 'type: u16, mask: 0xFF00', 'values are 0 to 255'],
    ['a sentinel', 'invalidWhile: { s: 255 }', 'type: u16, sentinels: [255]', 's never says 255'],
    ['not valid', 'validWhile: { s: 255 }', 'type: u16, valid: [0, 100]', 'its values are 0 to 100'],
    ['outside the raw range', 'validWhile: { s: 5 }', 'type: u16, rawValid: [10, 20]', 'its values are 10 to 20'],
    ['between two steps', 'invalidWhile: { s: 1.5 }', 'type: u16', 's never says 1.5'],
    ['raw where the value is scaled', 'invalidWhile: { s: 20000 }', 'type: u16, scale: 0.1', 'values are 0 to 6553.5'],
    ['no float', 'negativeWhile: { s: 0.1 }', 'type: f32', 's never says 0.1'],
    ['no digits of bcd', 'invalidWhile: { s: 0x9999 }', 'type: bcd', 'its values are 0 to 9999'],
    ['longer than the text', 'invalidWhile: { s: ALARM }', 'type: string, length: 2', 's never says "ALARM"'],
    ['with a space behind it', 'invalidWhile: { s: "AL " }', 'type: string, length: 2', 's never says "AL "'],
  ])('%s', (_name, key, state, why) => {
    expect(modbus(`${value(key)}, ${holding('s', 1, state)}`).join('\n')).toContain(why);
  });

  test.each([
    ['invalidWhile: { s: 25.5 }', 'type: u16, scale: 0.1'],
    ['invalidWhile: { s: [0.3, -12.7] }', 'type: i16, scale: 0.1'],
    ['invalidWhile: { s: -128 }', 'type: i16, mask: 0xFF00'],
    ['invalidWhile: { s: 0.5 }', 'type: f32'],
    ['validWhile: { s: 300 }', 'type: u16, scaleBy: k'],
    ['validWhile: { s: -3 }', 'type: u16, negativeWhile: { k: 1 }'],
    ['validWhile: { s: OK }', 'type: string, length: 2'],
  ])('and %s of %s is not', (key, state) => {
    const points = `${value(key)}, ${holding('s', 1, state)}, ${holding('k', 2, 'type: u16')}`;
    expect(modbus(points)).toEqual([]);
  });

  test('on sensors that talk, and by radio', () => {
    expect(lines('a: { invalidWhile: { b: 1000 }, kind: x }, b: { kind: x }')[0]).toContain('-99 to 999');
    expect(lines('a: { invalidWhile: { b: FAIL }, kind: x }, b: { type: text, kind: x }')[0]).toContain('of 3 char');
    expect(
      frames('a: { at: 1, type: u8, invalidWhile: { b: 300 }, kind: x }, b: { at: 2, type: u8, kind: x }')[0],
    ).toContain('0 to 255');
    expect(uplink('a: { invalidWhile: { s: 256 }, kind: x }, s: { kind: x }')[0]).toContain('0 to 255');
    expect(uplink('a: { invalidWhile: { s: 255 }, kind: x }, s: { kind: x }')).toEqual([]);
  });

  test('also where the site scales the other point otherwise', () => {
    const points = `${value('invalidWhile: { s: 3 }')}, ${holding('s', 1, 'type: u16')}`;
    expect(modbus(points)).toEqual([]);
    expect(modbus(points, 's: { scale: 10 }')[0]).toContain('points.s.scale: s never says 3');
    expect(modbus(points, 's: { valid: [0, 2] }')[0]).toContain('points.s.valid: s never says 3');
  });
});

describe('a limit on one side of every value is refused', () => {
  const bay = holding('bay', 0, 'type: u16, valid: [30, 5000], trueBelow: 1500');
  test.each([
    ['metres where the value is millimetres', 'bay: { trueBelow: 1.5 }', 'none lies below 1.5 and it would be false'],
    ['beyond the range', 'bay: { trueBelow: 5001 }', 'all lie below 5001 and it would be true'],
    ['another scale', 'bay: { scale: 0.001 }', 'its values are 30 to 65.535, so all lie below 1500'],
  ])('%s', (_name, override, why) => {
    expect(modbus(bay, override).join('\n')).toContain(why);
  });

  test('in a profile too, of every wire', () => {
    expect(modbus(holding('v', 0, 'type: u16, trueBelow: -1'))[0]).toContain('none lies below -1');
    expect(lines('a: { trueBelow: 10000, kind: x }, b: { kind: x }')[0]).toContain('all lie below 10000');
    expect(frames('a: { at: 1, type: u8, trueBelow: 0, kind: x }')[0]).toContain('none lies below 0');
    expect(uplink('a: { kind: x }, s: { trueBelow: 300, kind: x }')[0]).toContain('all lie below 300');
    expect(modbus(bay, 'bay: { trueBelow: 5000 }')).toEqual([]);
  });

  test('and so is a range that no value lies in', () => {
    expect(modbus(holding('v', 0, 'type: u16, scale: 0.1, valid: [10000, 20000]'))[0]).toContain(
      '0 to 6553.5, so none',
    );
    expect(modbus(holding('v', 0, 'type: u16, valid: [200, 300]'), 'v: { scale: 0.001 }')[0]).toContain('v.scale');
  });
});

describe('keys that were passed over are refused', () => {
  test.each<[string, () => string[]]>([
    ['invert of a limit', () => modbus(holding('v', 0, 'type: u16, trueBelow: 5, invert: true'))],
    ['invert of a number', () => modbus(holding('v', 0, 'type: u16, invert: true'))],
    ['invert of words', () => modbus(holding('v', 0, 'type: bit, bit: 1, enum: { 0: ok, 1: alarm }, invert: true'))],
    ['invert of a text', () => lines('a: { type: text, invert: true, kind: x }, b: { kind: x }')],
    ['invert of a byte', () => frames('a: { at: 1, type: u8, trueBelow: 4, invert: true, kind: x }')],
    ['invert by radio', () => uplink('a: { trueBelow: 4, invert: true, kind: x }, s: { kind: x }')],
    ['a limit of a text', () => lines('a: { type: text, trueBelow: 4, kind: x }, b: { kind: x }')],
    ['a limit of a contact', () => lines('a: { type: bool, trueBelow: 4, kind: x }, b: { kind: x }')],
    ['a limit of a bit', () => frames('a: { at: 1, type: bit, bit: 0, trueBelow: 1, kind: x }')],
    ['a scale of 0', () => modbus(holding('v', 0, 'type: u16, scale: 0'))],
    ['a scale of 0 at a site', () => modbus(holding('v', 0, 'type: u16'), 'v: { scale: 0 }')],
    ['a scale of 0 in a line', () => lines('a: { scale: 0, kind: x }, b: { kind: x }')],
  ])('%s', (_name, problems) => {
    expect(problems().join('\n')).toMatch(/invert is for|is not turned|only a number can lie|by 0 every value/);
  });
});
