import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { AgentConfig, Site, UplinkFile } from '../../config/site.ts';

/** A certificate with its key, both in PEM. */
export type Pair = { readonly certificate: string; readonly key: string };

export type UplinkFiles = {
  /** What the gateway's certificate is checked by; null for the public CAs. */
  readonly ca: string | null;
  /** Null when the agent signs in by a password. */
  readonly pair: Pair | null;
};

export type ReadFiles =
  | { ok: true; files: UplinkFiles; warnings: readonly string[] }
  | { ok: false; problems: readonly string[] };

const othersMayRead = 0o004;

/**
 * Reads what an uplink over TLS is given, and finds what could not work before anything is connected. What has expired is a
 * warning: the box's clock may be wrong, and the agent reads its sensors whether anybody hears it or not.
 */
export function readUplinkFiles({ site, agent, now }: { site: Site; agent: AgentConfig; now: number }): ReadFiles {
  const { tls } = agent.uplink;
  const [problems, warnings]: [string[], string[]] = [[], []];
  const say = { problems, warnings };
  const ca = textOf(tls.ca, 'the CA', say);
  const certificate = textOf(tls.cert, 'the certificate', say);
  const parsedCa = ca === undefined ? undefined : certificateIn(ca, tls.ca.path, say);
  if (parsedCa !== undefined) noteExpired(parsedCa, tls.ca.path, { now, warnings });
  const key = certificate === undefined ? undefined : keyOf(tls.key, agent, say);
  if (certificate !== undefined) {
    const parsed = certificateIn(certificate, tls.cert.path, say);
    if (parsed !== undefined) checkOwn(parsed, { site, agent, key, now, ...say });
  }
  if (problems.length > 0) return { ok: false, problems };
  const pair = certificate === undefined || key === undefined ? null : { certificate, key };
  return { ok: true, files: { ca: ca ?? null, pair }, warnings };
}

type Say = { problems: string[]; warnings: string[] };

/** A file's text; undefined when it need not be there and is not, or when what is wrong has been said. */
function textOf({ path, isGiven }: UplinkFile, what: string, { problems }: Say): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT' && !isGiven) return undefined;
    const why = code === 'ENOENT' ? 'is not there' : `cannot be read (${code})`;
    problems.push(`${path}: ${what} ${why}; put it there, or correct uplink.tls in the site file`);
    return undefined;
  }
}

function keyOf(file: UplinkFile, agent: AgentConfig, say: Say): string | undefined {
  const key = textOf({ ...file, isGiven: true }, `the key of agent ${agent.id}`, say);
  if (key === undefined) return undefined;
  if ((statSync(file.path).mode & othersMayRead) !== 0) {
    say.warnings.push(`${file.path}: everyone on this machine can read the key; chmod 600 ${file.path}`);
  }
  return key;
}

function certificateIn(pem: string, path: string, { problems }: Say): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch {
    problems.push(`${path}: is no certificate in PEM; take it from the bundle again`);
    return undefined;
  }
}

function checkOwn(
  certificate: X509Certificate,
  options: Say & { site: Site; agent: AgentConfig; key: string | undefined; now: number },
): void {
  const { site, agent, key, now, problems, warnings } = options;
  const { cert, key: keyFile } = agent.uplink.tls;
  const wrong = nameProblem(certificate, site, agent);
  if (wrong !== undefined) problems.push(`${cert.path}: ${wrong}`);
  noteExpired(certificate, cert.path, { now, warnings });
  if (key === undefined) return;
  try {
    if (certificate.checkPrivateKey(createPrivateKey(key))) return;
    problems.push(`${keyFile.path}: does not belong to the certificate ${cert.path}; take both from one bundle`);
  } catch {
    problems.push(`${keyFile.path}: is no private key in PEM without a passphrase; take it from the bundle again`);
  }
}

/** `{site}/{agent}` or `{agent}`, as the gateway names them; other names are another broker's business. */
function nameProblem({ subject }: X509Certificate, site: Site, agent: AgentConfig): string | undefined {
  const name = /^CN=(.*)$/m.exec(subject ?? '')?.[1] ?? '';
  const [first = '', second] = name.split('/');
  const named = second ?? first;
  if (second !== undefined && named === agent.id && first !== site.id) {
    return `is of site ${first}, and ${site.file} is site ${site.id}; take the bundle that was made for this site`;
  }
  if (named === agent.id || !site.agents.some(({ id }) => id === named)) return undefined;
  return `is the certificate of agent ${named}, and this is ${agent.id}; take the bundle that was made for ${agent.id}`;
}

function noteExpired(certificate: X509Certificate, path: string, to: { now: number; warnings: string[] }): void {
  if (to.now < certificate.validToDate.getTime()) return;
  const [ended, now] = [certificate.validToDate, new Date(to.now)].map((date) => date.toISOString());
  to.warnings.push(
    `${path}: has expired on ${ended}, and this box's clock says ${now}; set the clock, or make a new bundle at the ` +
      'gateway with: jari agent add',
  );
}
