import { dirname, isAbsolute, join, resolve } from 'node:path';
import { z } from 'zod';
import { agentIdSchema, type PointRef, pointRefSchema } from '../contract/ids.ts';
import { type CheckReason, checkText } from '../contract/words/check/check.ts';
import { say } from '../contract/words/check/said.ts';
import { type AnyProfile, isTalker, isUplink } from '../devices/profile.ts';
import { type BuildContext, buildBus, buildSite } from './build.ts';
import { readyRules } from './buildings/library.ts';
import { lifeSafetyPoints } from './buildings/life-safety-points.ts';
import { resolveRules } from './buildings/resolve-rules.ts';
import { sitePoints } from './buildings/site-points.ts';
import { loadFindings, type PlannedAgent } from './bus-load/findings.ts';
import { buildingFindings } from './checks/buildings.ts';
import { kindOfBus } from './checks/bus.ts';
import { checkDevice } from './checks/device.ts';
import { interlockFindings } from './checks/interlocks.ts';
import { lotFindings } from './checks/lots.ts';
import { modelFindings } from './checks/models.ts';
import { brokerFindings, gatewayFindings, uplinkFindings } from './checks/network.ts';
import { notifyFindings } from './checks/notify.ts';
import { type PartialSite, partialSiteOf } from './checks/partial-site.ts';
import { crossCheck } from './checks/references.ts';
import { ruleFindings } from './checks/rules.ts';
import { explain } from './files/explain.ts';
import { type Finding, type Problem, sorted } from './files/problem.ts';
import { valueAt } from './files/schema-walk.ts';
import { openYaml } from './files/yaml-file.ts';
import { allBuiltIn, type Library, listProfiles, readLibrary } from './profiles.ts';
import { busFileSchema, deviceFileSchema, endDeviceFileSchema, siteFileSchema, talkerFileSchema } from './schema.ts';
import type { AgentConfig, Site } from './site.ts';

export { formatProblem, type Problem } from './files/problem.ts';

export type LoadedSite =
  | { readonly ok: true; readonly site: Site; readonly warnings: readonly Problem[] }
  | {
      readonly ok: false;
      readonly problems: readonly Problem[];
      /** The buses that could be made out all the same, for what they carry. */
      readonly agents: readonly Pick<AgentConfig, 'id' | 'buses'>[];
    };

/**
 * Reads a site file and the profiles it names, and checks all of it. Either a site that holds together, or every problem
 * that could be made out, in order of line. Touches no port and no device.
 */
export function loadSite(file: string, place: SitePlace = {}): LoadedSite {
  return loadChangedSite(file, (value) => value, place);
}

/** Where a site file counts as standing when it was put somewhere else. */
export type SitePlace = {
  /** Relative paths begin there, absolute; the folder of the file without it. */
  readonly folder?: string;
  /** Where a folder of the site's own profiles is, absolute; where `folder` says without it. */
  readonly profileFolder?: (folder: string, index: number) => string;
};

/**
 * As `loadSite`, of the file as it would be after a change: `change` gets what the file holds and gives what it is to
 * hold, and leaves alone what it was given. Places of problems are those of the file as it is.
 */
export function loadChangedSite(
  file: string,
  change: (value: unknown) => unknown,
  { folder = resolve(dirname(file)), profileFolder }: SitePlace = {},
): LoadedSite {
  const opened = openYaml(file);
  if (!opened.ok) return { ok: false, problems: sorted(opened.problems), agents: [] };
  const yaml = { ...opened.yaml, value: change(opened.yaml.value) };
  const partial = partialSiteOf(yaml.value);
  const placeOf = profileFolder ?? ((name: string) => (isAbsolute(name) ? name : join(folder, name)));
  const library = siteLibrary(partial, placeOf);
  const placed = profileFolder === undefined ? {} : { profileFolder };
  const context: BuildContext = { profiles: library.profiles, folder, ...placed };
  const rules = siteRules(yaml.value, partial, context);
  const { planned } = rules;
  const around = { ...library, lineOf: yaml.lineOf };
  const parsed = siteFileSchema.safeParse(yaml.value);
  const findings = [
    ...(parsed.success ? [] : explain(siteFileSchema, yaml.value, parsed.error)),
    ...library.findings,
    ...crossCheck(partial, around),
    ...lotFindings(yaml.value, partial, around),
    ...buildingFindings(yaml.value, partial, around),
    ...modelFindings(yaml.value, partial, folder),
    ...ruleFindings(rules.entries, { ...around, ...rules, value: yaml.value, partial }),
    ...interlockFindings(yaml.value, { ...around, points: rules.points, partial }),
    ...gatewayFindings(yaml.value),
    ...notifyFindings(yaml.value, partial, around),
    ...uplinkFindings(yaml.value, partial),
    ...brokerFindings(yaml.value, partial),
    ...overrideFindings(yaml.value, partial, library.profiles),
    ...planned.flatMap(loadFindings),
  ];
  const problems = sorted([...findings.map(yaml.problem), ...opened.problems, ...library.problems]);
  if (!parsed.success || problems.some(({ severity }) => severity === 'error'))
    return { ok: false, problems, agents: planned.flatMap(named) };
  return {
    ok: true,
    site: buildSite(parsed.data, resolve(file), { ...context, lifeSafety: rules.lifeSafety }, rules.entries),
    warnings: problems,
  };
}

