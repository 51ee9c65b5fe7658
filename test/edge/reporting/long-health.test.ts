import { expect, test } from 'vitest';
import type { HealthMessage } from '../../../contract/messages.ts';
import { encodeHealth } from '../../../edge/reporting/health.ts';

test('a thousand silent sensors are told of in a message that a gateway takes, and a few with all that is known', () => {
  const counts = { heard: 24, lost: 1, twice: 0, late: 0, refused: 0, joins: 1, begunAgain: 0 };
  const uplinks = { ...counts, rssi: -110, snr: -3.5, margin: 11.5, battery: 88 };
  const why = 'nothing heard for 10800 s, which is three times as long as it usually takes between two messages of it';
  const device = {
    state: 'offline',
    since: 1_764_400_000_000,
    why,
    reason: { code: 'no-uplink', s: 10_800 },
    uplinks,
  } as const;
  const health = (devices: number): HealthMessage => ({
    ...{ v: 1, at: 0, clock: 'synced', backlog: 0, diskFree: 0, rss: 0, loopP99Ms: 0, buses: {} },
    devices: Object.fromEntries(Array.from({ length: devices }, (_, n) => [`bay-${n}`, device])),
  });
  expect(JSON.parse(encodeHealth(health(10))).devices['bay-9']).toEqual(device);
  const many = encodeHealth(health(1000));
  expect(JSON.parse(many).devices['bay-999']).toEqual({ ...device, why: null });
  const most = encodeHealth(health(2000));
  expect(JSON.parse(most).devices['bay-999']).toEqual({ ...device, why: null, uplinks: undefined });
  for (const sent of [many, most]) expect(Buffer.byteLength(sent)).toBeLessThan(256 * 1024);
});
