import { describe, expect, test } from 'vitest';
import { busOf, devEui, start } from './builders.ts';

const hour = 3_600_000;

describe('a message', () => {
  test('gives readings at the time when the network server heard it, and how it was heard', async () => {
    const { up, news, state, readings, clock } = await start();
    expect(state()).toMatchObject({ state: 'offline', reason: { code: 'not-polled' } });
    up({ fCnt: 1, hex: '01', agoMs: 2000, sf: 12, snr: [-12, -3.5] });
    expect(news()).toEqual(['occupied true', 'margin 16.5']);
    expect(readings[0]).toMatchObject({ at: clock.now() - 2000, mono: clock.monotonic() - 2000 });
    expect(state()).toMatchObject({ state: 'online', reason: null, uplinks: { heard: 1, snr: -3.5, rssi: -110 } });
  });

  test('on a port that the profile does not have is refused, whatever other bodies it knows', async () => {
    const { up, state } = await start();
    up({ fCnt: 1, fPort: 7 });
    expect(state().reason).toEqual({ code: 'other-port', got: 7, known: [1, 2], range: 'message' });
  });

  test('that several base stations heard, or that the broker says again, is one', async () => {
    const { up, news, state } = await start();
    up({ fCnt: 7 });
    news();
    up({ fCnt: 7 });
    up({ fCnt: 7, agoMs: 1000 });
    expect(news()).toEqual([]);
    expect(state().uplinks).toMatchObject({ heard: 1, twice: 2, lost: 0 });
  });

  test('that says nothing of its stations has no margin, and not that of the one before', async () => {
    const { up, chirp, news } = await start();
    up({ fCnt: 1 });
    news();
    chirp('up', { fCnt: 2, fPort: 1, data: 'AQ==' });
    expect(news()).toEqual(['occupied true']);
  });

  test('of the network alone proves nothing of the sensor’s points', async () => {
    const { up, news, state } = await start();
    up({ fCnt: 1, fPort: 0, hex: '' });
    up({ fCnt: 2, fPort: 202, hex: '00' });
    expect(news()).toEqual([]);
    expect(state().state).toBe('offline');
  });

  test('of a sender that the site does not have, or of another shape, changes nothing', async () => {
    const { broker, news, field } = await start();
    broker.say('application/a/device/ffffffffffffffff/event/up', { deviceInfo: { devEui: 'ffffffffffffffff' } });
    broker.say('somewhere/else', 'x');
    expect(news()).toEqual([]);
    expect(field.health().buses.lora).toMatchObject({ state: 'open', faults: {} });
  });

  test('whose words contradict its topic is refused', async () => {
    const { broker, up, news, state } = await start();
    up({ fCnt: 1 });
    news();
    broker.say(`application/a/device/${devEui}/event/up`, { deviceInfo: { devEui: 'ffffffffffffffff' }, fCnt: 2 });
    expect(news()).toEqual(['occupied bad-frame', 'distance bad-frame', 'margin bad-frame']);
    expect(state().uplinks).toMatchObject({ refused: 1 });
  });
});

describe('a message that no layout fits', () => {
  test('takes the values with it, with the reason and its figures, until one fits', async () => {
    const { up, news, state, troubles } = await start();
    up({ fCnt: 1, hex: '00' });
    news();
    up({ fCnt: 2, hex: '0001' });
    expect(news()).toEqual(['occupied bad-frame', 'distance bad-frame', 'margin bad-frame']);
    expect(state()).toMatchObject({
      state: 'degraded',
      reason: { code: 'other-length', got: 2, known: [1], hex: '00 01' },
    });
    expect(troubles.at(-1)?.look().frames.at(-1)).toMatchObject({ dir: 'rx', hex: '0001' });
    up({ fCnt: 3, hex: '01' });
    expect(news()).toEqual(['occupied true', 'margin 17']);
    expect(state()).toMatchObject({ state: 'online', reason: null });
    expect(troubles.at(-1)?.reason).toBeNull();
  });
});

describe('the frame counter', () => {
  test('counts what was lost, and what came after all as history', async () => {
    const { up, news, state } = await start();
    up({ fCnt: 10, hex: '00' });
    up({ fCnt: 14, hex: '00', agoMs: 100 });
    expect(state().uplinks).toMatchObject({ heard: 2, lost: 3 });
    news();
    up({ fCnt: 12, hex: '01', agoMs: 5000 });
    expect(news()).toEqual(['occupied true late']);
    expect(state().uplinks).toMatchObject({ lost: 2, late: 1 });
  });

  test('begins again after a join, and after a reset', async () => {
    const { up, chirp, news, state, clock } = await start();
    up({ fCnt: 900 });
    await clock.advance(1000);
    chirp('join', { devAddr: '00189440' });
    up({ fCnt: 2 });
    expect(state().uplinks).toMatchObject({ joins: 1, lost: 2, heard: 2 });
    await clock.advance(1000);
    news();
    up({ fCnt: 0, hex: '00' });
    expect(news()).toEqual(['occupied false', 'margin 17']);
    expect(state().uplinks).toMatchObject({ begunAgain: 1, lost: 2 });
  });
});

