import { expect, test } from 'vitest';
import { digestOf, isDigestOf, jsonDigestOf } from '../../city/store/digest.ts';
import { type CityMessage, parseCityBatch } from '../../contract/city.ts';

type Change = { readonly at?: number | null; readonly device?: string; readonly points?: Record<string, unknown> };

function message({ at = 1_764_500_000_000, device = 'd1', points = { t: { dt: [0, 50], v: [20.5, 21] } } }: Change) {
  const of = { site: 's', agent: 'a', epoch: 'e', start: 1, seq: 1, time: 'synced', receivedAt: 1_764_500_000_005 };
  const batch = { v: 1, gateway: 'g', records: [], health: null, done: [] };
  const parsed = parseCityBatch({ ...batch, messages: [{ ...of, at, device, points }] });
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value.messages[0] as CityMessage;
}

const column = (of: object) => ({ points: { t: { dt: [0, 50], v: [20.5, 21], ...of } } });

const changes: readonly Change[] = [
  {},
  { at: 1_764_500_000_001 },
  { at: null },
  { device: 'd2' },
  { points: {} },
  { points: { u: { dt: [0, 50], v: [20.5, 21] } } },
  { points: { t: { dt: [0, 50], v: [20.5, 21] }, u: { dt: [], v: [] } } },
  column({ dt: [0, 51] }),
  column({ v: [21, 20.5] }),
  column({ v: [20.5, 20.999999999999996] }),
  column({ v: [20.5, null] }),
  column({ v: [20.5, true] }),
  column({ v: [20.5, false] }),
  column({ v: [20.5, ''] }),
  column({ v: [20.5, '화재'] }),
  column({ v: [20.5, '21'] }),
  column({ q: [null, null] }),
  column({ q: [null, 'timeout'] }),
  column({ q: ['timeout', null] }),
  column({ late: true }),
];

test('a message has one digest, and every change of it another', () => {
  const digests = changes.map((change) => digestOf(message(change)));
  expect(digests).toEqual(changes.map((change) => digestOf(message(change))));
  expect(new Set(digests).size).toBe(changes.length);
});

test('a message that an older worker stored is known again, and another one is not', () => {
  const stored = jsonDigestOf(message({}));
  expect(isDigestOf(stored, message({}))).toBe(true);
  for (const change of changes.slice(1)) expect(isDigestOf(stored, message(change))).toBe(false);
});

test('the two ways to make a digest never meet', () => {
  for (const change of changes) {
    expect(jsonDigestOf(message(change))).toBeLessThan(2 ** 32);
    expect(digestOf(message(change))).toBeGreaterThanOrEqual(2 ** 32);
    expect(digestOf(message(change))).toBeLessThan(2 ** 33);
  }
});
