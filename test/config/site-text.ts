import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { formatProblem, loadSite } from '../../config/load-site.ts';
import type { Site } from '../../config/site.ts';
import { tempDir } from '../temp.ts';

/** A site with nothing wrong in it; line numbers of the tests count in it. */
export const goodSite = `site: test
name: { ko: 시험, en: Test }
agents:
  - id: cab
    uplink: { url: "mqtt://127.0.0.1:1883" }
    buses:
      - id: a
        kind: modbus-rtu
        port: /dev/serial/by-id/usb-a
        devices:
          - { id: di, profile: waveshare-rtu-io-8ch, unit: 1, every: 500ms }
          - { id: air, profile: xy-md02, unit: 2, every: 5s }
      - id: b
        kind: modbus-tcp
        host: 192.0.2.7
        devices:
          - { id: meter, profile: eastron-sdm120, unit: 1, every: 5s }
lots:
  - id: yard
    name: { ko: 마당, en: Yard }
    spaces:
      - { id: s1, type: general, occupancy: di/di_0 }
      - { id: s2, type: general, occupancy: di/di_1 }
buildings:
  - { id: house, name: { ko: 집, en: House } }
`;

/** The good site with one text in it replaced. */
export function changed(from: string, to: string, text: string = goodSite): string {
  if (!text.includes(from)) throw new Error(`the good site has no ${JSON.stringify(from)}`);
  return text.replace(from, () => to);
}

/** Writes files into a new folder; returns it. */
export function folderOf(files: Record<string, string | Uint8Array>): string {
  const dir = tempDir();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), content);
  }
  return dir;
}

/** What loading says, one line a problem, warnings included, with the folder left out: `line:column path: message`. */
export function problemsOf(text: string | Uint8Array, others: Record<string, string> = {}): string[] {
  const dir = folderOf({ 'site.yaml': text, ...others });
  const loaded = loadSite(join(dir, 'site.yaml'));
  const problems = loaded.ok ? loaded.warnings : loaded.problems;
  const without = problems.filter(({ reason }) => reason === null);
  if (without.length > 0) throw new Error(`without a code: ${without.map(formatProblem).join('\n')}`);
  return problems.map((problem) =>
    formatProblem(problem)
      .replaceAll(`${dir}/`, '')
      .replace(/^site\.yaml:(?=\d)/, ''),
  );
}

/** The site of a text that must load. */
export function siteOf(text: string, others: Record<string, string> = {}): Site {
  const loaded = loadSite(join(folderOf({ 'site.yaml': text, ...others }), 'site.yaml'));
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.site;
}
