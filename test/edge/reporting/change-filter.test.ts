import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Reading } from '../../../contract/reading.ts';
import { ChangeFilter, isWorthSending, type Sent } from '../../../edge/reporting/change-filter.ts';
import { reading, ref } from '../north.ts';

const rule = { ref: ref('box-1', 'level'), everyMs: 1000, deadband: 0.5, maxSilenceMs: 60_000 };
const sent = (value: Sent['value'], fault: Sent['fault'] = null): Sent => ({ value, fault, mono: 0 });

describe('what is worth sending', () => {
  test.each<[string, Sent | undefined, Reading, boolean]>([
    ['the first reading', undefined, reading({ value: 3 }), true],
    ['a first reading that is bad', undefined, reading({ value: null, fault: 'timeout' }), true],
    ['an equal number', sent(3), reading({ value: 3, mono: 1000 }), false],
    ['a change of exactly the deadband', sent(3), reading({ value: 3.5, mono: 1000 }), false],
    ['a change beyond the deadband', sent(3), reading({ value: 3.51, mono: 1000 }), true],
    ['a fall beyond the deadband', sent(3), reading({ value: 2.4, mono: 1000 }), true],
    ['an equal contact', sent(true), reading({ value: true, mono: 1000 }), false],
    ['a contact that moved', sent(true), reading({ value: false, mono: 1000 }), true],
    ['a word that changed', sent('ok'), reading({ value: 'alarm', mono: 1000 }), true],
    ['a fault that came', sent(3), reading({ value: null, fault: 'timeout', mono: 1000 }), true],
    ['the same fault again', sent(null, 'timeout'), reading({ value: null, fault: 'timeout', mono: 1000 }), false],
    ['another fault', sent(null, 'timeout'), reading({ value: null, fault: 'bad-frame', mono: 1000 }), true],
    ['a fault that went', sent(null, 'timeout'), reading({ value: 3, mono: 1000 }), true],
    ['an equal value grown doubtful', sent(3), reading({ value: 3, fault: 'noisy', mono: 1000 }), true],
    ['zero after no value', sent(null, 'timeout'), reading({ value: 0, fault: 'timeout', mono: 1000 }), true],
    ['an equal number, the next poll still in time', sent(3), reading({ value: 3, mono: 59_000 }), false],
    ['an equal number, the next poll too late', sent(3), reading({ value: 3, mono: 59_001 }), true],
    [
      'the same fault, the next poll too late',
      sent(null, 'timeout'),
      reading({ value: null, fault: 'timeout', mono: 59_001 }),
      true,
    ],
  ])('%s', (_, before, now, worth) => {
    expect(isWorthSending(rule, before, now)).toBe(worth);
  });
});

describe('ChangeFilter', () => {
  test('measures the deadband from what was sent, so that a slow drift is not lost', () => {
    const filter = new ChangeFilter([rule]);
    const values = [0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2];
    const out = values.flatMap((value, i) => filter.accept([reading({ value, mono: i * 1000 })]));
    expect(out.map(({ value }) => value)).toEqual([0, 0.6, 1.2]);
  });

  test('lets every point out once after a snapshot, whatever it is', () => {
    const filter = new ChangeFilter([rule, { ...rule, ref: ref('box-1', 'door') }]);
    const both = [reading({ value: 1 }), reading({ point: 'door', value: false })];
    expect(filter.accept(both)).toHaveLength(2);
    expect(filter.accept(both)).toHaveLength(0);
    filter.reset();
    expect(filter.accept(both)).toHaveLength(2);
    expect(filter.accept(both)).toHaveLength(0);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('makes %s no value, out of range', (value) => {
    const [out] = new ChangeFilter([rule]).accept([reading({ value })]);
    expect(out).toMatchObject({ value: null, fault: 'out-of-range' });
  });

  test('is never silent for longer than the limit, at any steady poll period within it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60_000 }), fc.integer({ min: 2, max: 200 }), (everyMs, polls) => {
        const filter = new ChangeFilter([{ ...rule, everyMs }]);
        let last = 0;
        for (let i = 0; i < polls; i++) {
          const mono = i * everyMs;
          if (filter.accept([reading({ value: 7, mono })]).length > 0) last = mono;
          if (mono - last > rule.maxSilenceMs) return false;
        }
        return true;
      }),
    );
  });
});
