import { statfsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Problem, problemLine } from '../../../config/files/problem.ts';
import { loadSite } from '../../../config/load-site.ts';
import { isLoopback } from '../../../config/loopback.ts';
import type { Site } from '../../../config/site.ts';
import { type Clock, systemClock } from '../../../contract/clock.ts';
import type { Language } from '../../../contract/words/language.ts';
import type { Words } from '../../../contract/words/words.ts';
import packageJson from '../../../package.json' with { type: 'json' };
import { unnamedUplink } from '../../ca/names.ts';
import { defaultDataFolder } from '../../data-folder/private-files.ts';
import type { Output } from '../output.ts';
import { type Finding, found } from './finding.ts';
import { certificateFindings, folderFindings } from './folder.ts';
import { storeFindings } from './store.ts';

export type DoctorOptions = { site: readonly string[]; data?: string; language?: Language };

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
    found('ok', 'version', { version: packageJson.version, node: process.versions.node }),
    ...clockFindings(clock),
    ...loaded.flatMap((each) => siteFindings(each.file, each)),
    ...sites.slice(0, 1).flatMap(listenerFindings),
    ...sites.flatMap(uplinkFindings),
    ...diskFindings(dir),
    ...folderFindings(dir),
    ...certificateFindings(dir, clock),
    ...storeFindings(dir, { sites, now: clock.now() }),
  ];
  const text = findings.map((each) => {
    const { what, mend } = options.language === 'ko' ? each.ko : each;
    return `${each.state.padEnd(4)}  ${what}${mend ? `; ${mend}` : ''}`;
  });
  return { text: text.join('\n'), json: { findings }, sick: findings.some(({ state }) => state === 'fail') };
}

function clockFindings(clock: Clock): Finding[] {
  const now = clock.now();
  return now >= Date.UTC(2025, 0, 1) ? [] : [found('fail', 'clock-wrong', { now: new Date(now).toISOString() })];
}

function siteFindings(file: string, loaded: ReturnType<typeof loadSite>): Finding[] {
  if (!loaded.ok) {
    const [first] = loaded.problems;
    const figures = { file, count: loaded.problems.length, first: first === undefined ? null : lineOf(first) };
    return [found('fail', 'site-file-refused', figures)];
  }
  const warnings = loaded.warnings.map((each) => found('warn', 'site-file-warning', { problem: lineOf(each) }));
  return warnings.length > 0 ? warnings : [found('ok', 'site-file-good', { file, site: loaded.site.id })];
}

function lineOf(problem: Problem): Words {
  return { ko: problemLine(problem, 'ko'), en: problemLine(problem, 'en') };
}

/** Where to listen is read from the first site file alone. */
function listenerFindings({ gateway }: Site): Finding[] {
  return (['mqtt', 'http'] as const).map((listener): Finding => {
    const { bind, port, tls } = gateway[listener];
    return isLoopback(bind)
      ? found('ok', 'listener-private', { listener, tls: tls === null ? null : `${tls.bind}:${tls.port}` })
      : found('warn', 'listener-insecure', { listener, bind, port });
  });
}

function uplinkFindings(site: Site): Finding[] {
  return [...insecureUplinks(site), ...unnamedUplinks(site)];
}

/** The gateway's own address or name was changed, and the boxes' were not. */
function unnamedUplinks(site: Site): Finding[] {
  return site.agents.flatMap((agent): Finding[] => {
    const unnamed = unnamedUplink(site, agent);
    return unnamed === undefined ? [] : [found('warn', 'uplink-name-unknown', { agent: agent.id, ...unnamed })];
  });
}

function insecureUplinks({ agents }: Site): Finding[] {
  return agents
    .filter(({ uplink }) => uplink.insecure)
    .map(({ id }): Finding => found('warn', 'uplink-insecure', { agent: id }));
}

function diskFindings(dir: string): Finding[] {
  try {
    const { bavail, bsize } = statfsSync(dir);
    const free = bavail * bsize;
    const figures = { dir, freeMb: Math.round(free / 1024 / 1024) };
    return [free >= leastFreeBytes ? found('ok', 'disk-room', figures) : found('warn', 'disk-low', figures)];
  } catch {
    // A folder that is not there is one of folderFindings.
    return [];
  }
}
