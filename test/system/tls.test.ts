import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { command, missing } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { Api, addAgent, createToken, freePort, jariOnce, startGateway, until } from './harness.ts';
import { startTcpSlave } from './tcp-slave.ts';
import { addBundle, openssl, startBox, writeTlsSite } from './tls-site.ts';

/** The whole path over TLS, by the command line. */
async function prepare(options: { host?: string; bind?: string; passwordFile?: string } = {}) {
  const dir = tempDir();
  const slave = await startTcpSlave((_unit, _address, count) => new Array<number>(count).fill(21));
  const mqttsPort = await freePort();
  const site = writeTlsSite(dir, { slavePort: slave.port, mqttsPort, ...options });
  const more = ['--mqtts-port', String(mqttsPort), '--https-port', '0'];
  const gateway = await startGateway({ site, dir: join(dir, 'gateway'), more });
  const api = new Api(gateway.http, await createToken(gateway.dir));
  const arrives = () =>
    until('a reading arrives', async () => (await api.latest()).get('climate/level')?.value ?? undefined);
  return { dir, site, slave, gateway, api, arrives, mqttsPort };
}

describe('a box with a bundle', () => {
  test('is read by the gateway, with its own profile, key and CA in one folder', async () => {
    const { dir, site, gateway, arrives } = await prepare();
    const bundle = await addBundle({ site, dir: gateway.dir, folder: join(dir, 'bundle') });
    expect(statSync(bundle).mode & 0o777).toBe(0o700);
    expect(statSync(join(bundle, 'box-1.key')).mode & 0o777).toBe(0o600);
    expect(existsSync(join(bundle, 'my-profiles', 'probe.yaml'))).toBe(true);
    const ca = await (await fetch(`${gateway.http}/ca.crt`)).text();
    expect(readFileSync(join(bundle, 'ca.crt'), 'utf8')).toBe(ca);
    startBox(bundle, join(dir, 'box'));
    await arrives();
  });

  test('is cut off when it is revoked, within a second, and told why it cannot come back', async () => {
    const { dir, site, gateway, api, arrives } = await prepare();
    const bundle = await addBundle({ site, dir: gateway.dir, folder: join(dir, 'bundle') });
    const box = startBox(bundle, join(dir, 'box'));
    await arrives();
    const args = ['agent', 'revoke', 'box-1', '--site', site, '--data', gateway.dir, '--why', 'the box was stolen'];
    const revoked = await jariOnce([...args, '--json']);
    expect(JSON.parse(revoked.output)).toEqual({ site: 'test', agent: 'box-1', revoked: true });
    await until('the box is cut off', () => (box.output().includes('uplink-lost') ? true : undefined), 1000);
    await until('the box is refused', () => (box.output().includes('refuses this certificate') ? true : undefined));
    await until('the gateway says why', () =>
      gateway.output().includes('"why":"the certificate was revoked') ? true : undefined,
    );
    await until('it is shown as gone', async () =>
      (await api.agents()).get('box-1')?.state === 'offline' ? true : undefined,
    );
    expect((await jariOnce(args)).output).toMatch(/has neither a certificate nor a password/);
  });

  test('may have made its own key, which never leaves it', async () => {
    const { dir, site, gateway, arrives } = await prepare();
    const own = join(dir, 'own');
    expect((await jariOnce(['agent', 'request', 'box-1', '--out', own])).code).toBe(0);
    expect(statSync(join(own, 'box-1.key')).mode & 0o777).toBe(0o600);
    const csr = join(own, 'box-1.csr');
    const bundle = await addBundle({ site, dir: gateway.dir, folder: join(dir, 'bundle'), csr });
    expect(existsSync(join(bundle, 'box-1.key'))).toBe(false);
    copyFileSync(join(own, 'box-1.key'), join(bundle, 'box-1.key'));
    startBox(bundle, join(dir, 'box'));
    await arrives();
    expect((await jariOnce(['agent', 'request', 'box-1', '--out', own])).output).toMatch(/is there already/);
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
    const { dir, site, gateway, mqttsPort } = await prepare();
    const bundle = await addBundle({ site, dir: gateway.dir, folder: join(dir, 'bundle') });
    const [ca, crt, key] = ['ca.crt', 'box-1.crt', 'box-1.key'].map((name) => join(bundle, name)) as [
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
      /test\/box-1[\s\S]*TLS Web Client Authentication/,
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
    const { dir, site, gateway, mqttsPort } = await prepare();
    const bundle = await addBundle({ site, dir: gateway.dir, folder: join(dir, 'bundle') });
    const files = ['--cafile', 'ca.crt', '--cert', 'box-1.crt', '--key', 'box-1.key'];
    const to = ['-h', 'localhost', '-p', String(mqttsPort), '-i', 'box-1', '-k', '10', '-q', '1'];
    const publish = (topic: string) =>
      execFileSync('mosquitto_pub', [...files, ...to, '-t', topic, '-m', '{}'], { cwd: bundle, stdio: 'pipe' });
    publish('jari/v1/test/box-1/health');
    await until('it was let in', () => (gateway.output().includes('"agent-connected"') ? true : undefined));
  });
});

describe('a box over TLS without a certificate', () => {
  test('signs in by its password', async () => {
    const { dir, site, gateway, arrives } = await prepare({ passwordFile: 'box-1.password' });
    await addAgent({ id: 'box-1', site, dir: gateway.dir, passwordFile: join(dir, 'box-1.password') });
    const ca = await (await fetch(`${gateway.http}/ca.crt`)).text();
    writeFileSync(join(dir, 'ca.crt'), ca);
    copyFileSync(site, join(dir, 'site.yaml'));
    startBox(dir, join(dir, 'box'));
    await arrives();
  });

  test('is told which ways in there are when it has none', async () => {
    const { dir, site } = await prepare();
    const { code, output } = await jariOnce(['edge', '--site', site, '--agent', 'box-1', '--data', join(dir, 'box')]);
    expect(code).toBe(2);
    expect(output).toMatch(
      /no password and no certificate \(.*box-1\.crt is not there; a bundle of jari agent add --bundle/,
    );
  });
});

describe('a box that does not trust what it finds', () => {
  test.each([
    ['another CA', {}, 'the CA of the gateway is not the one trusted here', true],
    [
      'another name',
      { host: '127.0.0.2', bind: '0.0.0.0' },
      "the gateway's certificate is not for 127.0.0.2 but for",
      false,
    ],
  ])('says so and goes on reading: %s', async (_what, options, words, isOtherCa) => {
    const { dir, site, gateway } = await prepare(options);
    const bundle = await addBundle({ site, dir: gateway.dir, folder: join(dir, 'bundle') });
    if (isOtherCa) {
      const other = join(dir, 'other');
      mkdirSync(other);
      expect((await jariOnce(['ca', 'init', '--data', other])).code).toBe(0);
      copyFileSync(join(other, 'ca', 'ca.crt'), join(bundle, 'ca.crt'));
    }
    const box = startBox(bundle, join(dir, 'box'));
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
