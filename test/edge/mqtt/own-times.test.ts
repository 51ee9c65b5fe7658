import { expect, test } from 'vitest';
import { uplinkProfileSchema } from '../../../devices/uplinks/uplink-profile.ts';
import { busOf, start } from './builders.ts';

/** Values that bear times of their own (SenML, RFC 8428): a logger sends what it measured, whenever it has a network. */

const logger = uplinkProfileSchema.parse({
  ...{ id: 'bay', maker: 'Test', model: 'Logger', source: 'made up for tests', verified: 'none' },
  protocol: 'uplink',
  every: '1h',
  layouts: [
    {
      id: 'pack',
      body: 'senml',
      fields: { occupied: { name: 'occupied', type: 'bool' }, distance: { name: 'distance', type: 'number' } },
    },
  ],
  points: { occupied: { type: 'bool', kind: 'occupancy' }, distance: { unit: 'mm', kind: 'distance' } },
});
const bus = busOf({ format: 'json', topic: 'yard/{address}' }, 'bay', logger);
const nowS = Date.UTC(2026, 10, 29) / 1000 + 2;

async function said(...pack: unknown[]) {
  const { broker, clock, news, state, readings } = await start(bus);
  await clock.advance(2000);
  broker.say('yard/bay', pack);
  const at = readings.map((reading) => reading.at - nowS * 1000);
  return { news: news(), at, state: state() };
}

test.each<[string, Record<string, number>, string | null, string[]]>([
  ['of now', {}, null, ['occupied true']],
  ['of a few seconds before it was sent', { t: -20 }, null, ['occupied true']],
  ['of an hour before it was sent', { t: -3600 }, 'old-values', ['occupied true late']],
  ['of a moment of the epoch', { t: nowS - 5 }, null, ['occupied true']],
  ['of an old moment of the epoch', { bt: nowS, t: -7200 }, 'old-values', ['occupied true late']],
  ['of a clock that is ahead', { t: nowS + 3600 }, 'device-clock-ahead', ['occupied true late']],
])('a value %s', async (_, time, code, news) => {
  const seen = await said({ n: 'occupied', vb: true, ...time });
  expect(seen.news).toEqual(news);
  expect(seen.state.state).toBe('online');
  expect(seen.state.reason?.code ?? null).toBe(code);
});

test('each of a pack is as old as it says', async () => {
  const seen = await said({ n: 'occupied', vb: true, t: -3600 }, { n: 'distance', v: 700, t: 0 });
  expect(seen.news).toEqual(['occupied true late', 'distance 700']);
  expect(seen.at).toEqual([-3_600_000, 0]);
  expect(seen.state.reason).toEqual({ code: 'old-values', s: 3600 });
});

test('what is of now again takes the reason with it', async () => {
  const { broker, clock, state, news } = await start(bus);
  await clock.advance(2000);
  broker.say('yard/bay', [{ n: 'occupied', vb: true, t: -3600 }]);
  await clock.advance(2000);
  broker.say('yard/bay', [{ n: 'occupied', vb: false }]);
  expect(news()).toEqual(['occupied true late', 'occupied false']);
  expect(state()).toMatchObject({ state: 'online', reason: null });
});
