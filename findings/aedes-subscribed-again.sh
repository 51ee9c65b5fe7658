#!/usr/bin/env bash
# Aedes: a reader that leaves a filter and takes it again at once.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install aedes@1.2.0 mqtt@5.16.0
write_listening

probe <<'JS'
import mqtt from 'mqtt';
import { listening } from './listening.mjs';
import { report, sleep } from './report.mjs';

const rounds = 20;
const { broker, url } = await listening();

/** Of 20 readers: how many were granted the filter for a second time, and hear what is said then. */
async function counts(pauseMs) {
  const [granted, heard] = [[], []];
  for (let nth = 0; nth < rounds; nth++) {
    const reader = await mqtt.connectAsync(url);
    await reader.subscribeAsync('meter', { qos: 1 });
    reader.on('message', () => heard.push(nth));
    reader.unsubscribe('meter');
    if (pauseMs > 0) await sleep(pauseMs);
    granted.push(...(await reader.subscribeAsync('meter', { qos: 1 })).map(({ qos }) => qos));
    await sleep(80);
    broker.publish({ cmd: 'publish', topic: 'meter', payload: '1', qos: 1, retain: false, dup: false }, () => {});
    await sleep(80);
    await reader.endAsync(true);
  }
  return { granted: granted.filter((qos) => qos === 1).length, heard: heard.length };
}

const [atOnce, later] = [await counts(0), await counts(20)];
report({
  expected: 'a filter that is granted is served, also to a reader that has just left it',
  seen: 'asked for before UNSUBACK has come it is granted and taken away: the reader hears nothing any more',
  figures: `at once: ${atOnce.granted} granted, ${atOnce.heard} heard; 20 ms later: ${later.granted} granted, ${later.heard} heard`,
  still: atOnce.granted === rounds && atOnce.heard < rounds && later.heard === rounds,
});
JS
