import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jari, jariOnce, type Running } from './harness.ts';

/** A site whose one box reaches the gateway over TLS, with a profile of its own. */
export function writeTlsSite(
  dir: string,
  options: { slavePort: number; mqttsPort: number; host?: string; bind?: string; passwordFile?: string },
): string {
  const { slavePort, mqttsPort, host = 'localhost', bind = '127.0.0.1', passwordFile } = options;
  const password = passwordFile === undefined ? '' : `, passwordFile: ${passwordFile}`;
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
  - id: box-1
    uplink: { url: "mqtts://${host}:${mqttsPort}"${password} }
    buses:
      - id: lan
        kind: modbus-tcp
        host: 127.0.0.1
        port: ${slavePort}
        devices:
          - { id: climate, profile: probe, unit: 1, every: 200ms }
`,
  );
  return site;
}

/** Gives the box a bundle; its folder. */
export async function addBundle(options: { site: string; dir: string; folder: string; csr?: string }): Promise<string> {
  const { site, dir, folder, csr } = options;
  const more = csr === undefined ? [] : ['--csr', csr];
  const added = await jariOnce([
    ...['agent', 'add', 'box-1', '--site', site, '--data', dir, '--bundle', folder],
    ...more,
  ]);
  if (added.code !== 0) throw new Error(added.output);
  return folder;
}

/** The agent of a bundle, with a data folder of its own. */
export function startBox(folder: string, data: string): Running {
  return jari(['edge', '--site', join(folder, 'site.yaml'), '--agent', 'box-1', '--data', data]);
}

export function openssl(...args: string[]): string {
  return execFileSync('openssl', args, { encoding: 'utf8' });
}
