import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jari, jariOnce, type Running } from './harness.ts';

export type Box = { id: string; passwordFile?: string };

/** A site whose boxes reach the gateway over TLS, with a profile of its own; the one there is usually has the device `climate`. */
export function writeTlsSite(
  dir: string,
  options: { slavePort: number; mqttsPort: number; host?: string; bind?: string; boxes?: readonly Box[] },
): string {
  const { slavePort, mqttsPort, host = 'localhost', bind = '127.0.0.1', boxes = [{ id: 'box-1' }] } = options;
  mkdirSync(join(dir, 'my-profiles'), { recursive: true });
  writeFileSync(
    join(dir, 'my-profiles', 'probe.yaml'),
    `id: probe
maker: Test
model: Probe
source: made up for tests
verified: none
points:
  level: { table: input, address: 0, type: u16, unit: m, kind: level }
`,
  );
  const site = join(dir, 'the-site.yaml');
  writeFileSync(
    site,
    `site: test
name: { ko: 시험장, en: Test site }
gateway:
  mqtt: { tls: { bind: ${bind} } }
  http: { tls: {} }
profiles: [my-profiles]
agents:
${boxes.map((box, index) => agentOf(box, index, { url: `mqtts://${host}:${mqttsPort}`, slavePort })).join('')}`,
  );
  return site;
}

function agentOf(
  { id, passwordFile }: Box,
  index: number,
  { url, slavePort }: { url: string; slavePort: number },
): string {
  const password = passwordFile === undefined ? '' : `, passwordFile: ${passwordFile}`;
  return `  - id: ${id}
    uplink: { url: "${url}"${password} }
    buses:
      - id: lan
        kind: modbus-tcp
        host: 127.0.0.1
        port: ${slavePort}
        devices:
          - { id: ${deviceOf(index)}, profile: probe, unit: 1, every: 200ms }
`;
}

/** The device of the n-th box, from 0. */
export const deviceOf = (index: number) => (index === 0 ? 'climate' : `climate-${index + 1}`);

/** Gives the box a bundle; its folder. */
export async function addBundle(options: {
  site: string;
  dir: string;
  folder: string;
  id?: string;
  csr?: string;
}): Promise<string> {
  const { site, dir, folder, id = 'box-1', csr } = options;
  const more = csr === undefined ? [] : ['--csr', csr];
  const added = await jariOnce([...['agent', 'add', id, '--site', site, '--data', dir, '--bundle', folder], ...more]);
  if (added.code !== 0) throw new Error(added.output);
  return folder;
}

/** The agent of a bundle, with a data folder of its own. */
export function startBox(folder: string, data: string, id = 'box-1'): Running {
  return jari(['edge', '--site', join(folder, 'site.yaml'), '--agent', id, '--data', data]);
}

export function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8' });
}
