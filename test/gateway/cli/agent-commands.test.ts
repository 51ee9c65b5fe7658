import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { Accounts } from '../../../gateway/accounts/accounts.ts';
import { Audit } from '../../../gateway/audit/audit.ts';
import { runAgentAdd, runAgentRevoke } from '../../../gateway/cli/agent-commands.ts';
import { runCaInit, runCaShow } from '../../../gateway/cli/ca-commands.ts';
import { openDatabase } from '../../../gateway/store/database.ts';
import { tempDir } from '../../temp.ts';
import { ownCertificates } from '../ca/own-ca.ts';
import { agent, site } from '../mqtt/broker-fakes.ts';
import { writeSite } from '../site-files.ts';

/** The commands on a folder that no gateway runs on. */

let dir: string;
let data: string;
let file: string;
beforeEach(() => {
  dir = tempDir();
  data = join(dir, 'data');
  file = writeSite(dir, { agents: ['cabinet-1', 'cabinet-2'], tls: '{}', uplink: 'mqtts://localhost:8883' });
});

const add = (id: string, name: string) => runAgentAdd({ id, site: file, data, bundle: join(dir, name) });
const who = { site: site('saesol'), agent: agent('cabinet-1') };

/** What stands in the folder's database. */
function stored() {
  const db = openDatabase(data);
  onTestFinished(() => {
    db.close();
  });
  const audit = new Audit({ db, clock: systemClock });
  const accounts = new Accounts({ db, clock: systemClock, audit, sessionKey: () => new Uint8Array(32) });
  return { accounts, audit, certificates: ownCertificates({ db, clock: systemClock, dir: data }) };
}

describe('an agent has one credential', () => {
  test('a bundle ends its password, and a password its certificate', async () => {
    const first = await runAgentAdd({ id: 'cabinet-1', site: file, data });
    const password = 'password' in first.json ? String(first.json.password) : '';
    expect(stored().accounts.agents.check('cabinet-1', password)).toEqual(who);
    expect((await add('cabinet-1', 'bundle')).json).toMatchObject({ replaced: true, bundle: join(dir, 'bundle') });
    expect(stored().accounts.agents.check('cabinet-1', password)).toBeUndefined();
    expect((await runAgentAdd({ id: 'cabinet-1', site: file, data })).json).toMatchObject({ replaced: true });
    expect(stored().certificates.end(who, 'revoked', { by: 'command:test', why: null })).toBe(0);
  });

  test('revoking ends whichever there is, of that agent alone, and says who did it and why', async () => {
    await add('cabinet-1', 'one');
    await add('cabinet-2', 'two');
    const revoke = () => runAgentRevoke({ id: 'cabinet-1', site: file, data, why: 'stolen' });
    expect((await revoke()).json).toEqual({ site: 'saesol', agent: 'cabinet-1', revoked: true });
    await expect(revoke()).rejects.toThrow(/has neither a certificate nor a password/);
    const { audit, certificates } = stored();
    const [last] = audit.list({ before: null, limit: 1 });
    expect(last).toMatchObject({ action: 'certificate-end', subject: 'agent:saesol/cabinet-1', why: 'stolen' });
    expect(last?.by).toMatch(/^command:/);
    const other = { ...who, agent: agent('cabinet-2') };
    expect(certificates.end(other, 'revoked', { by: 'command:test', why: null })).toBe(1);
  });

  test('asking for both at once, or for a request without its bundle, is refused before anything is changed', async () => {
    const both = { id: 'cabinet-1', site: file, data, bundle: join(dir, 'b'), passwordFile: join(dir, 'p') };
    await expect(runAgentAdd(both)).rejects.toThrow(/an agent has one credential/);
    await expect(runAgentAdd({ id: 'cabinet-1', site: file, data, csr: 'x.csr' })).rejects.toThrow(/add --bundle/);
    const none = { id: 'cabinet-1', site: file, data, bundle: join(dir, 'b'), csr: join(dir, 'none.csr') };
    await expect(runAgentAdd(none)).rejects.toThrow(/none\.csr: cannot be read/);
    const rubbish = { ...none, csr: file };
    await expect(runAgentAdd(rubbish)).rejects.toThrow(/certificate request: it is no certificate request in PEM/);
    expect(existsSync(join(dir, 'b'))).toBe(false);
  });
});

test('a bundle for a box that will not find the gateway by that name says so', async () => {
  const tls = '{ bind: 10.0.0.2 }';
  const moved = writeSite(dir, { id: 'moved', tls, uplink: 'mqtts://10.0.0.1:8883' });
  const { text, json } = await runAgentAdd({ id: 'cabinet-1', site: moved, data, bundle: join(dir, 'moved') });
  expect(text).toMatch(
    /note: its uplink goes to 10\.0\.0\.1, and the gateway's certificate is for .*10\.0\.0\.2; correct/,
  );
  expect(json).toMatchObject({ notes: [expect.stringContaining('its uplink goes to 10.0.0.1')] });
  expect((await add('cabinet-1', 'right')).text).not.toContain('note:');
});

test('jari ca init makes the CA once, and show says the same of it', async () => {
  await expect(runCaShow({ data })).rejects.toThrow(/has no CA yet/);
  const made = await runCaInit({ data });
  expect(made.text).toMatch(/SHA-256 fingerprint: ([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect((await runCaShow({ data })).json).toEqual(made.json);
  await expect(runCaInit({ data })).rejects.toThrow(/holds a CA already/);
  await add('cabinet-1', 'bundle');
  expect(readFileSync(join(dir, 'bundle', 'ca.crt'), 'utf8')).toBe(readFileSync(join(data, 'ca', 'ca.crt'), 'utf8'));
});
