import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { faultCodes, type Reading, type Value } from '../../../contract/reading.ts';
import { type Plausibility, unwatched } from '../../../devices/plausibility.ts';
import { PlausibilityCheck } from '../../../edge/plausibility/plausibility.ts';
import { reading, ref } from '../north.ts';
import { times, watching, wobble } from './watching.ts';

const everything: Plausibility = {
  count: 1,
  restsAt: [],
  stuck: { afterMs: 5000, at: [0] },
  frozenAfterMs: 5000,
  maxNoise: 3,
  maxRise: 2,
  maxFall: 2,
};
const point = { ref: ref('box-1', 'level'), everyMs: 1000, plausibility: everything };

describe('PlausibilityCheck', () => {
  test('never changes a value or a time, and adds at most a fault of its own', () => {
    const value = fc.oneof(
      fc.integer({ min: -3, max: 3 }),
      fc.double({ noNaN: false }),
      fc.boolean(),
      fc.constantFrom<Value>('open', null),
    );
    const readings = fc.array(
      fc.record({ value, fault: fc.option(fc.constantFrom(...faultCodes), { freq: 8 }), after: fc.nat(5000) }),
      { maxLength: 120 },
    );
    fc.assert(
      fc.property(readings, (drafts) => {
        let mono = 0;
        const sent: Reading[] = drafts.map(({ value, fault, after }) => {
          mono += after;
          return reading({ value, fault: value === null ? (fault ?? 'timeout') : fault, mono });
        });
        const judged = new PlausibilityCheck([point]).judge(sent);
        expect(judged.map(({ fault: _, ...rest }) => rest)).toEqual(sent.map(({ fault: _, ...rest }) => rest));
        judged.forEach(({ fault }, i) => {
          const before = sent[i]?.fault ?? null;
          if (before !== null) expect(fault).toBe(before);
          else expect([null, 'stuck', 'frozen', 'noisy', 'rate']).toContain(fault);
        });
      }),
    );
  });

  test('is the same however the readings come in batches', () => {
    const sent = times(300, (i) => reading({ value: Math.round(4 * wobble(i)), mono: i * 1000 }));
    const whole = new PlausibilityCheck([point]).judge(sent);
    const single = new PlausibilityCheck([point]);
    expect(sent.flatMap((one) => single.judge([one]))).toEqual(whole);
    expect(new Set(whole.map(({ fault }) => fault)).size).toBeGreaterThan(1);
  });

  test('passes on readings of points it does not watch, in their order', () => {
    const sent = [
      reading({ point: 'door', value: true }),
      reading({ value: 7 }),
      reading({ point: 'mode', value: 'ok' }),
    ];
    expect(
      new PlausibilityCheck([point, { ...point, ref: ref('box-1', 'door'), plausibility: unwatched }]).judge(sent),
    ).toEqual(sent);
  });

  test('keeps points apart', () => {
    const other = { ...point, ref: ref('box-2', 'level') };
    const plausibility = new PlausibilityCheck([point, other]);
    const both = times(40, (i) => [
      reading({ value: 7, mono: i * 1000 }),
      reading({ device: 'box-2', value: 7 + (i % 2), mono: i * 1000 }),
    ]).map((pair) => plausibility.judge(pair).map(({ fault }) => fault));
    expect(both.at(-1)).toEqual(['frozen', null]);
  });

  test('names what lasts before what passes, so that one ill sensor is not told under changing names', () => {
    expect(
      watching({ ...everything, maxNoise: null })
        .polled(times(30, () => 0))
        .at(-1),
    ).toBe('stuck');
    const { polled } = watching({ ...everything, maxNoise: null });
    polled(times(30, () => 5));
    expect(polled([50])).toEqual(['frozen']);
  });

  test('takes what is doubted already, or has no value, as evidence of nothing', () => {
    const { polled, silent, judge } = watching({ maxRise: 2, maxFall: 2 });
    polled([10]);
    silent(1);
    expect(judge(reading({ value: 500, fault: 'clock', mono: 2500 }))).toMatchObject({ value: 500, fault: 'clock' });
    expect(polled([11])).toEqual([null]);
  });
});
