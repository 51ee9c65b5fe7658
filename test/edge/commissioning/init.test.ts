import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadSite } from '../../../config/load-site.ts';
import { runInit } from '../../../edge/commissioning/init-command.ts';
import { tempDir } from '../../temp.ts';

const link = { kind: 'modbus-rtu', port: '/dev/ttyUSB0', baudRate: 9600, parity: 'none', stopBits: 1 };
const climate = {
  profile: 'xy-md02',
  good: 2,
  points: 2,
  sample: [{ point: 'temperature', value: 21.4, unit: '°C' }],
};
const heard = [
  { line: 'a', unit: 31, kind: 'exception', profiles: [climate, { ...climate, profile: 'ngsx-5332c' }] },
  { line: 'a', unit: 32, kind: 'exception', profiles: [climate] },
  { line: 'a', unit: 40, kind: 'answers', profiles: [] },
  { line: 'b', unit: 1, kind: 'answers', profiles: [{ ...climate, profile: 'waveshare-rtu-relay-8ch', sample: [] }] },
];
const lines = [
  { line: 'a', link },
  { line: 'b', link: { kind: 'modbus-tcp', host: '10.0.0.5', port: 502 } },
  { line: 'nobody', link: { ...link, baudRate: 19200 } },
];

function init(scan: unknown, options: { siteId?: string } = {}) {
  const dir = tempDir();
  const from = join(dir, 'found.json');
  const out = join(dir, 'site.yaml');
  writeFileSync(from, typeof scan === 'string' ? scan : JSON.stringify(scan));
  return { out, run: () => runInit({ from, out, language: 'en', ...options }) };
}

test('a scan becomes a site file that passes the check and names what a person must say', () => {
  const { out, run } = init({ lines, heard }, { siteId: 'saesol' });
  const { failed, text, json } = run();
  expect(failed).toBe(false);
  const loaded = loadSite(out);
  const buses = loaded.ok ? loaded.site.agents.flatMap((agent) => agent.buses) : [];
  expect(buses.map(({ devices }) => devices.map(({ id }) => id))).toEqual([
    ['xy-md02-31', 'xy-md02-32'],
    ['waveshare-rtu-relay-8ch-1'],
  ]);
  expect(text).toContain('3 devices, passes jari check');
  expect(text).toContain('bus-1 unit 40: no profile fits');
  expect(text).toContain('/dev/serial/by-id/');
  expect(json).toMatchObject({ ok: true, devices: 3 });
  expect(readFileSync(out, 'utf8')).toContain('# check: its answers fit these as well: ngsx-5332c');
});

test('what a device sent stays within its comment', () => {
  const sample = [{ point: 'name', value: 'x\nagents: []', unit: null }];
  const { out, run } = init({ lines, heard: [{ ...heard[1], profiles: [{ ...climate, sample }] }] });
  expect(run().failed).toBe(false);
  expect(readFileSync(out, 'utf8').match(/^agents:/gm)).toHaveLength(1);
});

test('a file that is there is never written over', () => {
  const { out, run } = init({ lines, heard });
  writeFileSync(out, 'mine');
  expect(run).toThrow(/is there already/);
  expect(readFileSync(out, 'utf8')).toBe('mine');
});

test.each([
  ['no JSON', 'hello', /is not what jari scan --json printed/],
  ['other JSON', { ok: true }, /is not what jari scan --json printed/],
  ['a scan that found nobody', { lines, heard: [] }, /nobody answered/],
])('%s is refused', (_name, scan, words) => {
  expect(init(scan).run).toThrow(words);
});

test('an id that is none is refused', () => {
  expect(init({ lines, heard }, { siteId: 'My Site' }).run).toThrow(/--site-id My Site/);
});
