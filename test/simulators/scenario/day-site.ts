import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '../../../config/site.ts';
import { tempDir } from '../../temp.ts';
import { load } from '../sites.ts';

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}-${i + 1}`);

const buses = {
  'cabinet-b1': {
    'rs485-1': [
      'tilt-ne',
      'tilt-nw',
      'tilt-se',
      'tilt-sw',
      'crack-2f',
      'crack-b1',
      'crack-stair',
      'vib-b1',
      'vib-roof',
    ],
    'rs485-2': ['climate-b1', 'climate-1f', 'climate-3f', 'climate-roof', 'contacts-1', 'contacts-2', 'heat-b1'],
    'rs485-3': ['co-b1-1', 'co-b1-2', 'lel-kitchen-1', 'lel-kitchen-2', 'level-b1', 'meter-b1', 'ups-b1', 'siren-b1'],
  },
  'cabinet-s1': { 'rs485-di': names('di', 7), 'rs485-lane': [...names('us', 8), 'lane-in', 'lane-out'] },
  'cabinet-s2': { lora: names('s2', 3) },
} as const;

/** A profile of the test's own: eight contacts, a number and a counter, which is all that a day's steps touch. */
const anything = `id: t-anything
maker: Test
model: Anything
source: made up for tests
verified: none
points:
  di_0: { table: discrete, address: 0, type: bool, kind: contact }
  di_3: { table: discrete, address: 3, type: bool, kind: contact }
  di_4: { table: discrete, address: 4, type: bool, kind: contact }
  level: { table: holding, address: 0, type: u16, scale: 0.1, unit: cm, valid: [0, 100], kind: level }
  counter: { table: holding, address: 9, type: u32, valid: [0, 4294967295], kind: counter }
`;

/** The names of the reference site (cabinets, lines, devices), on instruments that do no more than a scenario needs. */
export function daySite(): Site {
  const folder = join(tempDir(), 'profiles');
  mkdirSync(folder);
  writeFileSync(join(folder, 'anything.yaml'), anything);
  const agents = Object.entries(buses).map(
    ([id, lines], box) => `  - id: ${id}
    uplink: { url: "mqtt://127.0.0.1:1883", passwordFile: password }
    buses:
${Object.entries(lines)
  .map(([bus, devices], i) => busText(bus, devices, 10 * box + i))
  .join('')}`,
  );
  return load(`site: saesol
name: { ko: 시험, en: Test }
profiles: [${folder}]
agents:
${agents.join('\n')}`);
}

function busText(id: string, devices: readonly string[], n: number): string {
  const wire =
    id === 'lora'
      ? '{ id: lora, kind: modbus-tcp, host: 127.0.0.1, port: 1502'
      : `{ id: ${id}, kind: modbus-rtu, port: /dev/ttyNEVER${n}`;
  const each = devices.map((device, i) => `{ id: ${device}, profile: t-anything, unit: ${i + 1}, every: 10s }`);
  return `      - ${wire}, devices: [${each.join(', ')}] }\n`;
}
