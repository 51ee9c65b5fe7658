import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { sharedByAll } from '../cleanup.ts';
import { command, missing } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { Api, addAgent, createToken, freePort, jariOnce, startGateway, until } from './harness.ts';
import { startTcpSlave } from './tcp-slave.ts';
import { addBundle, type Box, deviceOf, openssl, startBox, writeTlsSite } from './tls-site.ts';

/** The whole path over TLS, by the command line. */
async function prepare(options: { host?: string; bind?: string; boxes?: readonly Box[] } = {}) {
  const dir = tempDir();
  const slave = await startTcpSlave((_unit, _address, count) => new Array<number>(count).fill(21));
  const mqttsPort = await freePort();
  const site = writeTlsSite(dir, { slavePort: slave.port, mqttsPort, ...options });
  const more = ['--mqtts-port', String(mqttsPort), '--https-port', '0'];
  const gateway = await startGateway({ site, dir: join(dir, 'gateway'), more });
  return { dir, site, gateway, mqttsPort };
}

/** One gateway for all that do not end it: each test has a box of its own, which nobody has signed in as before. */
const boxes: readonly Box[] = [
  { id: 'box-1' },
  { id: 'box-2' },
  { id: 'box-3' },
  { id: 'box-4' },
  { id: 'box-5' },
  { id: 'box-6', passwordFile: 'box-6.password' },
  { id: 'box-7' },
  { id: 'box-8' },
];
let here: Awaited<ReturnType<typeof prepare>>;
let api: Api;
beforeAll(() =>
  sharedByAll(async () => {
    here = await prepare({ boxes });
    api = new Api(here.gateway.http, await createToken(here.gateway.dir));
  }),
);

const bundleFor = (id: string, csr?: string) =>
  addBundle({
    ...{ site: here.site, dir: here.gateway.dir, folder: join(here.dir, `bundle-of-${id}`), id },
    ...(csr === undefined ? {} : { csr }),
  });
const startWith = (bundle: string, id: string) => startBox(bundle, join(here.dir, `data-of-${id}`), id);
const arrivesFrom = (id: string) =>
  until(`a reading of ${id} arrives`, async () => {
    const device = deviceOf(boxes.findIndex((box) => box.id === id));
    return (await api.latest()).get(`${device}/level`)?.value ?? undefined;
  });
const linesOf = (output: string) => output.split('\n').filter((line) => line.startsWith('{') && line.endsWith('}'));
/** The gateway's lines of this event of this box. */
const toldOf = (event: string, id: string) =>
  linesOf(here.gateway.output())
    .map((line) => JSON.parse(line))
    .filter(({ msg, agent }) => msg === event && agent === id);

