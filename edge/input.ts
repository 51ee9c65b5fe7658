import { openYaml } from '../config/files/yaml-file.ts';
import { uplinkIn } from '../config/handed/placed-part.ts';
import { formatProblem, loadSite } from '../config/load-site.ts';
import type { AgentConfig, Site } from '../config/site.ts';
import { isPlainOverNetwork, plainUplinkProblem, uplinkUrlProblem } from '../config/uplink-url.ts';
import { systemClock } from '../contract/clock.ts';
import { InputError } from '../contract/input-error.ts';
import type { Supervisor } from '../contract/supervisor.ts';
import { checkText } from '../contract/words/check/check.ts';
import { onVirtualLines } from './box/ports-file.ts';
import type { OwnSite } from './configuration/open-part.ts';
import { readUplinkFiles, type UplinkFiles } from './identity/uplink-files.ts';
import { readPassword } from './uplink/password.ts';

export type EdgeCommand = {
  /** Site file. */
  site: string;
  /** Which agent of the site this is. */
  agent: string;
  /** Data folder; `./run/<agent id>` without it. */
  data?: string;
  /** In place of the site file's uplink.url. */
  uplinkUrl?: string;
  /** The ports.json of `jari simulate`: the agent then works on virtual lines and says so. */
  ports?: string;
  /** The CA that signs configuration, in place of the site file's. */
  ca?: string;
  /** Hear that it works. */
  supervisors?: readonly Supervisor[];
  /** Accepted everywhere; this command's output is JSON lines anyway. */
  json?: boolean;
};

/** What was given, read and checked. Plain data: it comes from another thread. */
export type Input = {
  site: OwnSite;
  agent: AgentConfig;
  simulated: boolean;
  /** Null when the agent signs in by a certificate. */
  password: string | null;
  /** Null without TLS. */
  files: UplinkFiles | null;
  warnings: readonly string[];
  /** As the site file at the box has it. */
  uplinkValue: unknown;
};

/** Everything a person gave, read and checked; all that is wrong with it at once. */
export function readInput(command: EdgeCommand): Input {
  const loaded = loadSite(command.site);
  if (!loaded.ok) throw new InputError(loaded.problems.map(formatProblem));
  const { site } = loaded;
  const configured = site.agents.find(({ id }) => id === command.agent);
  if (configured === undefined) throw new InputError([unknownAgent(command, site)]);
  const problems: string[] = [];
  const agent = moved(configured, command, problems);
  const warnings = loaded.warnings.map(formatProblem);
  const shown = readCredentials(site, agent);
  if (!shown.ok) problems.push(...shown.problems);
  if (!shown.ok || problems.length > 0) throw new InputError(problems);
  const { password, files } = shown;
  warnings.push(...shown.warnings);
  const uplinkValue = uplinkIn(openedValue(command.site), agent.id);
  const own = { id: site.id, file: site.file };
  return { site: own, agent, simulated: command.ports !== undefined, password, files, warnings, uplinkValue };
}

function openedValue(file: string): unknown {
  const opened = openYaml(file);
  return opened.ok ? opened.yaml.value : undefined;
}

type ReadCredentials =
  | { ok: true; password: string | null; files: UplinkFiles | null; warnings: readonly string[] }
  | { ok: false; problems: readonly string[] };

/** Over TLS a certificate goes before a password; without TLS there is a password alone. */
function readCredentials(site: Site, agent: AgentConfig): ReadCredentials {
  const isTls = agent.uplink.url.startsWith('mqtts:');
  const read = isTls ? readUplinkFiles({ site, agent, now: systemClock.now() }) : undefined;
  if (read?.ok === false) return read;
  const files = read?.files ?? null;
  const warnings = [...(read?.warnings ?? [])];
  if (files?.pair != null) return { ok: true, password: null, files, warnings };
  const password = readPassword(agent, process.env);
  if (!password.ok) return { ok: false, problems: [password.problem] };
  if (password.warning !== null) warnings.push(password.warning);
  return { ok: true, password: password.password, files, warnings };
}

/** The agent with what the command line says instead of the site file. */
function moved(agent: AgentConfig, { ports, uplinkUrl }: EdgeCommand, problems: string[]): AgentConfig {
  const url = uplinkUrl ?? agent.uplink.url;
  const wrong =
    uplinkUrlProblem(url) ?? (isPlainOverNetwork(url) && !agent.uplink.insecure ? plainUplinkProblem : undefined);
  // The address itself is not repeated: somebody may have put a password into it.
  if (wrong !== undefined) problems.push(`--uplink-url: ${checkText(wrong).en}`);
  const reached = { ...agent, uplink: { ...agent.uplink, url } };
  if (ports === undefined) return reached;
  try {
    return onVirtualLines(reached, ports);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    problems.push(...error.problems);
    return reached;
  }
}

function unknownAgent(command: EdgeCommand, site: Site): string {
  const ids = site.agents.map(({ id }) => id).join(', ');
  return `--agent ${command.agent}: ${command.site} has no such agent; it has: ${ids === '' ? 'none' : ids}`;
}
