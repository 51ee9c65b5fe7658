import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { placedPart } from '../../config/handed/placed-part.ts';
import { formatProblem, loadChangedSite } from '../../config/load-site.ts';
import { certificatesIn, verifySignature } from '../../config/signed/signature.ts';
import type { AgentConfig, Site } from '../../config/site.ts';
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

type Refused = { readonly ok: false; readonly reason: ConfigurationRefusal };
export type VerifiedPart =
  | { readonly ok: true; readonly part: AgentPart; readonly withdrawal: null }
  | { readonly ok: true; readonly part: null; readonly withdrawal: AgentWithdrawal }
  | Refused;
export type OpenedPart =
  | { readonly ok: true; readonly site: Site; readonly agent: AgentConfig; readonly warnings: readonly string[] }
  | Refused;

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

/** Puts a verified part into a folder of its own and loads it as any site file: profiles, plan, all checks. */
export function openPart({ value, profiles }: AgentPart, box: BoxSide, dir: string): OpenedPart {
  const folder = join(dir, 'profiles');
  const file = join(dir, 'site.yaml');
  try {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(profiles)) writeFileSync(join(folder, name), text, { mode: 0o600 });
    writeFileSync(file, JSON.stringify(value, null, 1), { mode: 0o600 });
  } catch (error) {
    return refuse({ code: 'not-stored', detail: messageOf(error) });
  }
  const place = { folder: box.folder, profileFolder: () => folder };
  const loaded = loadChangedSite(file, (read) => placedPart(read, box), place);
  if (!loaded.ok) {
    const errors = loaded.problems.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    const detail = first === undefined ? '' : formatProblem(first).replace(`${file}:`, '').slice(0, 300);
    return refuse({ code: 'check-failed', problems: errors.length, detail });
  }
  const agent = loaded.site.agents.find(({ id }) => id === box.agent);
  if (agent === undefined) return refuse({ code: 'not-mine', site: loaded.site.id, unit: '' });
  return { ok: true, site: loaded.site, agent, warnings: loaded.warnings.map(formatProblem) };
}

/** Serial ports that an agent names and this machine does not have, but for those that it goes without already. */
export function absentPorts(agent: AgentConfig, running: AgentConfig, isThere = existsSync): string[] {
  const known = new Set(portsOf(running));
  return [...new Set(portsOf(agent))].filter((port) => !known.has(port) && !isThere(port));
}

function portsOf({ buses }: AgentConfig): string[] {
  return buses.flatMap(({ link }) => ('port' in link && typeof link.port === 'string' ? [link.port] : []));
}

function refuse(reason: ConfigurationRefusal): Refused {
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

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}
