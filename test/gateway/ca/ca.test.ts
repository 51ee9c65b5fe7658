import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, createServer } from 'node:tls';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { Audit } from '../../../gateway/audit/audit.ts';
import type { AuditEntry } from '../../../gateway/audit/entry.ts';
import { makeAuthority, readAuthority } from '../../../gateway/ca/authority.ts';
import { AuthorityKeeper } from '../../../gateway/ca/authority-keeper.ts';
import { GatewayTls, type TlsOptions } from '../../../gateway/ca/gateway-tls.ts';
import { issueServer, makeRequest, readRequest } from '../../../gateway/ca/issue.ts';
import { lifetimes } from '../../../gateway/ca/lifetimes.ts';
import { namesOf } from '../../../gateway/ca/names.ts';
import { ownIdentity } from '../../../gateway/ca/server-identity.ts';
import { openDatabase } from '../../../gateway/store/database.ts';
import { tempDir } from '../../temp.ts';
import { agent, LogLines, said, site } from '../mqtt/broker-fakes.ts';
import { ownCertificates } from './own-ca.ts';

const dayMs = 86_400_000;
let clock: SimClock;
let dir: string;
beforeEach(() => {
  clock = new SimClock();
  dir = tempDir();
});

describe('the CA of a gateway', () => {
  test('is for signing leaves alone, good since 1970 and for twenty years, its key for the owner alone', async () => {
    const made = await makeAuthority(dir, clock);
    const certificate = new X509Certificate(made.certificate);
    expect(certificate.ca).toBe(true);
    expect(certificate.validFromDate.getTime()).toBe(0);
    expect(Math.round((certificate.validToDate.getTime() - clock.now()) / dayMs)).toBe(20 * 365);
    expect(certificate.publicKey.asymmetricKeyDetails?.namedCurve).toBe('prime256v1');
    expect(statSync(join(dir, 'ca', 'ca.key')).mode & 0o777).toBe(0o600);
    expect(statSync(join(dir, 'ca')).mode & 0o777).toBe(0o700);
    expect(readAuthority(dir, clock)).toEqual(made);
  });

  test('is never made over one that is there', async () => {
    await makeAuthority(dir, clock);
    await expect(makeAuthority(dir, clock)).rejects.toThrow(/holds a CA already/);
  });

  test('is not made while the clock stands in 1970', async () => {
    await expect(makeAuthority(dir, new SimClock(1000))).rejects.toThrow(/clock says 1970-01-01.*set it/);
    expect(existsSync(join(dir, 'ca'))).toBe(false);
  });

  test.each<[string, (file: (name: string) => string) => void, RegExp]>([
    ['its key is gone', (file) => rmSync(file('ca.key')), /ca\.crt: its other half .*ca\.key is gone/],
    ['its certificate is gone', (file) => rmSync(file('ca.crt')), /ca\.key: its other half .*ca\.crt is gone/],
    ['its certificate is rubbish', (file) => writeFileSync(file('ca.crt'), 'x'), /ca\.crt: is no certificate in PEM/],
    ['its key is rubbish', (file) => writeFileSync(file('ca.key'), 'x'), /ca\.key: is no private key in PEM/],
  ])('says so when %s', async (_what, damage, why) => {
    await makeAuthority(dir, clock);
    damage((name) => {
      chmodSync(join(dir, 'ca', name), 0o600);
      return join(dir, 'ca', name);
    });
    expect(() => readAuthority(dir, clock)).toThrow(why);
  });

  test('says so when the key is of another CA, or it has expired', async () => {
    const other = tempDir();
    await makeAuthority(other, clock);
    await makeAuthority(dir, clock);
    writeFileSync(join(dir, 'ca', 'ca.key'), readFileSync(join(other, 'ca', 'ca.key')));
    expect(() => readAuthority(dir, clock)).toThrow(/ca\.key: does not belong to/);
    expect(() => readAuthority(other, new SimClock(Date.UTC(2050, 0, 1)))).toThrow(/has expired/);
  });
});

