import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentConfig } from '../../config/site.ts';

export type Password = { ok: true; password: string; warning: string | null } | { ok: false; problem: string };

const variable = 'JARI_UPLINK_PASSWORD';
const othersMayRead = 0o004;

/**
 * The agent's password: from the environment when it is set there, else from what systemd hands the service (a file
 * `uplink-password` in CREDENTIALS_DIRECTORY), else from the file that the site file names.
 */
export function readPassword(agent: AgentConfig, env: Readonly<Record<string, string | undefined>>): Password {
  const fromEnv = env[variable];
  if (fromEnv !== undefined && fromEnv !== '') return { ok: true, password: fromEnv, warning: null };
  const file = handedOver(env) ?? agent.uplink.passwordFile;
  const fix = `make the agent a credential with: jari agent add ${agent.id} --password-file ${file ?? 'FILE'}`;
  if (file === null) {
    return {
      ok: false,
      problem: `agent ${agent.id}: no password${orCertificate(agent)}; set uplink.passwordFile in the site file or ${variable}, and ${fix}`,
    };
  }
  try {
    const password = readFileSync(file, 'utf8').trim();
    if (password === '') return { ok: false, problem: `${file}: the password file is empty; ${fix}` };
    return { ok: true, password, warning: exposure(file) };
  } catch (error) {
    const why = error instanceof Error && 'code' in error && error.code === 'ENOENT' ? 'does not exist' : String(error);
    return {
      ok: false,
      problem: `${file}: the password file ${why === 'does not exist' ? why : `cannot be read: ${why}`}; ${fix}`,
    };
  }
}

function handedOver({ CREDENTIALS_DIRECTORY: folder }: Readonly<Record<string, string | undefined>>): string | null {
  const file = folder === undefined ? undefined : join(folder, 'uplink-password');
  return file !== undefined && existsSync(file) ? file : null;
}

/** Over TLS there is another way in. */
function orCertificate({ uplink }: AgentConfig): string {
  if (!uplink.url.startsWith('mqtts:')) return '';
  return ` and no certificate (${uplink.tls.cert.path} is not there; a bundle of jari agent add --bundle has it)`;
}

function exposure(file: string): string | null {
  const open = (statSync(file).mode & othersMayRead) !== 0;
  return open ? `${file}: everyone on this machine can read the password; chmod 600 ${file}` : null;
}
