import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { tempDir } from '../temp.ts';
import { jari, jariOnce, until } from './harness.ts';

/** A site whose agent has nobody to talk to: no broker listens at its uplink. */
const siteText = `site: test
name: { ko: 시험, en: Test }
agents:
  - id: box-1
    uplink: { url: "mqtt://127.0.0.1:9", passwordFile: box-1.password }
    buses:
      - id: tcp
        kind: modbus-tcp
        host: 192.0.2.1
        devices:
          - { id: smoke, profile: generic-contacts-8, unit: 1, every: 500ms, points: { di_0: { kind: smoke } } }
          - { id: siren, profile: waveshare-rtu-relay-8ch, unit: 2, every: 1s }
    interlocks:
      - id: siren
        when: { kind: voting, witnesses: [{ points: [smoke/di_0], is: true }], levels: { 경계: 1 } }
        output: siren/relay_1
        onUnknown: hold
`;

const portsSchema = z.object({ buses: z.object({ 'box-1/tcp': z.object({ host: z.string(), port: z.int() }) }) });

/** The first relay as its module says (function 1, unit 2), over a connection of its own. */
function relay(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write(Uint8Array.of(0, 1, 0, 0, 0, 6, 2, 1, 0, 0, 0, 1));
    });
    socket.setTimeout(5000, () => socket.destroy(new Error('the relay module does not answer')));
    socket.on('data', (reply) => {
      socket.destroy();
      resolve(((reply[9] ?? 0) & 1) === 1);
    });
    socket.on('error', reject);
  });
}

async function everything() {
  const home = tempDir();
  const site = join(home, 'site.yaml');
  writeFileSync(site, siteText);
  writeFileSync(join(home, 'box-1.password'), 'anything\n', { mode: 0o600 });
  const dir = join(home, 'field');
  const ports = join(dir, 'ports.json');
  jari(['simulate', '--site', site, '--dir', dir]);
  await until('the field is up', () => (existsSync(ports) ? true : undefined));
  const { port } = portsSchema.parse(JSON.parse(readFileSync(ports, 'utf8'))).buses['box-1/tcp'];
  const agent = () =>
    jari(['edge', '--site', site, '--agent', 'box-1', '--data', join(home, 'data'), '--ports', ports]);
  const smoke = async (is: boolean) => {
    const done = await jariOnce(['sim', 'set', 'smoke/di_0', String(is), '--dir', dir]);
    expect(done.code, done.output).toBe(0);
  };
  const sounds = (is: boolean) =>
    until(`the siren is ${is ? 'on' : 'off'}`, async () => ((await relay(port)) === is ? true : undefined));
  return { agent, smoke, sounds };
}

describe('a siren', () => {
  test('follows its detector with no broker and no gateway, through a kill of the agent', async () => {
    const { agent, smoke, sounds } = await everything();
    await smoke(false);
    const first = agent();
    await sounds(false);
    await smoke(true);
    await sounds(true);
    await first.kill();
    await smoke(false);
    await smoke(true);
    await sounds(true);
    agent();
    await smoke(false);
    await sounds(false);
    await smoke(true);
    await sounds(true);
  });
});