describe('time', () => {
  test('a message that comes late is history and proves no presence', async () => {
    const { up, news, state } = await start();
    up({ fCnt: 1, hex: '01', agoMs: 31_000 });
    expect(news()).toEqual(['occupied true late']);
    expect(state()).toMatchObject({ state: 'offline', reason: { code: 'late-uplink', s: 31 } });
  });

  test('of a server whose clock is ahead nothing is live', async () => {
    const { up, news, state } = await start();
    up({ fCnt: 1, hex: '01', agoMs: -hour });
    expect(news()).toEqual(['occupied true late']);
    expect(state()).toMatchObject({ reason: { code: 'clock-apart', s: 3600 } });
  });

  test('three periods of silence are the end, half of it a sign', async () => {
    const { up, news, state, clock } = await start();
    up({ fCnt: 1 });
    news();
    await clock.advance(1.5 * hour + 2000);
    expect(state()).toMatchObject({ state: 'degraded', reason: { code: 'no-uplink' } });
    expect(news()).toEqual([]);
    await clock.advance(1.5 * hour);
    expect(state()).toMatchObject({ state: 'offline', reason: { code: 'no-uplink', s: 10_801 } });
    expect(news()).toEqual(['occupied timeout', 'distance timeout', 'margin timeout']);
    up({ fCnt: 2 });
    expect(state().state).toBe('online');
  });

  test('while the broker is away nobody is silent, and the points go bad with it', async () => {
    const { up, news, state, broker, field, clock } = await start();
    up({ fCnt: 1 });
    news();
    broker.vanish('the broker closed the connection');
    await clock.advance(2 * hour);
    expect(state().state).toBe('online');
    expect(field.health().buses.lora).toMatchObject({ state: 'closed' });
    await clock.advance(1.1 * hour);
    expect(state()).toMatchObject({ state: 'offline', reason: { code: 'broker-lost' } });
    expect(news()).toContain('occupied port-closed');
    broker.problem = null;
    await clock.advance(70_000);
    expect(field.health().buses.lora).toMatchObject({ state: 'open' });
  });
});

test('a code for no value is a bad reading at once, and trouble when it has come three times in a row', async () => {
  const { up, news, state } = await start();
  for (const fCnt of [1, 2]) up({ fCnt, fPort: 2, hex: 'ffff' });
  expect(news()).toEqual(['distance sentinel', 'margin 17', 'distance sentinel', 'margin 17']);
  expect(state()).toMatchObject({ state: 'online', reason: null });
  up({ fCnt: 3, fPort: 2, hex: 'ffff' });
  expect(state()).toMatchObject({
    state: 'online',
    reason: { code: 'no-values', values: [{ point: 'distance', why: 'read-failed' }] },
  });
  up({ fCnt: 4, fPort: 2, hex: '0010' });
  expect(state()).toMatchObject({ state: 'online', reason: null });
});

describe('other words', () => {
  test('The Things Stack: the DevEUI stands in the message', async () => {
    const { broker, news, state } = await start(busOf({ format: 'ttn' }));
    const ids = { device_id: 'my-bay', dev_eui: devEui.toUpperCase() };
    broker.say('v3/app@ttn/devices/my-bay/join', { end_device_ids: ids, join_accept: { session_key_id: 'x' } });
    broker.say('v3/app@ttn/devices/my-bay/up', {
      end_device_ids: ids,
      uplink_message: {
        f_port: 1,
        frm_payload: 'AQ==',
        rx_metadata: [{ rssi: -100, snr: 5 }],
        settings: { data_rate: { lora: { spreading_factor: 7 } } },
      },
    });
    expect(news()).toEqual(['occupied true', 'margin 12.5']);
    expect(state().uplinks).toMatchObject({ joins: 1, heard: 1, lost: 0 });
  });

  test.each([
    ['zigbee2mqtt', {}, 'zigbee2mqtt/Bay 1', '{"occupied":true,"linkquality":90}'],
    ['json', { topic: 'site/{address}/state' }, 'site/Bay 1/state', '{"occupied":true}'],
  ])('%s: the name stands in the topic', async (format, more, topic, payload) => {
    const { broker, news } = await start(busOf({ format, ...more }, 'Bay 1'));
    broker.say(topic, payload);
    expect(news()).toEqual(['occupied true']);
  });

  test('zigbee2mqtt: what it repeats of long ago is history, by the time at which it heard the sensor', async () => {
    const { broker, news, clock } = await start(busOf({ format: 'zigbee2mqtt' }, 'Bay 1'));
    const say = (last_seen: unknown) => broker.say('zigbee2mqtt/Bay 1', { occupied: true, last_seen });
    say(clock.now() - 3_600_000);
    say(new Date(clock.now() - 3_600_000).toISOString());
    expect(news()).toEqual(['occupied true late', 'occupied true late']);
    say(clock.now() - 1000);
    say(null);
    expect(news()).toEqual(['occupied true', 'occupied true']);
  });

  test('bodies as they are', async () => {
    const { broker, news, state } = await start(busOf({ format: 'raw', topic: 'nb/{address}' }, 'bay'));
    broker.say('nb/bay', '\u0001');
    expect(news()).toEqual(['occupied bad-frame', 'distance bad-frame', 'margin bad-frame']);
    expect(state().reason).toEqual({ code: 'not-json', range: 'message' });
  });
});
