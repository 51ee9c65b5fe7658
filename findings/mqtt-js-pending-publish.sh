#!/usr/bin/env bash
# A publish that was under way when the connection ended is never settled.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install aedes@1.2.0 mqtt@5.16.0
write_listening

probe <<'JS'
import mqtt from 'mqtt';
import { listening } from './listening.mjs';
import { report, sleep } from './report.mjs';

// A broker that has not acknowledged yet, as one that is storing.
const { url, cut } = await listening({ authorizePublish: () => {} });
const client = await mqtt.connectAsync(url, { reconnectPeriod: 0 });
const state = { before: 'pending', after: 'pending', subscribe: 'pending' };
const settle = (key, promise) => promise.then(() => (state[key] = 'done'), ({ message }) => (state[key] = message));
settle('before', client.publishAsync('level', '1', { qos: 1 }));
await sleep(200);
const closed = new Promise((resolve) => client.once('close', resolve));
cut();
await closed;
settle('after', client.publishAsync('level', '2', { qos: 1 }));
settle('subscribe', client.subscribeAsync('level'));
await sleep(3000);
const later = { ...state };
client.end(true);
await sleep(200);

report({
  expected: 'with reconnectPeriod 0, where no second try will come, a publish fails when its connection ends',
  seen: 'it stays pending until somebody calls end(), and so does one that is begun after "close"',
  figures: `3 s after close: publish of before ${later.before}, of after ${later.after}, subscribe "${later.subscribe}"; after end(): publish "${state.before}"`,
  still: later.before === 'pending' && later.after === 'pending' && state.before !== 'pending',
});
JS