/** The rules that can be made out, on the points that can be. What life-safety rules name changes those points. */
function siteRules(value: unknown, partial: PartialSite, context: BuildContext) {
  const library = readyRules();
  const resolved = (lifeSafety: ReadonlySet<PointRef>) => {
    const agents = plannedAgents(value, partial, { ...context, lifeSafety });
    const points = sitePoints(agents.map(({ buses }) => ({ buses: buses.map(({ bus }) => bus) })));
    return { agents, points, entries: resolveRules(value, partial, points, library) };
  };
  const lifeSafety = new Set([
    ...lifeSafetyPoints(resolved(new Set()).entries.flatMap(({ rules }) => rules)),
    ...leanedOn(value),
  ]);
  const { agents, points, entries } = resolved(lifeSafety);
  const seesBuses = agents.every(({ buses }, index) => buses.length === partial.agents[index]?.buses.length);
  return {
    planned: agents,
    entries,
    points,
    library,
    lifeSafety,
    knowsAllPoints: seesBuses && partial.showsAllDevices,
  };
}

/** What agents say outright, where the rules themselves stand elsewhere. */
function leanedOn(value: unknown): PointRef[] {
  const agents = z.object({ agents: z.array(z.unknown()) }).safeParse(value).data?.agents ?? [];
  return agents.flatMap((agent) => leanedOnSchema.safeParse(agent).data?.lifeSafety ?? []);
}

const leanedOnSchema = z.object({ lifeSafety: z.array(pointRefSchema) });

/** The built-in profiles and those of the site's folders, with what was wrong about the folders. */
function siteLibrary(partial: PartialSite, placeOf: (folder: string, index: number) => string) {
  const findings: Finding[] = [];
  const folders = new Map<string, readonly string[]>();
  for (const [index, { id: folder, path }] of partial.profiles.entries()) {
    if (folder === undefined) continue;
    const place = placeOf(folder, index);
    const listed = listProfiles(place);
    const found = (reason: CheckReason, severity: Problem['severity'] = 'error') =>
      findings.push({ path, ...say(reason), severity });
    if (!listed.ok) found({ code: 'profile-folder', folder: place, why: checkText(listed.problem) });
    else if (folders.has(resolve(place))) found({ code: 'folder-above' });
    else if (listed.files.length === 0) found({ code: 'no-profile-in-folder' }, 'warning');
    if (listed.ok) folders.set(resolve(place), listed.files);
  }
  const library = readLibrary(allBuiltIn(), [...folders.values()].flat());
  const isWhole = !findings.some(({ severity }) => severity === 'error');
  return { ...library, findings, profileIds: [...library.profiles.keys()], profileOf: finder(library, isWhole) };
}

function finder({ profiles, broken }: Library, isWhole: boolean) {
  return (id: string) => profiles.get(id) ?? (broken.has(id) ? 'broken' : isWhole ? undefined : 'unsure');
}

function overrideFindings(value: unknown, { agents }: PartialSite, profiles: Library['profiles']): Finding[] {
  const devices = agents.flatMap(({ buses }) => buses.flatMap((bus) => bus.devices));
  return devices.flatMap(({ path, profile: id }) => {
    const profile = profiles.get(id ?? '');
    if (profile === undefined) return [];
    const device = deviceSchemaFor(profile).safeParse(valueAt(value, path));
    return device.success ? checkDevice(device.data, profile, path) : [];
  });
}

function deviceSchemaFor(profile: AnyProfile) {
  if (isUplink(profile)) return endDeviceFileSchema;
  return isTalker(profile) ? talkerFileSchema : deviceFileSchema;
}

function named({ id, buses }: PlannedAgent): Pick<AgentConfig, 'id' | 'buses'>[] {
  return id === undefined ? [] : [{ id, buses: buses.map(({ bus }) => bus) }];
}

/** The buses whose plan can be made out, by agent. One with other problems is left out where they hide its plan. */
function plannedAgents(value: unknown, { agents }: PartialSite, context: BuildContext): PlannedAgent[] {
  return agents.map(({ id, buses }) => {
    const planned = buses.flatMap(({ path, devices }) => {
      const parsed = busFileSchema.safeParse(valueAt(value, path));
      if (!parsed.success) return [];
      const bus = parsed.data;
      if (!bus.devices.every(({ profile }) => fits(bus, context.profiles.get(profile)))) return [];
      return [{ bus: buildBus(bus, context), path, devicePaths: devices.map((device) => device.path) }];
    });
    return { id: agentIdSchema.safeParse(id).data, buses: planned };
  });
}

function fits({ kind }: { readonly kind: string }, profile: AnyProfile | undefined): boolean {
  return profile !== undefined && kindOfBus(profile) === (kind === 'serial' || kind === 'mqtt' ? kind : 'modbus');
}
