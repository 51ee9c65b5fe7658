import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { BackupTable } from '../../../gateway/backup/backup-table.ts';
import { change } from '../../../gateway/cli/change.ts';

import { runDoctor } from '../../../gateway/cli/doctor/doctor.ts';
import type { Finding } from '../../../gateway/cli/doctor/finding.ts';
import { jariOnce } from '../../system/harness.ts';
import { tempDir } from '../../temp.ts';

const dayMs = 24 * 3_600_000;

describe('jari doctor', () => {
  test('has nothing to say of a gateway with an admin and credentials for its agents', async () => {
    const { site, data } = await aGateway();
    const { json, text, sick } = doctor(site, data);
    expect(json.findings.flatMap(({ state, code }) => (state === 'ok' ? [] : [code]))).toEqual(['no-backup']);
    expect(sick).toBe(false);
    expect(text).toContain('ok    audit: 2 rows, every one as it was written');
  });

  test('says which agent cannot sign in, and that nobody is an admin', async () => {
    const { site, data } = await aGateway({ empty: true });
    expect(wrong(site, data)).toEqual([
      expect.stringMatching(/^warn nobody is an admin; jari user add NAME --role admin$/),
      expect.stringMatching(/^warn agent box-1 of test: has no credential and cannot sign in; jari agent add box-1/),
    ]);
  });

  test('says what is insecure, of listeners and of uplinks', async () => {
    const gateway = 'gateway: { mqtt: { bind: 0.0.0.0, insecure: true }, http: { tls: {} } }';
    const { site, data } = await aGateway({ gateway, uplink: 'insecure: true, url: "mqtt://10.1.2.3:1883"' });
    expect(wrong(site, data)).toEqual([
      expect.stringMatching(/^warn mqtt: insecure, plain text on 0\.0\.0\.0:1883/),
      expect.stringMatching(/^warn agent box-1: insecure, its uplink is not encrypted/),
    ]);
    expect(doctor(site, data).text).toContain('ok    http: plain on this machine alone, TLS on 127.0.0.1:8443');
  });

  test('says which box would not find its address of the gateway in the certificate', async () => {
    const gateway = (names: string) => `gateway: { names: [${names}], mqtt: { tls: {} } }`;
    const moved = await aGateway({ gateway: gateway('10.0.0.2'), uplink: 'url: "mqtts://10.0.0.1:8883"' });
    expect(wrong(moved.site, moved.data)).toEqual([
      expect.stringMatching(
        /^warn agent box-1: its uplink goes to 10\.0\.0\.1, and the gateway's certificate is for 10\.0\.0\.2, .*; correct/,
      ),
    ]);
    const known = await aGateway({ gateway: gateway('"2001:db8::7"'), uplink: 'url: "mqtts://[2001:DB8::7]:8883"' });
    expect(wrong(known.site, known.data)).toEqual([]);
  });

  test('fails where others can read what they must not', async () => {
    const { site, data } = await aGateway();
    writeFileSync(join(data, 'session.key'), 'secret', { mode: 0o644 });
    chmodSync(data, 0o755);
    expect(wrong(site, data)).toEqual([
      `fail ${data}: others on this machine can read it; chmod go-rwx ${data}`,
      `fail ${data}/session.key: others on this machine can read it; chmod go-rwx ${data}/session.key`,
    ]);
    expect(doctor(site, data).sick).toBe(true);
  });

  test('says that a gateway is copied nowhere, was never copied, that copies fail, and how old the last one is', async () => {
    const plain = await aGateway();
    expect(doctor(plain.site, plain.data).text).toContain(notCopied);
    const key = 'age1stacr5sv6n84u70vdxvh5wr9ue4pqrzwxn489hcqyx9xmsf66uxqmlr08l';
    const { site, data } = await aGateway({ gateway: `backup: { folder: /mnt/backup, recipients: [${key}] }` });
    expect(wrong(site, data)).toEqual([
      'warn no copy was made yet; jari backup now',
      'warn no copy was tried yet by restoring it; jari backup now',
    ]);
    const db = new Sqlite(join(data, 'gateway.db'));
    const table = new BackupTable(db);
    const run = { at: systemClock.now(), name: null, reason: null, figures: {} };
    table.add({ ...run, kind: 'backup', ok: false, reason: { code: 'medium-missing', place: '/mnt/backup' } });
    table.add({ ...run, kind: 'drill', ok: true });
    db.close();
    expect(wrong(site, data)).toEqual([
      expect.stringMatching(/^fail the last copy failed: the backup disk is not there; The/),
    ]);
    const late = { ...systemClock, now: () => systemClock.now() + 10 * 24 * 3_600_000 };
    expect(wrong(site, data, late)).toContainEqual('fail the last good drill was 240 h ago');
  });

  test('warns of a token that ends within two weeks, and says when it has', async () => {
    const { site, data } = await aGateway();
    await change({ data }, 'token-create', { name: 'soon', scope: 'read', lifeMs: 13 * dayMs });
    await change({ data }, 'token-create', { name: 'later', scope: 'read', lifeMs: 15 * dayMs });
    expect(wrong(site, data)).toEqual([expect.stringMatching(/^warn token soon ends 20/)]);
    const clock = { ...systemClock, now: () => systemClock.now() + 14 * dayMs };
    expect(wrong(site, data, clock)).toContainEqual(expect.stringMatching(/^warn token soon has ended 20/));
  });

  test('finds a row of the audit that was changed by hand', async () => {
    const { site, data } = await aGateway();
    const db = new Sqlite(join(data, 'gateway.db'));
    db.exec("DROP TRIGGER audit_keeps; UPDATE audit SET by = 'person:nobody' WHERE id = 1");
    db.close();
    expect(wrong(site, data)).toEqual([expect.stringMatching(/^fail audit row 1: this row, or the one before it/)]);
  });

  test('says what is wrong with a clock that is not set, a site file, and a folder that is not there', () => {
    const dir = tempDir();
    const clock = { ...systemClock, now: () => 1000 };
    expect(wrong(join(dir, 'none.yaml'), join(dir, 'none'), clock)).toEqual([
      "fail this machine's clock says 1970-01-01T00:00:01.000Z; set it (timedatectl set-ntp true)",
      expect.stringMatching(/^fail .*none\.yaml: 1 problems, the first: /),
      expect.stringMatching(/^fail .*\/none: is not there; start the gateway once, or give --data$/),
      expect.stringMatching(/^warn .*gateway\.db: is not there yet/),
    ]);
    const { findings } = doctor(join(dir, 'none.yaml'), join(dir, 'none'), clock).json;
    expect(findings.map(({ state, code }) => `${state} ${code}`)).toEqual([
      'ok version',
      'fail clock-wrong',
      'fail site-file-refused',
      'fail folder-missing',
      'warn store-missing',
    ]);
  });

  test('gives figures beside each code, and says the same in Korean', async () => {
    const { site, data } = await aGateway({ empty: true });
    const { text, json } = runDoctor({ site: [site], data, language: 'ko' });
    const { findings } = json as { findings: Finding[] };
    expect(findings.find(({ code }) => code === 'agent-without-credential')).toEqual({
      ...{ state: 'warn', code: 'agent-without-credential' },
      figures: { agent: 'box-1', site: 'test', file: site },
      what: 'agent box-1 of test: has no credential and cannot sign in',
      mend: `jari agent add box-1 --site ${site} --bundle FOLDER`,
      ko: {
        what: 'test의 수집기 box-1: 인증 수단이 없어 접속할 수 없음',
        mend: `jari agent add box-1 --site ${site} --bundle FOLDER`,
      },
    });
    expect(text).toContain('warn  관리자가 없음; jari user add NAME --role admin');
    expect(text).toMatch(/ok {4}감사 기록 \d+건, 모두 기록된 그대로임/);
  });

  test('ends with 1 when something has failed, and prints the same as JSON', async () => {
    const { code, output } = await jariOnce(['doctor', '--site', 'none.yaml', '--data', tempDir(), '--json']);
    expect(code).toBe(1);
    const { findings } = JSON.parse(output) as { findings: Finding[] };
    expect(findings.some(({ state }) => state === 'fail')).toBe(true);
    expect(findings.map(({ code }) => code)).toEqual(expect.arrayContaining(['version', 'site-file-refused']));
  });
});

