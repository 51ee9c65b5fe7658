import { describe, expect, test } from 'vitest';
import type { InterlockConfig } from '../../../config/site.ts';
import { pointRefSchema } from '../../../contract/ids.ts';
import { driveOf, dueOf, newInterlock, nextInterlock, testMs } from '../../../edge/interlock/interlock.ts';
import { button, gasPoint, interlockConfig, smoke1, smoke2 } from './config.ts';

type Step =
  | { at: number; point: string; value: boolean | number | null; fault?: 'timeout' | 'noisy' }
  | { at: number; do: 'silence' | 'test' | 'tick' };

/** What the output is told to be after each step: on, off, hold, or the code for which it is blocked. */
function play(config: InterlockConfig, steps: readonly Step[]): string[] {
  let interlock = newInterlock(config);
  return steps.map((step) => {
    const { at: mono } = step;
    interlock =
      'do' in step
        ? nextInterlock(interlock, { kind: step.do, mono })
        : nextInterlock(interlock, {
            kind: 'reading',
            point: pointRefSchema.parse(step.point),
            value: step.value,
            fault: step.fault ?? (step.value === null ? 'timeout' : null),
            mono,
          });
    const drive = driveOf(interlock);
    if (drive.kind === 'blocked') return drive.reason.code;
    return drive.kind === 'hold' ? 'hold' : drive.on === config.on ? 'on' : 'off';
  });
}

const calm: Step[] = [
  { at: 0, point: smoke1, value: false },
  { at: 0, point: smoke2, value: false },
];

describe('an interlock', () => {
  test.each<[InterlockConfig['onUnknown'], string]>([
    ['hold', 'hold'],
    ['on', 'on'],
    ['off', 'off'],
  ])('that knows nothing does as onUnknown: %s', (onUnknown, drive) => {
    const config = interlockConfig({ onUnknown });
    expect(play(config, [{ at: 0, do: 'tick' }])).toEqual([drive]);
  });

  test('switches on with the first detector and off when all are back', () => {
    expect(
      play(interlockConfig(), [
        ...calm,
        { at: 1000, point: smoke1, value: true },
        { at: 2000, point: smoke2, value: true },
        { at: 3000, point: smoke1, value: false },
        { at: 4000, point: smoke2, value: false },
      ]),
    ).toEqual(['hold', 'off', 'on', 'on', 'on', 'off']);
  });

  test('goes on sounding when its detector falls silent: unknown never clears', () => {
    const steps: Step[] = [...calm, { at: 1000, point: smoke1, value: true }, { at: 2000, point: smoke1, value: null }];
    for (const onUnknown of ['hold', 'on', 'off'] as const) {
      expect(play(interlockConfig({ onUnknown }), steps).at(-1)).toBe('on');
    }
  });

  test('does not clear by an uncertain reading', () => {
    const steps: Step[] = [
      ...calm,
      { at: 1000, point: smoke1, value: true },
      { at: 2000, point: smoke1, value: false, fault: 'noisy' },
    ];
    expect(play(interlockConfig(), steps).at(-1)).toBe('on');
  });

  test('is silenced by the contact closing, once, and sounds again when another point detects', () => {
    expect(
      play(interlockConfig({ silence: true }), [
        ...calm,
        { at: 500, point: button, value: false },
        { at: 1000, point: smoke1, value: true },
        { at: 2000, point: button, value: true },
        { at: 3000, point: smoke1, value: true },
        { at: 4000, point: smoke2, value: true },
        { at: 5000, point: button, value: true },
      ]).slice(3),
    ).toEqual(['on', 'off', 'off', 'on', 'on']);
  });

  test('forgets its silence when the condition is over', () => {
    expect(
      play(interlockConfig(), [
        ...calm,
        { at: 1000, point: smoke1, value: true },
        { at: 2000, do: 'silence' },
        { at: 3000, point: smoke1, value: false },
        { at: 4000, point: smoke1, value: true },
      ]).slice(2),
    ).toEqual(['on', 'off', 'off', 'on']);
  });

  test('is not silenced before it sounds', () => {
    expect(
      play(interlockConfig(), [...calm, { at: 1, do: 'silence' }, { at: 2, point: smoke1, value: true }]).at(-1),
    ).toBe('on');
  });

  test('is tested for a moment that ends by itself', () => {
    const config = interlockConfig();
    expect(
      play(config, [
        ...calm,
        { at: 1000, do: 'test' },
        { at: 1000 + testMs - 1, do: 'tick' },
        { at: 1000 + testMs, do: 'tick' },
      ]),
    ).toEqual(['hold', 'off', 'on', 'on', 'off']);
    const testing = nextInterlock(newInterlock(config), { kind: 'test', mono: 1000 });
    expect(dueOf(testing)).toBe(1000 + testMs);
  });

  test('is not switched in a gas zone while gas is there or unknown, in either direction', () => {
    expect(
      play(interlockConfig({ gas: true }), [
        ...calm,
        { at: 1000, point: smoke1, value: true },
        { at: 2000, point: gasPoint, value: 12 },
        { at: 3000, point: gasPoint, value: 2 },
        { at: 4000, point: gasPoint, value: null },
      ]).slice(2),
    ).toEqual(['gas-zone', 'gas-zone', 'on', 'gas-zone']);
  });
});
