import { existsSync } from 'node:fs';
import { certificatesIn, verifySignature } from '../../config/signed/signature.ts';
import type { AgentConfig } from '../../config/site.ts';
import {
  type AgentPart,
  type AgentWithdrawal,
  parseAgentPart,
  parseAgentWithdrawal,
  type SignedByCa,
  signedPrefix,
} from '../../contract/configuration.ts';
import type { ConfigurationRefusal } from '../../contract/reasons/configuration.ts';

/** The box that a part is for, and what it knows by itself. */
export type BoxSide = {
  readonly site: string;
  readonly agent: string;
  /** Folder of the site file at the box: relative paths begin there. */
  readonly folder: string;
  /** How that file says that the box reaches its gateway. */
  readonly uplink: unknown;
};

export type RefusedPart = { readonly ok: false; readonly reason: ConfigurationRefusal };
export type VerifiedPart =
  | { readonly ok: true; readonly part: AgentPart; readonly withdrawal: null }
  | { readonly ok: true; readonly part: null; readonly withdrawal: AgentWithdrawal }
  | RefusedPart;

/**
 * Whether the gateway's CA signed this for this box. `trusted`: the CA's certificate (PEM) as the box knows it, null where it
 * knows none; left out for what was checked when it was taken, where being whole is enough.
 */
export function verifyPart(
  signed: SignedByCa,
  box: Pick<BoxSide, 'site' | 'agent'>,
  trusted?: string | null,
): VerifiedPart {
  if (trusted === null) return refuse({ code: 'no-trust' });
  const cas = trusted === undefined ? undefined : tryCertificates(trusted);
  if (cas?.length === 0) return refuse({ code: 'no-trust' });
  const bytes = Buffer.from(signedPrefix.agent + signed.body);
  const verified = verifySignature(bytes, signed.signature, cas);
  if (!verified.ok) return refuse({ code: 'not-signed', cause: verified.problem });
  return readBody(tryJson(signed.body), box);
}

function readBody(body: unknown, box: Pick<BoxSide, 'site' | 'agent'>): VerifiedPart {
  const withdrawal = parseAgentWithdrawal(body);
  const part = withdrawal.ok ? withdrawal : parseAgentPart(body);
  if (!part.ok) return refuse({ code: 'not-understood', detail: part.problem.slice(0, 300) });
  const { site, agent } = part.value;
  if (site !== box.site || agent !== box.agent) return refuse({ code: 'not-mine', site, unit: agent });
  return 'withdraws' in part.value
    ? { ok: true, part: null, withdrawal: part.value }
    : { ok: true, part: part.value, withdrawal: null };
}

/** Serial ports that an agent names and this machine does not have, but for those that it goes without already. */
export function absentPorts(agent: AgentConfig, running: AgentConfig, isThere = existsSync): string[] {
  const known = new Set(portsOf(running));
  return [...new Set(portsOf(agent))].filter((port) => !known.has(port) && !isThere(port));
}

function portsOf({ buses }: AgentConfig): string[] {
  return buses.flatMap(({ link }) => ('port' in link && typeof link.port === 'string' ? [link.port] : []));
}

function refuse(reason: ConfigurationRefusal): RefusedPart {
  return { ok: false, reason };
}

function tryCertificates(pem: string) {
  try {
    return certificatesIn(pem);
  } catch {
    return []; // a file that holds no certificate is no CA that is known
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // not JSON is one of the things the schema refuses
  }
}
