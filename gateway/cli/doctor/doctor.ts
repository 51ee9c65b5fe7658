import { statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import { formatProblem, loadSite } from '../../../config/load-site.ts';
import { isLoopback } from '../../../config/loopback.ts';
import type { Site } from '../../../config/site.ts';
import { type Clock, systemClock } from '../../../contract/clock.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { unnamedUplink } from '../../ca/names.ts';
import { defaultDataFolder } from '../../data-folder/private-files.ts';
import type { Output } from '../output.ts';
import type { Finding } from './finding.ts';
import { certificateFindings, folderFindings } from './folder.ts';
import { storeFindings } from './store.ts';

export type DoctorOptions = { site: readonly string[]; data?: string };

const leastFreeBytes = 500 * 1024 * 1024;

/**
 * `jari doctor`: what is wrong with this gateway and how to fix it. Reads beside a running gateway and changes nothing.
 * @returns `sick` when something has failed
 */
export function runDoctor(options: DoctorOptions, clock: Clock = systemClock): Output & { sick: boolean } {
  const dir = resolve(options.data ?? defaultDataFolder);
  const loaded = options.site.map((file) => ({ file, ...loadSite(file) }));
  const sites = loaded.flatMap((each) => (each.ok ? [each.site] : []));
  const findings: Finding[] = [
    { state: 'ok', code: 'version', what: `jari ${packageJson.version} on Node ${process.versions.node}` },
    ...clockFindings(clock),
    ...loaded.flatMap((each) => siteFindings(each.file, each)),
    ...sites.slice(0, 1).flatMap(listenerFindings),
    ...sites.flatMap(uplinkFindings),
    ...diskFindings(dir),
    ...folderFindings(dir),
    ...certificateFindings(dir, clock),
    ...storeFindings(dir, { sites, now: clock.now() }),
  ];
  const text = findings.map(({ state, what, mend }) => `${state.padEnd(4)}  ${what}${mend ? `; ${mend}` : ''}`);
  return { text: text.join('\n'), json: { findings }, sick: findings.some(({ state }) => state === 'fail') };
}

function clockFindings(clock: Clock): Finding[] {
  const now = clock.now();
  if (now >= Date.UTC(2025, 0, 1)) return [];
  const what = `this machine's clock says ${new Date(now).toISOString()}`;
  return [{ state: 'fail', code: 'clock-wrong', what, mend: 'set it (timedatectl set-ntp true)' }];
}

function siteFindings(file: string, loaded: ReturnType<typeof loadSite>): Finding[] {
  if (!loaded.ok) {
    const [first] = loaded.problems;
    const what = `${file}: ${loaded.problems.length} problems${first === undefined ? '' : `, the first: ${formatProblem(first)}`}`;
    return [{ state: 'fail', code: 'site-file-refused', what, mend: `see jari check ${file}` }];
  }
  const warnings = loaded.warnings.map(
    (each): Finding => ({ state: 'warn', code: 'site-file-warning', what: formatProblem(each) }),
  );
  return warnings.length > 0
    ? warnings
    : [{ state: 'ok', code: 'site-file-good', what: `${file}: site ${loaded.site.id} holds together` }];
}

/** Where to listen is read from the first site file alone. */
function listenerFindings({ gateway }: Site): Finding[] {
  return (['mqtt', 'http'] as const).map((name): Finding => {
    const { bind, port, tls } = gateway[name];
    const secure = tls === null ? 'no TLS' : `TLS on ${tls.bind}:${tls.port}`;
    if (isLoopback(bind))
      return { state: 'ok', code: 'listener-private', what: `${name}: plain on this machine alone, ${secure}` };
    return {
      state: 'warn',
      code: 'listener-insecure',
      what: `${name}: insecure, plain text on ${bind}:${port}: passwords and readings can be read on the way`,
      mend: `give gateway.${name} tls: {} in the site file, and take out bind and insecure`,
    };
  });
}

function uplinkFindings(site: Site): Finding[] {
  return [...insecureUplinks(site), ...unnamedUplinks(site)];
}

/** The gateway's own address or name was changed, and the boxes' were not. */
function unnamedUplinks(site: Site): Finding[] {
  return site.agents.flatMap((agent): Finding[] => {
    const unnamed = unnamedUplink(site, agent);
    if (unnamed === undefined) return [];
    const mend = 'correct its uplink.url here and in the site file on the box, or add the name to gateway.names';
    return [{ state: 'warn', code: 'uplink-name-unknown', what: `agent ${agent.id}: ${unnamed}`, mend }];
  });
}

function insecureUplinks({ agents }: Site): Finding[] {
  return agents
    .filter(({ uplink }) => uplink.insecure)
    .map(
      ({ id }): Finding => ({
        state: 'warn',
        code: 'uplink-insecure',
        what: `agent ${id}: insecure, its uplink is not encrypted`,
        mend: `give it mqtts:// and a bundle: jari agent add ${id} --bundle FOLDER`,
      }),
    );
}

function diskFindings(dir: string): Finding[] {
  try {
    const { bavail, bsize } = statfsSync(dir);
    const free = bavail * bsize;
    const what = `${dir}: ${Math.round(free / 1024 / 1024)} MB free`;
    if (free >= leastFreeBytes) return [{ state: 'ok', code: 'disk-room', what }];
    return [{ state: 'warn', code: 'disk-low', what, mend: 'free some space' }];
  } catch {
    // A folder that is not there is one of folderFindings.
    return [];
  }
}
