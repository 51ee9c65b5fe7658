import { readdirSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CheckReason, checkText } from '../contract/words/check/check.ts';
import { say } from '../contract/words/check/said.ts';
import { type AnyProfile, profileSchemaFor } from '../devices/profile.ts';
import { checkProfile } from './checks/profile.ts';
import { explain } from './files/explain.ts';
import { formatProblem, type Problem } from './files/problem.ts';
import { ReadOnDemand } from './files/read-on-demand.ts';
import { valueAt } from './files/schema-walk.ts';
import { openYaml, readTrouble, type YamlFile } from './files/yaml-file.ts';
import { readBeforehand } from './read-beforehand.ts';

/** Device profiles by id, and what is known of those that cannot be used. */
export type Library = {
  readonly profiles: ReadonlyMap<string, AnyProfile>;
  /** Ids that a file with problems claims: a device may name them, and nothing can be said of its points. */
  readonly broken: ReadonlySet<string>;
};

let builtIn: ReadonlyMap<string, AnyProfile> | undefined;

/**
 * The profiles that come with the program, by id, which is the name of the file. Each is read once, when it is asked for; a
 * package has all of them read and checked.
 * @throws on reading one that is not valid, which is a bug
 */
export function allBuiltIn(): ReadonlyMap<string, AnyProfile> {
  builtIn ??= readBeforehand()?.profiles ?? openBuiltIn();
  return builtIn;
}

function openBuiltIn(): ReadonlyMap<string, AnyProfile> {
  const folders = ['../devices/profiles', '../devices/serial/profiles', '../devices/uplinks/profiles'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const files = folders.flatMap((folder) => {
    const listed = listProfiles(folder);
    if (!listed.ok) throw new Error(`the built-in profiles in ${folder}: ${checkText(listed.problem).en}`);
    return listed.files;
  });
  const byId = new Map<string, string>();
  for (const file of files) {
    const id = basename(file, extname(file));
    const other = byId.get(id);
    if (other !== undefined) throw new Error(`${other} and ${file} would be one profile: rename one`);
    byId.set(id, file);
  }
  return new ReadOnDemand(byId.keys(), (id) => readBuiltIn(id, byId.get(id) ?? ''));
}

function readBuiltIn(id: string, file: string): AnyProfile {
  const read = readProfile(file);
  if (read.profile === undefined) throw new Error(`built-in profiles:\n${read.problems.map(formatProblem).join('\n')}`);
  if (read.id !== id) throw new Error(`${file}: its id is ${read.id}; name the file so`);
  return read.profile;
}

/** The profile files of a folder, in order of name. */
export function listProfiles(folder: string): { ok: true; files: string[] } | { ok: false; problem: CheckReason } {
  try {
    const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
    return { ok: true, files: names.toSorted().map((name) => join(folder, name)) };
  } catch (error) {
    return { ok: false, problem: readTrouble(error) };
  }
}

/**
 * Adds profile files to the profiles of `start`. Problems carry the profile's own file and line. An id is taken once among
 * the files; a profile of `start` steps back with a warning, or a new version that brings one would stop the sites that had
 * their own.
 */
export function readLibrary(
  start: ReadonlyMap<string, AnyProfile>,
  files: readonly string[],
): Library & { problems: readonly Problem[] } {
  const own = new Map<string, AnyProfile>();
  const broken = new Set<string>();
  const owners = new Map<string, string>();
  const problems: Problem[] = [];
  for (const file of files) {
    const read = readProfile(file);
    problems.push(...read.problems);
    if (read.id === undefined) continue;
    const owner = owners.get(read.id);
    owners.set(read.id, owner ?? file);
    if (owner !== undefined) {
      problems.push(idTaken(read.yaml, read.id, owner));
      continue;
    }
    if (start.has(read.id)) problems.push(builtInHidden(read.yaml, read.id));
    if (read.profile === undefined) broken.add(read.id);
    else own.set(read.id, read.profile);
  }
  const ids = [...start.keys(), ...own.keys()].filter((id) => !broken.has(id));
  return { profiles: new ReadOnDemand(ids, (id) => profileOf(id, own, start)), broken, problems };
}

function profileOf(id: string, ...maps: readonly ReadonlyMap<string, AnyProfile>[]): AnyProfile {
  const found = maps.map((map) => map.get(id)).find((profile) => profile !== undefined);
  if (found === undefined) throw new Error(`no profile ${id}`);
  return found;
}

type ReadProfile = { readonly problems: readonly Problem[]; readonly profile?: AnyProfile } & (
  | { readonly id: undefined }
  | { readonly id: string; readonly yaml: YamlFile }
);

function readProfile(file: string): ReadProfile {
  const opened = openYaml(file);
  if (!opened.ok) return { id: undefined, problems: opened.problems };
  const { yaml } = opened;
  const schema = profileSchemaFor(yaml.value);
  const parsed = schema.safeParse(yaml.value);
  const wrong = parsed.success ? checkProfile(parsed.data) : explain(schema, yaml.value, parsed.error);
  const problems = [...opened.problems, ...wrong.map((finding) => yaml.problem(finding))];
  const id = valueAt(yaml.value, ['id']);
  if (typeof id !== 'string') return { id: undefined, problems };
  return parsed.success && problems.every(({ severity }) => severity === 'warning')
    ? { id, yaml, problems, profile: parsed.data }
    : { id, yaml, problems };
}

function builtInHidden(yaml: YamlFile, id: string): Problem {
  return yaml.problem({ path: ['id'], ...say({ code: 'built-in-hidden', profile: id }), severity: 'warning' });
}

function idTaken(yaml: YamlFile, id: string, owner: string): Problem {
  return yaml.problem({ path: ['id'], ...say({ code: 'profile-id-taken', profile: id, owner }) });
}
