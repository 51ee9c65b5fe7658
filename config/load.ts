import { dirname, isAbsolute, join, resolve } from 'node:path';
import { type AnyProfile, isTalker } from '../devices/profile.ts';
import { type Building, buildBus, buildSite } from './build.ts';
import { type DeviceLoad, deviceLoads } from './check.ts';
import { crossCheck } from './cross-check.ts';
import { checkDevice } from './device-check.ts';
import { explain } from './explain.ts';
import { type Finding, type Path, type Problem, sorted } from './problem.ts';
import { allBuiltIn, type Library, listProfiles, readLibrary } from './profiles.ts';
import { busFileSchema, deviceFileSchema, siteFileSchema, talkerFileSchema } from './schema.ts';
import { valueAt } from './schema-walk.ts';
import { type AnyBusConfig, isTalkerBus, type Site } from './site.ts';
import { type Sketch, sketchOf } from './sketch.ts';
import { openYaml } from './yaml-file.ts';

export { formatProblem, type Problem } from './problem.ts';

export type LoadedSite =
  | { readonly ok: true; readonly site: Site; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/**
 * Reads a site file and the profiles it names, and checks all of it. Either a site that holds together, or every problem
 * that could be made out, in order of line. Touches no port and no device.
 */
export function loadSite(file: string): LoadedSite {
  const opened = openYaml(file);
  if (!opened.ok) return { ok: false, problems: sorted(opened.problems) };
  const { yaml } = opened;
  const sketch = sketchOf(yaml.value);
  const library = siteLibrary(file, sketch);
  const building: Building = { profiles: library.profiles, folder: resolve(dirname(file)) };
  const parsed = siteFileSchema.safeParse(yaml.value);
  const findings = [
    ...(parsed.success ? [] : explain(siteFileSchema, yaml.value, parsed.error)),
    ...library.findings,
    ...crossCheck(sketch, { ...library, lineOf: yaml.lineOf }),
    ...listenerFindings(yaml.value),
    ...overrideFindings(yaml.value, sketch, library.profiles),
    ...loadFindings(yaml.value, sketch, building),
  ];
  const problems = sorted([...findings.map(yaml.problem), ...opened.problems, ...library.problems]);
  if (!parsed.success || problems.some(({ severity }) => severity === 'error')) return { ok: false, problems };
  return { ok: true, site: buildSite(parsed.data, resolve(file), building), warnings: problems };
}

/** The built-in profiles and those of the site's folders, with what was wrong about the folders. */
function siteLibrary(file: string, sketch: Sketch) {
  const findings: Finding[] = [];
  const folders = new Map<string, readonly string[]>();
  for (const { id: folder, path } of sketch.profiles) {
    if (folder === undefined) continue;
    const place = isAbsolute(folder) ? folder : join(dirname(file), folder);
    const listed = listProfiles(place);
    const say = (message: string, severity: Problem['severity'] = 'error') =>
      findings.push({ path, message, severity });
    if (!listed.ok) say(`the profile folder ${place}: ${listed.problem}`);
    else if (folders.has(resolve(place))) say('this folder is named above; remove one of the two');
    else if (listed.files.length === 0) say('there is no profile (*.yaml) in this folder; check the path', 'warning');
    if (listed.ok) folders.set(resolve(place), listed.files);
  }
  const library = readLibrary(allBuiltIn(), [...folders.values()].flat());
  const isWhole = !findings.some(({ severity }) => severity === 'error');
  return { ...library, findings, profileIds: [...library.profiles.keys()], profileOf: finder(library, isWhole) };
}

function finder({ profiles, broken }: Library, isWhole: boolean) {
  return (id: string) => profiles.get(id) ?? (broken.has(id) ? 'broken' : isWhole ? undefined : 'unsure');
}

/** MQTT and HTTP on one address. */
function listenerFindings(value: unknown): Finding[] {
  const gateway = siteFileSchema.shape.gateway.safeParse(valueAt(value, ['gateway']));
  if (!gateway.success) return [];
  const { mqtt, http } = gateway.data;
  if (http.port === 0 || mqtt.port !== http.port || mqtt.bind !== http.bind) return [];
  return [
    { path: ['gateway', 'http', 'port'], message: `port ${http.port} is taken by mqtt; give one of them another` },
  ];
}

function overrideFindings(value: unknown, { agents }: Sketch, profiles: Library['profiles']): Finding[] {
  const devices = agents.flatMap(({ buses }) => buses.flatMap((bus) => bus.devices));
  return devices.flatMap(({ path, profile: id }) => {
    const profile = profiles.get(id ?? '');
    if (profile === undefined) return [];
    const schema = isTalker(profile) ? talkerFileSchema : deviceFileSchema;
    const device = schema.safeParse(valueAt(value, path));
    return device.success ? checkDevice(device.data, profile, path) : [];
  });
}

/** Buses whose reads do not fit their wire, or hardly. A bus with other problems is left out where they hide its plan. */
function loadFindings(value: unknown, { agents }: Sketch, building: Building): Finding[] {
  const sketches = agents.flatMap(({ buses }) => buses);
  return sketches.flatMap(({ path }) => {
    const parsed = busFileSchema.safeParse(valueAt(value, path));
    if (
      !parsed.success ||
      !parsed.data.devices.every(({ profile }) => fits(parsed.data, building.profiles.get(profile)))
    )
      return [];
    const bus = buildBus(parsed.data, building);
    return loadFinding(bus, deviceLoads(bus), path);
  });
}

const refusedShare = 1;
const warnedShare = 0.7;

function fits({ kind }: { readonly kind: string }, profile: AnyProfile | undefined): boolean {
  return profile !== undefined && isTalker(profile) === (kind === 'serial');
}

function loadFinding(bus: AnyBusConfig, loads: readonly DeviceLoad[], path: Path): Finding[] {
  const share = loads.reduce((total, load) => total + load.share, 0);
  const [most] = loads.toSorted((a, b) => b.share - a.share);
  if (share <= warnedShare || most === undefined) return [];
  const baudRate = 'baudRate' in bus.link ? bus.link.baudRate : undefined;
  const carries = baudRate === undefined ? 'a TCP bus can carry' : `${baudRate} baud can carry`;
  const faster = baudRate === undefined ? '' : ', raise baudRate';
  const what = isTalkerBus(bus) ? 'the frames' : 'the reads';
  const mend = `read less often (every)${faster} or use a second bus`;
  const message = `${what} of this bus take ${percent(share)} of what ${carries}, ${most.device} most of it (${percent(most.share)}); ${mend}`;
  return [{ path, message, severity: share > refusedShare ? 'error' : 'warning' }];
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
