import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { apartAtStart } from '../../config/apart/apart.ts';
import { formatProblem } from '../../config/files/problem.ts';
import type { Site } from '../../config/site.ts';
import type { ConfigurationReason } from '../../contract/reasons/configuration.ts';
import type { Log } from '../log.ts';
import { placeFile } from './placed-file.ts';
import { digestOf, type FileVersion, readRecord, type SiteRecord, writeRecord } from './record.ts';
import { gatewayStarted, halt } from './rollout.ts';

/**
 * Which file each site runs at this start: what was handed down and stands or is tried, else the file that the gateway was
 * given. One that is tried and cannot be loaded, or had to start too often, is given up here, before anything runs on it.
 */
export function chosenSites(given: readonly Site[], dir: string, log: Pick<Log, 'warn' | 'error'>): Site[] {
  return given.map((site) => {
    const record = readRecord(dir, site.id, digestOf(readFileSync(site.file)));
    const begun = record.runsDraft ? tried(record) : record;
    if (begun !== record) keep(dir, begun, log);
    tidy(dir, begun);
    return loadOf(begun, site, dir, log);
  });
}

/** The gateway could not be started with what is tried. True when something was: another start runs without it. */
export function giveUp(given: readonly Site[], dir: string, detail: string, log: Pick<Log, 'warn' | 'error'>): boolean {
  const trying = given
    .map((site) => readRecord(dir, site.id, digestOf(readFileSync(site.file))))
    .filter(({ runsDraft }) => runsDraft);
  for (const record of trying) keep(dir, without(record, { code: 'not-started', detail: detail.slice(0, 300) }), log);
  return trying.length > 0;
}

export function folderOf(dir: string, site: string, version: number): string {
  return join(dir, 'configuration', site, String(version));
}

function tried(record: SiteRecord): SiteRecord {
  if (record.rollout === null) return { ...record, runsDraft: false, draft: null };
  const rollout = gatewayStarted(record.rollout);
  return rollout.stage === 'halted' ? { ...record, rollout, runsDraft: false, draft: null } : { ...record, rollout };
}

/** Folders of versions that neither stand nor are tried. */
function tidy(dir: string, { site, current, draft }: SiteRecord): void {
  const wanted = new Set([current, draft].flatMap((each) => (each === null ? [] : [String(each.version)])));
  const folder = join(dir, 'configuration', site);
  for (const name of namesIn(folder))
    if (!wanted.has(name)) rmSync(join(folder, name), { recursive: true, force: true });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // nothing was ever placed
  }
}

function without(record: SiteRecord, reason: ConfigurationReason): SiteRecord {
  const rollout = record.rollout === null ? null : halt(record.rollout, reason);
  return { ...record, rollout, runsDraft: false, draft: null };
}

function loadOf(record: SiteRecord, given: Site, dir: string, log: Pick<Log, 'warn' | 'error'>): Site {
  const version: FileVersion | null = record.runsDraft ? record.draft : record.current;
  if (version === null) return given;
  const { file, standsIn } = placeFile(version, folderOf(dir, given.id, version.version), given.file);
  const loaded = apartAtStart('placed', file, standsIn);
  if (loaded.ok && loaded.site.id === given.id) return loaded.site;
  const [first] = loaded.ok ? [] : loaded.problems;
  const detail = first === undefined ? 'another site' : formatProblem(first);
  log.error({ site: given.id, version: version.version, why: detail }, 'configuration-not-loaded');
  if (!record.runsDraft) return given;
  const back = without(record, { code: 'not-started', detail: detail.slice(0, 300) });
  keep(dir, back, log);
  return loadOf(back, given, dir, log);
}

/** A full disk keeps no gateway from its work. */
function keep(dir: string, record: SiteRecord, log: Pick<Log, 'error'>): void {
  try {
    writeRecord(dir, record);
  } catch (error) {
    log.error({ site: record.site, why: String(error) }, 'configuration-not-stored');
  }
}