describe('a box with a bundle', () => {
  test('is read by the gateway, with its own profile, key and CA in one folder', async () => {
    const bundle = await bundleFor('box-1');
    expect(statSync(bundle).mode & 0o777).toBe(0o700);
    expect(statSync(join(bundle, 'box-1.key')).mode & 0o777).toBe(0o600);
    expect(existsSync(join(bundle, 'my-profiles', 'probe.yaml'))).toBe(true);
    const ca = await (await fetch(`${here.gateway.http}/ca.crt`)).text();
    expect(readFileSync(join(bundle, 'ca.crt'), 'utf8')).toBe(ca);
    startWith(bundle, 'box-1');
    await arrivesFrom('box-1');
  });

  test('is cut off when it is revoked, within a second, and told why it cannot come back', async () => {
    const box = startWith(await bundleFor('box-2'), 'box-2');
    await arrivesFrom('box-2');
    const { site, gateway } = here;
    const args = ['agent', 'revoke', 'box-2', '--site', site, '--data', gateway.dir, '--why', 'the box was stolen'];
    const revoked = await jariOnce([...args, '--json']);
    const revokedAt = Date.now();
    expect(JSON.parse(revoked.output)).toEqual({ site: 'test', agent: 'box-2', revoked: true });
    // By its own stamp: it may be looked at late.
    const lost = await until('the box is cut off', () =>
      linesOf(box.output()).find((line) => line.includes('"uplink-lost"')),
    );
    expect(JSON.parse(lost).time - revokedAt).toBeLessThan(1000);
    await until('the box is refused', () => (box.output().includes('refuses this certificate') ? true : undefined));
    await until('the gateway says why', () =>
      gateway.output().includes('"why":"the certificate was revoked') ? true : undefined,
    );
    await until('it is shown as gone', async () =>
      (await api.agents()).get('box-2')?.state === 'offline' ? true : undefined,
    );
    expect((await jariOnce(args)).output).toMatch(/has neither a certificate nor a password/);
  });

  test('may have made its own key, which never leaves it', async () => {
    const own = join(here.dir, 'own');
    expect((await jariOnce(['agent', 'request', 'box-3', '--out', own])).code).toBe(0);
    expect(statSync(join(own, 'box-3.key')).mode & 0o777).toBe(0o600);
    const bundle = await bundleFor('box-3', join(own, 'box-3.csr'));
    expect(existsSync(join(bundle, 'box-3.key'))).toBe(false);
    copyFileSync(join(own, 'box-3.key'), join(bundle, 'box-3.key'));
    startWith(bundle, 'box-3');
    await arrivesFrom('box-3');
    expect((await jariOnce(['agent', 'request', 'box-3', '--out', own])).output).toMatch(/is there already/);
  });

  test('works after the bundle was made with the gateway stopped', async () => {
    const { dir, site, gateway, mqttsPort } = await prepare();
    await gateway.stop();
    const bundle = await addBundle({ site, dir: gateway.dir, folder: join(dir, 'bundle') });
    const more = ['--mqtts-port', String(mqttsPort), '--https-port', '0'];
    const again = await startGateway({ site, dir: gateway.dir, more });
    const box = startBox(bundle, join(dir, 'box'));
    await until('it is online', () => (box.output().includes('uplink-online') ? true : undefined));
    await until('the gateway says so', () => (again.output().includes('"agent-connected"') ? true : undefined));
  });

  test.skipIf(missing(command('openssl')))('has files that openssl finds to be in order', async () => {
    const { gateway, mqttsPort } = here;
    const bundle = await bundleFor('box-4');
    const [ca, crt, key] = ['ca.crt', 'box-4.crt', 'box-4.key'].map((name) => join(bundle, name)) as [
      string,
      string,
      string,
    ];
    expect(openssl('verify', '-x509_strict', '-purpose', 'sslclient', '-CAfile', ca, crt)).toContain(': OK');
    const server = join(gateway.dir, 'ca', 'server.crt');
    expect(openssl('verify', '-x509_strict', '-purpose', 'sslserver', '-CAfile', ca, server)).toContain(': OK');
    const host = ['-verify_hostname', 'localhost', '-verify_ip', '127.0.0.1'];
    expect(openssl('verify', ...host, '-CAfile', ca, server)).toContain(': OK');
    // A box whose clock begins in 1970 gets in.
    expect(openssl('verify', '-attime', '1', '-CAfile', ca, server)).toContain(': OK');
    expect(openssl('x509', '-in', crt, '-noout', '-subject', '-ext', 'extendedKeyUsage')).toMatch(
      /test\/box-4[\s\S]*TLS Web Client Authentication/,
    );
    expect(openssl('pkey', '-in', key, '-noout', '-check')).toMatch(/valid/);
    const shown = execFileSync('openssl', ['s_client', '-connect', `localhost:${mqttsPort}`, '-CAfile', ca], {
      input: '',
      stdio: ['pipe', 'pipe', 'ignore'],
      encoding: 'utf8',
    });
    expect(shown).toMatch(/Verify return code: 0/);
  });

  test.skipIf(missing(command('mosquitto_pub')))('has files that other MQTT programs can use', async () => {
    const bundle = await bundleFor('box-5');
    const files = ['--cafile', 'ca.crt', '--cert', 'box-5.crt', '--key', 'box-5.key'];
    const to = ['-h', 'localhost', '-p', String(here.mqttsPort), '-i', 'box-5', '-k', '10', '-q', '1'];
    const publish = (topic: string) =>
      execFileSync('mosquitto_pub', [...files, ...to, '-t', topic, '-m', '{}'], { cwd: bundle, stdio: 'pipe' });
    publish('jari/v1/test/box-5/health');
    await until('it was let in', () => toldOf('agent-connected', 'box-5')[0]);
  });
});

