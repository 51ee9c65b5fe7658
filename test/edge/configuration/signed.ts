import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import type { PartContent } from '../../../config/handed/agent-part.ts';
import type { AgentPart, SignedByCa, Trial } from '../../../contract/configuration.ts';
import { agentIdSchema, siteIdSchema } from '../../../contract/ids.ts';
import { makeAuthority } from '../../../gateway/ca/authority.ts';
import { documentSigner, type Signer } from '../../../gateway/ca/document.ts';
import { signPart, signWithdrawal } from '../../../gateway/configuration/sign-part.ts';

export const trial: Trial = { ms: 600_000, settleMs: 30_000, pollShare: 0.9, starts: 3, loopMs: 500 };
const clock = { now: () => Date.UTC(2026, 10, 21) };

/** A gateway's CA: what its agents know of it, and what signs for it. */
export async function gatewayCa(): Promise<{ pem: string; signer: Signer }> {
  const dir = mkdtempSync(join(tmpdir(), 'jari-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  await makeAuthority(dir, clock);
  const signer = await documentSigner(dir, 'configuration', clock);
  if (signer === undefined) throw new Error('there is a CA');
  return { pem: readFileSync(join(dir, 'ca/ca.crt'), 'utf8'), signer };
}

export function content(every: string, more: object = {}): PartContent {
  const device = { id: 'meter-1', profile: 'eastron-sdm120', unit: 1, every };
  const bus = { id: 'lan', kind: 'modbus-tcp', host: '127.0.0.1', port: 1, devices: [device], ...more };
  return {
    value: { site: 'testville', name: { ko: '시험', en: 'Test' }, agents: [{ id: 'cabinet-1', buses: [bus] }] },
    profiles: {},
  };
}

export function signed(
  signer: Signer,
  version: number,
  of: PartContent = content('5s'),
  about: Partial<Pick<AgentPart, 'site' | 'agent'>> = {},
): SignedByCa {
  return signPart(signer, of, {
    ...{ site: siteIdSchema.parse('testville'), agent: agentIdSchema.parse('cabinet-1') },
    ...{ version, trial, ...about },
  });
}

export function withdrawal(signer: Signer, version: number, withdraws: number): SignedByCa {
  const who = { site: siteIdSchema.parse('testville'), agent: agentIdSchema.parse('cabinet-1') };
  return signWithdrawal(signer, { ...who, version, withdraws, reason: { code: 'by-hand', by: 'person:kim' } });
}
