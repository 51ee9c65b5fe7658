import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatProblem, loadSite } from '../../config/load-site.ts';
import type { Site } from '../../config/site.ts';
import { builtInProfiles } from '../built-in.ts';
import { tempDir } from '../temp.ts';

const head = `
site: test
name: { ko: 시험, en: Test }
timezone: Asia/Seoul
gateway: { mqtt: { port: 1883 }, http: { port: 8080 } }
agents:
  - id: box-1
    uplink: { url: "mqtt://127.0.0.1:1883", username: box-1, passwordFile: box-1.password }
    buses:
`;

/** One device of every built-in profile, named as its profile, in turns on a serial and on a TCP bus. */
export function siteOfEveryProfile(): Site {
  const devices = [...builtInProfiles().keys()].map(
    (id, i) => `{ id: ${id}, profile: ${id}, unit: ${i + 1}, every: 10s }`,
  );
  const half = Math.ceil(devices.length / 2);
  return load(siteText(devices.slice(0, half), devices.slice(half)));
}

/** A site file with a serial bus `box-1/line` and a TCP bus `box-1/lan`, and its path. */
export function siteText(serial: readonly string[], tcp: readonly string[]): string {
  return `${head}
      - id: line
        kind: modbus-rtu
        port: /dev/ttyNEVER
        baudRate: 9600
        devices: [${serial.join(', ')}]
      - id: lan
        kind: modbus-tcp
        host: 127.0.0.1
        port: 1502
        devices: [${tcp.join(', ')}]
`;
}

/** Two contact modules and a tilt sensor. */
export function smallSiteText(): string {
  return siteText(
    [
      '{ id: di-1, profile: waveshare-rtu-io-8ch, unit: 1, every: 1s }',
      '{ id: tilt-1, profile: witmotion-wt901c-485, unit: 80, every: 1s }',
    ],
    ['{ id: meter-1, profile: eastron-sdm120, unit: 1, every: 2s }'],
  );
}

export function writeSiteText(text: string, dir = tempDir()): string {
  const file = join(dir, 'site.yaml');
  writeFileSync(file, text);
  return file;
}

export function load(text: string): Site {
  const loaded = loadSite(writeSiteText(text));
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.site;
}