describe('a box over TLS without a certificate', () => {
  test('signs in by its password', async () => {
    const { dir, site, gateway } = here;
    await addAgent({ id: 'box-6', site, dir: gateway.dir, passwordFile: join(dir, 'box-6.password') });
    const ca = await (await fetch(`${gateway.http}/ca.crt`)).text();
    writeFileSync(join(dir, 'ca.crt'), ca);
    copyFileSync(site, join(dir, 'site.yaml'));
    startWith(dir, 'box-6');
    await arrivesFrom('box-6');
  });

  test('is told which ways in there are when it has none', async () => {
    const { dir, site } = here;
    const { code, output } = await jariOnce(['edge', '--site', site, '--agent', 'box-7', '--data', join(dir, 'none')]);
    expect(code).toBe(2);
    expect(output).toMatch(
      /no password and no certificate \(.*box-7\.crt is not there; a bundle of jari agent add --bundle/,
    );
  });
});

describe('a box that does not trust what it finds', () => {
  test('says so and goes on reading: another CA', async () => {
    const bundle = await bundleFor('box-8');
    const other = join(here.dir, 'other');
    mkdirSync(other);
    expect((await jariOnce(['ca', 'init', '--data', other])).code).toBe(0);
    copyFileSync(join(other, 'ca', 'ca.crt'), join(bundle, 'ca.crt'));
    const box = startWith(bundle, 'box-8');
    const words = 'the CA of the gateway is not the one trusted here';
    await until('it says so', () => (box.output().includes(words) ? true : undefined));
    expect(toldOf('agent-connected', 'box-8')).toEqual([]);
    expect((await box.stop()).code).toBe(0);
  });

  test('says so and goes on reading: another name', async () => {
    const { dir, site, gateway } = await prepare({ host: '127.0.0.2', bind: '0.0.0.0' });
    const bundle = await addBundle({ site, dir: gateway.dir, folder: join(dir, 'bundle') });
    const box = startBox(bundle, join(dir, 'box'));
    const words = "the gateway's certificate is not for 127.0.0.2 but for";
    await until('it says so', () => (box.output().includes(words) ? true : undefined));
    expect(gateway.output()).not.toContain('"agent-connected"');
    expect((await box.stop()).code).toBe(0);
  });
});

describe('a bundle that cannot be made', () => {
  test('says what is in the way, and leaves the agent as it is', async () => {
    const dir = tempDir();
    mkdirSync(join(dir, 'elsewhere'));
    mkdirSync(join(dir, 'here'));
    const site = writeTlsSite(join(dir, 'here'), { slavePort: 1502, mqttsPort: 8883 });
    const data = join(dir, 'gateway');
    const add = (folder: string) =>
      jariOnce(['agent', 'add', 'box-1', '--site', site, '--data', data, '--bundle', folder]);
    mkdirSync(join(dir, 'full'));
    writeFileSync(join(dir, 'full', 'file'), '');
    expect(await add(join(dir, 'full'))).toMatchObject({ code: 2, output: expect.stringMatching(/is there already/) });
    writeFileSync(site, readFileSync(site, 'utf8').replace('[my-profiles]', '[my-profiles, ../elsewhere]'));
    const { code, output } = await add(join(dir, 'bundle'));
    expect(code).toBe(2);
    expect(output).toMatch(/profile folder .*elsewhere: lies outside the folder of .*the-site\.yaml/);
    expect(existsSync(join(dir, 'bundle'))).toBe(false);
  });

  test('is noted when the uplink would not use it', async () => {
    const dir = tempDir();
    const site = writeTlsSite(dir, { slavePort: 1502, mqttsPort: 8883 });
    writeFileSync(site, readFileSync(site, 'utf8').replace('mqtts://localhost:8883', 'mqtt://localhost:1883'));
    const args = ['agent', 'add', 'box-1', '--site', site, '--data', join(dir, 'gateway')];
    const { output } = await jariOnce([...args, '--bundle', join(dir, 'bundle')]);
    expect(output).toMatch(/note: its uplink is mqtt:\/\/localhost:1883; the box needs an mqtts:\/\/ uplink/);
  });
});
