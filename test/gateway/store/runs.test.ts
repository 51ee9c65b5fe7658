import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Run, RunOrder, WaitingRuns } from '../../../gateway/store/runs.ts';
import { timeOf } from '../../../gateway/store/times.ts';

/** Few different places, so that many are shared. The value is its own number. */
const reading = fc.record({ t: fc.integer({ min: 0, max: 6 }), epoch: fc.constantFrom(1, 2, 3), seq: fc.nat(2) });
const batch = fc.record({ time: fc.nat(2).map(timeOf), readings: fc.array(reading, { maxLength: 8 }) });
/** Epochs 2 and 3 have one start. */
const startOf = (epoch: number) => (epoch === 1 ? 9 : 5);

test('runs come out as all their readings sorted at once, and nothing before its time', () => {
  fc.assert(
    fc.property(fc.array(batch, { maxLength: 6 }), fc.nat(7), (batches, end) => {
      const order = new RunOrder(startOf);
      const waiting = new WaitingRuns(order);
      let value = 0;
      const all = batches.map(({ time, readings }) => {
        const of = (key: 't' | 'epoch' | 'seq') => readings.map((one) => one[key]);
        const values = readings.map(() => value++);
        return new Run({ t: of('t'), epoch: of('epoch'), seq: of('seq'), faults: [], values }, time);
      });
      const wanted = all
        .flatMap((run) => [...run].map((one, n) => ({ run, n, ...one })))
        .sort((a, b) => order.compare(a.run, a.n, b.run, b.n));
      for (const run of all) waiting.add(order.sorted(run));
      const take = (before: number) => {
        const found: unknown[] = [];
        for (let run = waiting.next(before); run !== null; run = waiting.next(before))
          found.push(...[...run].map((one) => one.value));
        return found;
      };
      const [early, rest] = [take(end), take(Number.POSITIVE_INFINITY)];
      expect(early).toEqual(wanted.filter(({ t }) => t < end).map((one) => one.value));
      expect([...early, ...rest]).toEqual(wanted.map((one) => one.value));
    }),
  );
});