function doctor(site: string, data: string, clock = systemClock) {
  const { json, ...rest } = runDoctor({ site: [site], data }, clock);
  return { ...rest, json: json as { findings: Finding[] } };
}

/** What is not as it should be, a line each. */
const notCopied = 'this gateway is not copied anywhere';

function wrong(site: string, data: string, clock = systemClock): string[] {
  // No site here asks for copies; a test of its own says what is said of that.
  const lines = doctor(site, data, clock)
    .text.split('\n')
    .filter((line) => !line.includes(notCopied));
  return lines.filter((line) => !line.startsWith('ok')).map((line) => line.replace(/ {2,}/, ' '));
}

/** A site file, and the data folder of a gateway with an admin and a credential for its one agent. */
async function aGateway({ empty = false, gateway = '', uplink = 'url: "mqtt://127.0.0.1:1883"' } = {}) {
  const [site, data] = [join(tempDir(), 'site.yaml'), tempDir()];
  writeFileSync(
    site,
    `site: test
name: { ko: 시험장, en: Test site }
${gateway}
agents:
  - id: box-1
    uplink: { ${uplink} }
    buses:
      - id: lan
        kind: modbus-tcp
        host: 127.0.0.1
        devices:
          - { id: di-1, profile: waveshare-rtu-io-8ch, unit: 1, every: 1s }
`,
  );
  await change({ data }, empty ? 'token-list' : 'agent-add', { site: 'test', agent: 'box-1' });
  if (!empty) {
    const admin = { name: 'boss', role: 'admin', buildings: [], password: 'a sentence of my own' };
    await change({ data }, 'user-add', admin);
  }
  return { site, data };
}
