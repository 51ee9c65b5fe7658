import { describe, expect, test } from 'vitest';
import type { Presented } from '../../../gateway/ca/presented.ts';
import { type Connect, judgeConnect, type SignInRules } from '../../../gateway/mqtt/sign-in.ts';
import { agent, served, site } from './broker-fakes.ts';

const rules: SignInRules = {
  certificates: {
    authenticate: ({ commonName }) =>
      commonName === 'good'
        ? { ok: true, site: site('saesol'), agent: agent('cabinet-1') }
        : { ok: false, why: 'the certificate was revoked' },
  },
  accounts: {
    agents: {
      check: (name, password) => {
        if (name === 'cabinet-1' && password === 'right') return { site: site('saesol'), agent: agent('cabinet-1') };
        if (name === 'cabinet-9' && password === 'right') return { site: site('saesol'), agent: agent('cabinet-9') };
        return undefined;
      },
      has: (name) => name === 'cabinet-1' || name === 'cabinet-9',
    },
    tokens: {
      check: (token) => {
        if (token === 'read-secret') return { name: 'screen', scopes: ['read', 'audit'] };
        if (token === 'other-secret') return { name: 'relay', scopes: ['metrics'] };
        if (token === 'clash-secret') return { name: 'cabinet-2', scopes: ['read'] };
        return undefined;
      },
    },
  },
  served,
  tokenOn: (clientId) => ({ busy: 'city', mine: 'screen' })[clientId],
};

const asAgent: Connect = {
  clientId: 'cabinet-1',
  username: 'cabinet-1',
  password: 'right',
  keepaliveS: 10,
  clean: true,
  willTopic: 'jari/v1/saesol/cabinet-1/status',
  certificate: undefined,
};
const asToken: Connect = {
  clientId: 'anything',
  username: 'screen',
  password: 'read-secret',
  keepaliveS: 60,
  clean: true,
  willTopic: undefined,
  certificate: undefined,
};

type Row = [what: string, change: Partial<Connect>, code: 0 | 2 | 4 | 5];

describe('an agent', () => {
  test.each<Row>([
    ['as the site file says', {}, 0],
    ['without a will', { willTopic: undefined }, 0],
    ['with keepalive 1', { keepaliveS: 1 }, 0],
    ['with keepalive 0', { keepaliveS: 0 }, 5],
    ['with keepalive 11', { keepaliveS: 11 }, 5],
    ['with a kept session', { clean: false }, 5],
    ['with a wrong password', { password: 'wrong' }, 4],
    ['with an empty password', { password: '' }, 4],
    ['without a password', { password: undefined }, 5],
    ['without a name', { username: undefined }, 5],
    ['under another client id', { clientId: 'cabinet-2' }, 2],
    ['under no client id', { clientId: 'aedes_1' }, 2],
    ["with a will on another agent's status", { willTopic: 'jari/v1/saesol/cabinet-2/status' }, 5],
    ['with a will on its own readings', { willTopic: 'jari/v1/saesol/cabinet-1/tilt-se/readings' }, 5],
    ['that no site file names', { username: 'cabinet-9', clientId: 'cabinet-9' }, 5],
    ["under another agent's name", { username: 'cabinet-2', clientId: 'cabinet-2' }, 4],
  ])('%s', (_what, change, code) => {
    const verdict = judgeConnect({ ...asAgent, ...change }, rules);
    expect(verdict.ok ? 0 : verdict.code).toBe(code);
  });
});

const shown = (commonName: string): Presented => ({
  fingerprint: 'AA:BB',
  commonName,
  expires: 0,
  isOurs: true,
  trouble: null,
});
const byCertificate = { certificate: shown('good'), password: undefined };

describe('an agent with a certificate', () => {
  test.each<Row>([
    ['needs no password', byCertificate, 0],
    ['needs no name', { ...byCertificate, username: undefined }, 0],
    ['may bring a password, which counts for nothing', { ...byCertificate, password: 'wrong' }, 0],
    ['under another name', { ...byCertificate, username: 'cabinet-2' }, 5],
    ['under another client id', { ...byCertificate, clientId: 'cabinet-2' }, 2],
    ['with keepalive 0', { ...byCertificate, keepaliveS: 0 }, 5],
    ['that is no good', { ...byCertificate, certificate: shown('bad') }, 5],
    ['that is no good, beside a good password', { certificate: shown('bad') }, 5],
  ])('%s', (_what, change, code) => {
    const verdict = judgeConnect({ ...asAgent, ...change }, rules);
    expect(verdict.ok ? 0 : verdict.code).toBe(code);
  });
});

describe('a token', () => {
  test.each<Row>([
    ['under a client id of its own', {}, 0],
    ['with the longest keepalive', { keepaliveS: 120 }, 0],
    ['with keepalive 0', { keepaliveS: 0 }, 5],
    ['with keepalive 121', { keepaliveS: 121 }, 5],
    ['with a kept session', { clean: false }, 5],
    ['with a will', { willTopic: 'jari/v1/saesol/cabinet-1/status' }, 5],
    ['that is wrong', { password: 'wrong' }, 4],
    ['under the name of another token', { username: 'relay' }, 4],
    ['without a name', { username: undefined }, 5],
    ["under an agent's client id", { clientId: 'cabinet-1' }, 2],
    ["under a client id of another site's agent", { clientId: 'cabinet-2' }, 2],
    ['under the client id of an agent that is not served', { clientId: 'cabinet-9' }, 2],
    ['under a client id that another token holds', { clientId: 'busy' }, 2],
    ['under a client id that it holds itself', { clientId: 'mine' }, 0],
    ['under a client id longer than 128', { clientId: 'x'.repeat(129) }, 2],
    ['that has another scope', { username: 'relay', password: 'other-secret' }, 5],
    ["that has an agent's name", { username: 'cabinet-2', password: 'clash-secret' }, 4],
    ["given as an agent's password", { username: 'cabinet-1', clientId: 'cabinet-1', password: 'read-secret' }, 4],
  ])('%s', (_what, change, code) => {
    const verdict = judgeConnect({ ...asToken, ...change }, rules);
    expect(verdict.ok ? 0 : verdict.code).toBe(code);
  });
});

test('a stranger who breaks every rule learns only that the credentials are wrong', () => {
  const verdict = judgeConnect({ ...asAgent, password: 'wrong', clean: false, keepaliveS: 0, clientId: 'x' }, rules);
  expect(verdict).toEqual({ ok: false, code: 4, why: 'unknown user name or wrong password' });
});