describe('what the CA issues', () => {
  test('gives a server every name, of a host or an address, and serials of 128 bits', async () => {
    const issuer = await makeAuthority(dir, clock);
    const names = ['gateway.local', '192.0.2.7', '2001:db8::7'];
    const { certificate } = await issueServer({ issuer, names, expires: clock.now() + dayMs });
    const parsed = new X509Certificate(certificate);
    expect(parsed.checkHost('gateway.local')).toBe('gateway.local');
    expect([parsed.checkIP('192.0.2.7'), parsed.checkIP('2001:db8::7')]).toEqual(['192.0.2.7', '2001:db8::7']);
    expect(parsed.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
    expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(parsed.ca).toBe(false);
    expect(parsed.validFromDate.getTime()).toBe(0);
  });

  test.each([
    ['nothing', ''],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
    ['rubbish in PEM', '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n'],
  ])('is not issued for %s', async (_what, pem) => {
    expect(await readRequest(pem)).toEqual({ problem: expect.any(String) });
  });

  test('is not issued for a request that was altered', async () => {
    const { csr } = await makeRequest('cabinet-1');
    const bytes = Buffer.from(csr.replace(/-----[A-Z ]+-----/g, ''), 'base64');
    bytes[bytes.length - 3] = (bytes.at(-3) ?? 0) ^ 1;
    const pem = `-----BEGIN CERTIFICATE REQUEST-----\n${bytes.toString('base64')}\n-----END CERTIFICATE REQUEST-----\n`;
    expect(await readRequest(pem)).toEqual({ problem: expect.any(String) });
  });
});

describe("an agent's certificates", () => {
  const who = { site: site('saesol'), agent: agent('cabinet-1') };

  async function issuing() {
    const db = openDatabase(dir);
    onTestFinished(() => {
      db.close();
    });
    const ended: string[] = [];
    const onEnded = (of: typeof who) => void ended.push(`${of.site}/${of.agent}`);
    const certificates = ownCertificates({ db, clock, dir, onEnded });
    const issue = async () => {
      const { csr } = await makeRequest('cabinet-1');
      const { certificate } = await certificates.issue(who, csr, said);
      return new X509Certificate(certificate).fingerprint256;
    };
    const renew = async (fingerprint: string | null, commonName = 'cabinet-1') => {
      const { csr } = await makeRequest(commonName);
      const answer = await certificates.renew(who, { fingerprint, csr });
      return 'certificate' in answer ? new X509Certificate(answer.certificate).fingerprint256 : answer;
    };
    const audit = (): AuditEntry[] => new Audit({ db, clock }).list({ before: null, limit: 50 }).toReversed();
    return { certificates, ended, issue, renew, audit };
  }

  test('are in the audit as they are issued, renewed and ended, by whom and why', async () => {
    const { certificates, issue, renew, audit } = await issuing();
    const first = await issue();
    certificates.used(first);
    await clock.advance(300 * dayMs);
    const second = await renew(first);
    if (typeof second !== 'string') throw new Error('not renewed');
    certificates.used(second);
    certificates.used(second);
    certificates.end(who, 'revoked', { by: 'command:kim', why: 'the box was stolen' });
    expect(audit().map(({ by, action, subject, why }) => [by, action, subject, why])).toEqual([
      ['command:test', 'ca-init', 'ca', null],
      ['command:test', 'certificate-issue', 'agent:saesol/cabinet-1', null],
      ['agent:saesol/cabinet-1', 'certificate-renew', 'agent:saesol/cabinet-1', null],
      ['agent:saesol/cabinet-1', 'certificate-end', 'agent:saesol/cabinet-1', null],
      ['command:kim', 'certificate-end', 'agent:saesol/cabinet-1', 'the box was stolen'],
    ]);
  });

  test('are due when less than a third of the life is left, and not renewed while half of it is', async () => {
    const { certificates, issue, renew } = await issuing();
    const first = await issue();
    expect(certificates.due(first)).toBeUndefined();
    expect(await renew(first)).toEqual({ v: 1, refused: expect.stringMatching(/good for a long time/) });
    await clock.advance(243 * dayMs);
    expect(certificates.due(first)).toBeUndefined();
    await clock.advance(dayMs);
    expect(certificates.due(first)).toBe(Math.floor(clock.now() / 1000) * 1000 + 121 * dayMs);
    expect(await renew(first)).toMatch(/^[0-9A-F:]+$/);
  });

  test('leave the old one good until the new one has signed in once', async () => {
    const { certificates, issue, renew } = await issuing();
    const served = new Map([[who.site, new Set([who.agent])]]);
    const enters = (fingerprint: string) =>
      certificates.authenticate(
        { fingerprint, commonName: '', expires: clock.now() + dayMs, isOurs: true, trouble: null },
        served,
      ).ok;
    const old = await issue();
    certificates.used(old);
    await clock.advance(300 * dayMs);
    const lost = await renew(old);
    const fresh = await renew(old);
    if (typeof fresh !== 'string' || typeof lost !== 'string') throw new Error('not renewed');
    expect([enters(old), enters(lost), enters(fresh)]).toEqual([true, false, true]);
    certificates.used(fresh);
    expect([enters(old), enters(fresh)]).toEqual([false, true]);
    expect(await renew(old)).toEqual({ v: 1, refused: 'the certificate has ended' });
  });

  test('are not renewed for a password, for another agent, or for one that was revoked', async () => {
    const { certificates, issue, renew } = await issuing();
    expect(await renew(null)).toEqual({ v: 1, refused: expect.stringMatching(/did not sign in with a certificate/) });
    const first = await issue();
    await clock.advance(300 * dayMs);
    expect(await renew(first, 'cabinet-2')).toEqual({ v: 1, refused: expect.stringMatching(/asks for "cabinet-2"/) });
    certificates.end(who, 'revoked', said);
    expect(await renew(first)).toEqual({ v: 1, refused: 'the certificate has ended' });
  });
});

describe("the gateway's own certificate", () => {
  test('is kept while it is good, and made again for other names, late in its life, or of another CA', async () => {
    const authority = await makeAuthority(dir, clock);
    const identity = (names: string[]) => ownIdentity({ dir, authority, names, clock, lifetimes });
    const first = await identity(['localhost']);
    expect((await identity(['localhost'])).certificate).toBe(first.certificate);
    const second = await identity(['localhost', '192.0.2.7']);
    expect(second.certificate).not.toBe(first.certificate);
    await clock.advance(250 * dayMs);
    const third = await identity(['localhost', '192.0.2.7']);
    expect(third.certificate).not.toBe(second.certificate);
    writeFileSync(join(dir, 'ca', 'server.crt'), third.certificate.slice(0, 100));
    expect((await identity(['localhost', '192.0.2.7'])).certificate).not.toBe(third.certificate);
    expect(statSync(join(dir, 'ca', 'server.key')).mode & 0o777).toBe(0o600);
  });

  async function tls(more: Partial<TlsOptions>) {
    const db = openDatabase(dir);
    const authority = new AuthorityKeeper({ dir, clock, audit: new Audit({ db, clock }) });
    const log = new LogLines();
    const mqtts = { bind: '127.0.0.1', port: 0, files: null, clientCa: null };
    const base = { dir, authority, mqtts, https: null, names: () => ['localhost'], clock, log: log.log, lifetimes };
    const opened = await GatewayTls.open({ ...base, ...more });
    onTestFinished(() => {
      opened.close();
      db.close();
    });
    return { tls: opened, log };
  }

  test.each([
    ['ECDHE-ECDSA-AES128-GCM-SHA256', true],
    ['ECDHE-ECDSA-CHACHA20-POLY1305', true],
    ['ECDHE-ECDSA-AES128-SHA', false],
    ['ECDHE-ECDSA-AES256-SHA384', false],
  ])('over TLS 1.2 is shown to who offers %s: %s', async (cipher, isTaken) => {
    const server = createServer((await tls({})).tls.contextOf('mqtts', () => {})).listen(0, '127.0.0.1');
    onTestFinished(() => void server.close());
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const versions = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
    const client = connect({ host: '127.0.0.1', port, rejectUnauthorized: false, ciphers: cipher, ...versions });
    onTestFinished(() => void client.destroy());
    const took = once(client, 'secureConnect').then(() => client.getCipher().name);
    if (isTaken) expect(await took).toBe(cipher);
    else await expect(took).rejects.toThrow(/handshake failure/);
  });

  test('is renewed while the gateway runs, and the listener is told', async () => {
    const { tls: opened } = await tls({});
    const told: unknown[] = [];
    const first = opened.contextOf('mqtts', (fresh) => void told.push(fresh.cert));
    await clock.advance(250 * dayMs);
    await opened.look();
    expect(told.length).toBeGreaterThanOrEqual(1);
    expect(told.at(-1)).not.toBe(first.cert);
    expect(opened.trusted).toMatch(/BEGIN CERTIFICATE/);
  });

  test('may be of files that others renew: they are read again, and bad ones change nothing', async () => {
    const issuer = await makeAuthority(tempDir(), clock);
    const files = { cert: join(dir, 'web.crt'), key: join(dir, 'web.key') };
    const put = async () => {
      const made = await issueServer({ issuer, names: ['gateway.test'], expires: clock.now() + dayMs });
      writeFileSync(files.cert, made.certificate);
      writeFileSync(files.key, made.key);
      return made;
    };
    await put();
    const https = { bind: '127.0.0.1', port: 0, files };
    const { tls: opened, log } = await tls({ mqtts: null, https });
    const told: unknown[] = [];
    opened.contextOf('https', (fresh) => void told.push(fresh.cert));
    expect(existsSync(join(dir, 'ca'))).toBe(false);
    expect(opened.trusted).toBeNull();
    const newer = await put();
    await opened.look();
    expect(told).toEqual([newer.certificate]);
    writeFileSync(files.key, 'x');
    await opened.look();
    expect(told).toHaveLength(1);
    expect(log.of('certificate-not-renewed')[0]?.ids.why).toMatch(/web\.key: is no private key/);
  });

  test('goes on with the CA of others that it knows when their file is gone, and takes another that comes', async () => {
    const theirs = [await makeAuthority(tempDir(), clock), await makeAuthority(tempDir(), clock)] as const;
    const clientCa = join(dir, 'theirs.crt');
    writeFileSync(clientCa, theirs[0].certificate);
    const { tls: opened, log } = await tls({ mqtts: { bind: '127.0.0.1', port: 0, files: null, clientCa } });
    const told: unknown[] = [];
    expect(opened.contextOf('mqtts', (fresh) => void told.push(fresh.ca)).ca).toContain(theirs[0].certificate);
    rmSync(clientCa);
    await opened.look();
    expect(told).toEqual([]);
    expect(log.of('certificate-not-renewed')[0]?.ids.why).toMatch(/theirs\.crt: cannot be read/);
    writeFileSync(clientCa, theirs[1].certificate);
    await opened.look();
    expect(told).toEqual([[expect.any(String), theirs[1].certificate]]);
  });

  test.each<[string, (files: { cert: string; key: string }) => void, RegExp]>([
    ['is not there', ({ cert }) => rmSync(cert), /web\.crt: cannot be read \(ENOENT\); correct the path/],
    ['is of another key', ({ key }) => writeFileSync(key, readFileSync(join(dir, 'other.key'))), /does not belong to/],
  ])('stops the start when a file that the site file names %s', async (_what, damage, why) => {
    const issuer = await makeAuthority(tempDir(), clock);
    const files = { cert: join(dir, 'web.crt'), key: join(dir, 'web.key') };
    const made = await issueServer({ issuer, names: ['gateway.test'], expires: clock.now() + dayMs });
    const other = await issueServer({ issuer, names: ['gateway.test'], expires: clock.now() + dayMs });
    writeFileSync(files.cert, made.certificate);
    writeFileSync(files.key, made.key);
    writeFileSync(join(dir, 'other.key'), other.key);
    damage(files);
    await expect(tls({ mqtts: null, https: { bind: '127.0.0.1', port: 0, files } })).rejects.toThrow(why);
  });

  test('gives the names of the site file, of this machine and of what it listens on', () => {
    const names = namesOf({ names: ['Gateway.Example', '192.0.2.7'], binds: ['10.0.0.5', '127.0.0.1'] });
    expect(names).toEqual(
      expect.arrayContaining(['gateway.example', '192.0.2.7', 'localhost', '127.0.0.1', '10.0.0.5']),
    );
    expect(new Set(names).size).toBe(names.length);
    expect(namesOf({ names: [], binds: ['0.0.0.0'] })).not.toContain('0.0.0.0');
  });
});
