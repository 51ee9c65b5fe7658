import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '../../contract/clock.ts';
import { serial } from '../edge/identity/certificates.ts';
import { GatewayProcess } from '../gateway/gateway-process.ts';
import { tempDir } from '../temp.ts';
import { freePort, until } from './harness.ts';
import { startTcpSlave } from './tcp-slave.ts';
import { addBundle, startBox, writeTlsSite } from './tls-site.ts';

/** Certificates that live so long are due as soon as they are shown: a year is less than a third of ten. */
const tenYearsMs = 10 * 365 * 86_400_000;
const renewsAtOnce = { authorityMs: tenYearsMs, serverMs: tenYearsMs, agentMs: tenYearsMs };

async function prepare() {
  const dir = tempDir();
  const slave = await startTcpSlave((_unit, _address, count) => new Array<number>(count).fill(21));
  const mqttsPort = await freePort();
  const site = writeTlsSite(dir, { slavePort: slave.port, mqttsPort });
  const data = join(dir, 'gateway');
  mkdirSync(data);
  const gateway = async (lifetimes: typeof renewsAtOnce) => {
    const options = { sites: [site], data, mqttPort: 0, httpPort: 0, mqttsPort, httpsPort: 0 };
    const started = new GatewayProcess({ ...options, lifetimes });
    await started.logs('gateway-started');
    return started;
  };
  const identityFile = join(dir, 'box', 'identity.json');
  const renewed = (): { certificate: string; key: string }[] =>
    existsSync(identityFile) ? JSON.parse(readFileSync(identityFile, 'utf8')).pairs : [];
  const bundle = async (name: string) => addBundle({ site, dir: data, folder: join(dir, name) });
  return { dir, site, data, gateway, bundle, renewed, box: (folder: string) => startBox(folder, join(dir, 'box')) };
}

const connects = (output: string) => output.split('"uplink-online"').length - 1;
const seen = (what: string, probe: () => boolean, timeoutMs?: number) =>
  until(what, () => (probe() ? true : undefined), timeoutMs);

test('a certificate is renewed over its own session, and outlives the one it came from', async () => {
  const { gateway, bundle, box, renewed } = await prepare();
  // Due after 8 s, gone after 12.
  await gateway({ ...renewsAtOnce, serverMs: 3_600_000, agentMs: 12_000 });
  const folder = await bundle('bundle');
  const issuedMono = systemClock.monotonic();
  const running = box(folder);
  await seen('it is renewed', () => renewed().length > 0);
  await seen('it shows the new one', () => connects(running.output()) >= 2);
  const first = serial(renewed()[0]);
  await seen('it is renewed again', () => serial(renewed()[0]) !== first);
  await seen('the first one is over', () => systemClock.monotonic() - issuedMono > 12_000);
  await running.stop();
  const again = box(folder);
  await seen('it comes back by what it was given last', () => connects(again.output()) === 1);
  expect(again.output()).not.toContain('uplink-refused');
}, 60_000);

test('a box that is killed in the middle of a renewal has one whole certificate or the other, and comes back', async () => {
  const { gateway, bundle, box, renewed } = await prepare();
  const folder = await bundle('bundle');
  await gateway(renewsAtOnce);
  for (const delayMs of [0, 20, 60, 100, 140, 200]) {
    const running = box(folder);
    await seen('it asks, or has been answered', () => /certificate-due|uplink-online/.test(running.output()));
    await systemClock.sleep(delayMs);
    await running.kill();
    for (const pair of renewed()) expect(pair).toEqual({ certificate: expect.any(String), key: expect.any(String) });
  }
  const last = box(folder);
  await seen('it is connected by a renewed one', () => renewed().length === 1 && connects(last.output()) >= 1);
  expect(last.output()).not.toContain('identity-unreadable');
}, 60_000);

test('a new bundle goes before what was renewed from the old one', async () => {
  const { gateway, bundle, box, renewed } = await prepare();
  const old = await bundle('old');
  const running = await gateway(renewsAtOnce);
  const first = box(old);
  await seen('it is renewed', () => renewed().length > 0 && connects(first.output()) >= 2);
  await first.stop();
  running.child.kill('SIGTERM');
  await running.ended;
  const fresh = await bundle('fresh');
  const quiet = { ...renewsAtOnce, agentMs: 2 * 365 * 86_400_000 };
  await gateway(quiet);
  const second = box(fresh);
  await seen('it comes by the new bundle', () => connects(second.output()) === 1);
  expect(second.output()).toContain('identity-of-new-bundle');
  expect(renewed()).toEqual([]);
  await second.stop();
  const third = box(old);
  await seen('the old one is refused', () => third.output().includes('refuses this certificate'));
}, 60_000);
