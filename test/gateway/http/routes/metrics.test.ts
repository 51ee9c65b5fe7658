import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { root } from '../../../needs.ts';
import { makeWorld, serve, token } from '../fakes.ts';

const world = makeWorld();
let server: Awaited<ReturnType<typeof serve>>;
beforeAll(async () => {
  server = await serve(world);
});
afterAll(() => server.close());

test.each([
  ['jari_rejected_messages_total', 2],
  ['jari_identity_conflicts_total', 0],
  ['jari_duplicate_messages_total', 5],
  ['jari_late_messages_total', 1],
  ['jari_missing_messages', 3],
])('%s is counted by site and agent', async (name, value) => {
  expect(await metrics()).toContain(`${name}{site="saesol",agent="cabinet-1"} ${value}\n`);
});

test('a counter is what the store says however often it is asked for', async () => {
  await metrics();
  expect(await metrics()).toContain('jari_duplicate_messages_total{site="saesol",agent="cabinet-1"} 5\n');
});

test('every state of agents and devices is given, also where there is none', async () => {
  world.fleet.deviceItems = world.fleet.deviceItems.map((item) =>
    item.device === 'di-1' ? { ...item, state: 'offline' } : item,
  );
  const text = await metrics();
  expect(text).toContain('jari_agents{site="saesol",state="online"} 1\n');
  expect(text).toContain('jari_agents{site="saesol",state="unknown"} 0\n');
  expect(text).toContain('jari_devices{site="saesol",state="online"} 1\n');
  expect(text).toContain('jari_devices{site="saesol",state="offline"} 1\n');
});

test('memory and the delay of the event loop are given', async () => {
  const text = await metrics();
  expect(Number(/^process_resident_memory_bytes (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(1e6);
  expect(text).toMatch(/^jari_event_loop_delay_p99_seconds \d/m);
});

/** The rules of `promtool check metrics` that apply to these kinds. */
test('every metric has its help, its type, and a name that fits its type', async () => {
  const text = await metrics();
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)];
  expect(types.length).toBeGreaterThan(8);
  for (const [, name = '', type] of types) {
    expect(text).toMatch(new RegExp(`^# HELP ${name} \\S.*\\.$`, 'm'));
    expect(name.endsWith('_total')).toBe(type === 'counter');
    expect(name).toMatch(/^[a-z][a-z0-9_]*$/);
  }
});

const deployed = ['deploy/prometheus/jari-alerts.yaml', 'deploy/grafana/jari.json'] as const;

test.each(deployed)('every metric that %s asks for is one that the gateway gives', async (file) => {
  const asked = new Set(
    readFileSync(join(root, file), 'utf8').match(/\b(jari_[a-z0-9_]+|process_[a-z0-9_]+)\b/g) ?? [],
  );
  const given = new Set([...(await metrics()).matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name));
  expect(asked.size).toBeGreaterThan(5);
  expect([...asked].filter((name) => !given.has(name))).toEqual([]);
});

async function metrics(): Promise<string> {
  const response = await fetch(`${server.url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  return response.text();
}
