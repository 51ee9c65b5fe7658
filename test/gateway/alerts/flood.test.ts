import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alertIdSchema } from '../../../contract/ids.ts';
import { digest, type FloodSettings, type Gate, type Offer, offer, openGate } from '../../../gateway/alerts/flood.ts';

const settings: FloodSettings = {
  windowMs: 600_000,
  single: 5,
  urgent: 2,
  digests: 3,
  firstDigestMs: 10_000,
  nextDigestMs: 250_000,
};

const id = (text: string) => alertIdSchema.parse(text);
const trouble = (n: number): Offer => ({
  alert: id(`equipment-${n}`),
  about: 'hanbit/equipment',
  lifeSafety: false,
  peak: false,
});
const fire = (n: number, peak = false): Offer => ({
  alert: id(`fire-${n}`),
  about: 'hanbit/fire',
  lifeSafety: true,
  peak,
});

/** Offers in order, each at its ms; digests go when they are due. Returns when messages went out, `d` for digests. */
function run(offers: readonly (readonly [ms: number, offer: Offer])[]) {
  let gate: Gate = openGate;
  let due: number | null = null;
  const sent: { at: number; alert: string }[] = [];
  const told = new Set<string>();
  const settle = (until: number) => {
    while (due !== null && due <= until) {
      const at: number = due;
      const result = digest(gate, at, settings);
      gate = result.gate;
      due = null;
      for (const alert of result.alerts) told.add(alert);
      if (result.alerts.length > 0) sent.push({ at, alert: `digest of ${result.alerts.length}` });
    }
  };
  for (const [ms, message] of offers) {
    settle(ms);
    const passage = offer(gate, message, ms, settings);
    gate = passage.gate;
    if (passage.verdict === 'send') {
      sent.push({ at: ms, alert: message.alert });
      told.add(message.alert);
    } else if (passage.digestMs !== null) due = ms + passage.digestMs;
  }
  settle(Number.POSITIVE_INFINITY);
  return { sent, told };
}

test('a thousand alerts in one second are at most ten messages, the first at once, and none is left unsaid', () => {
  const { sent, told } = run(Array.from({ length: 1000 }, (_, n) => [n, trouble(n)]));
  expect(sent.length).toBeLessThanOrEqual(10);
  expect(sent[0]).toEqual({ at: 0, alert: 'equipment-0' });
  expect(told.size).toBe(1000);
});

test('the first fire of a building passes in the middle of a flood, and so does its rise to the highest level', () => {
  const flood = Array.from({ length: 100 }, (_, n) => [n, trouble(n)] as const);
  const { sent } = run([...flood, [200, fire(1)], [300, fire(2)], [400, fire(1, true)]]);
  const alone = sent.map(({ alert }) => alert);
  expect(alone.slice(0, 7)).toEqual([...[0, 1, 2, 3, 4].map((n) => `equipment-${n}`), 'fire-1', 'fire-1']);
});

test('a fire that a flood holds back is told within ten seconds, however lately the last digest went', () => {
  const flood = Array.from({ length: 20 }, (_, n) => [n, trouble(n)] as const);
  const { sent } = run([...flood, [100, fire(1)], [200, fire(2)], [30_000, trouble(30)], [31_000, fire(3)]]);
  expect(sent.slice(-2)).toEqual([
    { at: 10_005, alert: 'digest of 16' },
    { at: 41_000, alert: 'digest of 2' },
  ]);
});

test('few messages pass as they come', () => {
  const { sent } = run([0, 1, 2, 3].map((n) => [n * 60_000, trouble(n)]));
  expect(sent.map(({ at }) => at)).toEqual([0, 60_000, 120_000, 180_000]);
});

test('no ten minutes hold more than ten messages, and every alert is told of, whatever comes when', () => {
  const offers = fc.array(
    fc.record({ gap: fc.integer({ min: 0, max: 60_000 }), n: fc.integer({ min: 0, max: 400 }), isFire: fc.boolean() }),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(offers, (list) => {
      let ms = 0;
      const timed = list.map(({ gap, n, isFire }) => {
        ms += gap;
        return [ms, isFire ? fire(n, n % 7 === 0) : trouble(n)] as const;
      });
      const { sent, told } = run(timed);
      for (const { at } of sent) {
        expect(sent.filter((other) => other.at > at - settings.windowMs && other.at <= at).length).toBeLessThanOrEqual(
          10,
        );
      }
      expect(told).toEqual(new Set(timed.map(([, message]) => message.alert)));
    }),
  );
});
