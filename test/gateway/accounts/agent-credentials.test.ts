import { expect, test } from 'vitest';
import { makeRequest } from '../../../gateway/ca/issue.ts';
import { type AccountCommand, type Ask, workOn } from '../../../gateway/control/requests.ts';
import { tempDir } from '../../temp.ts';
import { ownCertificates } from '../ca/own-ca.ts';
import { agent, site } from '../mqtt/broker-fakes.ts';
import { openAccounts, said } from './fakes.ts';

const who = { site: site('saesol'), agent: agent('cabinet-1') };

/** An agent that has a certificate; ending it breaks the audit when a test says so. */
async function opened() {
  const world = openAccounts();
  const ending = { breaks: false };
  const certificates = ownCertificates({
    db: world.db,
    clock: world.clock,
    dir: tempDir(),
    onEnded: () => {
      world.audit.broken = ending.breaks;
    },
  });
  const ask = <C extends AccountCommand>(command: C, what: Ask<C>) =>
    workOn({ accounts: world.accounts, certificates, audit: world.audit, pages: null }, command, what, said);
  const { csr } = await makeRequest('cabinet-1');
  await ask('agent-certificate', { ...who, csr });
  const open = () =>
    world.db.prepare<[], number>('SELECT count(*) FROM ca_certificates WHERE ended_at IS NULL').pluck().get();
  return { ...world, ask, ending, open };
}

test('an agent has one credential: a password ends its certificate, and revoking ends all', async () => {
  const { ask, accounts, open, actions } = await opened();
  expect(open()).toBe(1);
  const { password, replaced } = await ask('agent-add', who);
  expect([open(), replaced]).toEqual([0, true]);
  expect(accounts.agents.check('cabinet-1', password)).toEqual(who);
  expect(await ask('agent-revoke', who)).toEqual({ was: true });
  expect(accounts.agents.has('cabinet-1')).toBe(false);
  expect(await ask('agent-revoke', who)).toEqual({ was: false });
  const of = 'agent:saesol/cabinet-1';
  expect(actions().slice(1)).toEqual([
    `certificate-issue ${of}`,
    `agent-add ${of}`,
    `certificate-end ${of}`,
    `agent-revoke ${of}`,
  ]);
});

test('an agent that is revoked in part only, because the disk is full, is not revoked at all', async () => {
  const { ask, accounts, open, ending, audit, actions } = await opened();
  accounts.agents.add('saesol', 'cabinet-1', said);
  const before = actions();
  ending.breaks = true;
  await expect(ask('agent-revoke', who)).rejects.toThrow('the disk is full');
  audit.broken = false;
  expect([open(), accounts.agents.has('cabinet-1')]).toEqual([1, true]);
  expect(actions()).toEqual(before);
});
