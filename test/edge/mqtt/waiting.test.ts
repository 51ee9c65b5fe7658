import { describe, expect, test } from 'vitest';
import { busOf, devEui, start } from './builders.ts';

/** Messages that say no time, and a broker that keeps a session for whoever was away. */

const json = busOf({ format: 'json', topic: 'yard/{address}' }, 'bay');
const says = (occupied: boolean): [string, unknown] => ['yard/bay', { occupied }];

describe('after a start', () => {
  test('what the broker kept is history, and the next message counts', async () => {
    const { broker, clock, news, state } = await start(json, [says(true), says(false)]);
    expect(news()).toEqual(['occupied true late', 'occupied false late']);
    expect(state()).toMatchObject({ state: 'offline', reason: { code: 'may-have-waited' }, uplinks: { late: 2 } });
    await clock.advance(1000);
    broker.say(...says(true));
    expect(news()).toEqual(['occupied true']);
    expect(state()).toMatchObject({ state: 'online', reason: null });
  });

  test('what comes behind it without a pause may have waited too, for half a minute', async () => {
    const { broker, clock, news } = await start(json, [says(false)]);
    for (let ms = 500; ms < 30_000; ms += 500) {
      await clock.advance(500);
      broker.say(...says(false));
    }
    expect(news()).toEqual(Array.from({ length: 60 }, () => 'occupied false late'));
    await clock.advance(500);
    broker.say(...says(false));
    expect(news()).toEqual(['occupied false']);
  });

  test.each([
    ['that kept no session', null],
    ['that kept a session without messages', []],
  ])('with a broker %s, what comes after a second is the present', async (_, kept) => {
    const { broker, clock, news } = await start(json, kept);
    await clock.advance(1000);
    broker.say(...says(true));
    expect(news()).toEqual(['occupied true']);
  });

  test('a message that says its time needs no such doubt', async () => {
    const time = new Date(Date.UTC(2026, 10, 29) - 5000).toISOString();
    const up = { time, deviceInfo: { devEui }, fCnt: 1, fPort: 1, data: 'AQ==' };
    const { news } = await start(busOf(), [[`application/a/device/${devEui}/event/up`, up]]);
    expect(news()).toEqual(['occupied true']);
  });
});

test.each([
  { awayMs: 5000, is: 'the present', seen: ['occupied false'] },
  { awayMs: 40_000, is: 'history', seen: ['occupied false late'] },
])('what was said in an absence of $awayMs ms is $is', async ({ awayMs, seen }) => {
  const { broker, clock, news } = await start(json);
  broker.say(...says(true));
  news();
  broker.vanish('the broker closed the connection');
  await clock.advance(awayMs);
  broker.kept = [says(false)];
  broker.problem = null;
  await clock.advance(70_000);
  expect(news()).toEqual(seen);
});

test('what a connection left behind that was lost while it handed out what was kept is history too', async () => {
  const { broker, clock, news } = await start(json, [says(true)]);
  broker.kept = [says(false)];
  broker.vanish('the broker closed the connection');
  broker.problem = null;
  await clock.advance(5000);
  expect(news()).toEqual(['occupied true late', 'occupied false late']);
});
