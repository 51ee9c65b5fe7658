import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type CheckReason, checkText } from '../contract/words/check/check.ts';
import { say } from '../contract/words/check/said.ts';
import { type AnyProfile, isTalker, type Profile, profileSchemaFor } from '../devices/profile.ts';
import type { TalkerProfile } from '../devices/serial/talker-profile.ts';
import { checkProfile } from './checks/profile.ts';
import { explain } from './files/explain.ts';
import { formatProblem, type Problem } from './files/problem.ts';
import { valueAt } from './files/schema-walk.ts';
import { openYaml, readTrouble, type YamlFile } from './files/yaml-file.ts';

/** Device profiles by id, and what is known of those that cannot be used. */
export type Library = {
  readonly profiles: ReadonlyMap<string, AnyProfile>;
  /** Ids that a file with problems claims: a device may name them, and nothing can be said of its points. */
  readonly broken: ReadonlySet<string>;
};

let builtIn: BuiltIn | undefined;

type BuiltIn = {
  readonly modbus: ReadonlyMap<string, Profile>;
  readonly talkers: ReadonlyMap<string, TalkerProfile>;
};

/**
 * The Modbus profiles that come with the program, by id; read once.
 * @throws when one of them is not valid, which is a bug
 */
export function builtInProfiles(): ReadonlyMap<string, Profile> {
  builtIn ??= readBuiltIn();
  return builtIn.modbus;
}

/** The profiles of sensors that talk that come with the program, by id; read once. @throws as builtInProfiles */
export function builtInTalkers(): ReadonlyMap<string, TalkerProfile> {
  builtIn ??= readBuiltIn();
  return builtIn.talkers;
}

/** Every profile that comes with the program. */
export function allBuiltIn(): ReadonlyMap<string, AnyProfile> {
  return new Map<string, AnyProfile>([...builtInProfiles(), ...builtInTalkers()]);
}

function readBuiltIn(): BuiltIn {
  const folders = ['../devices/profiles', '../devices/serial/profiles'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const files = folders.flatMap((folder) => {
    const listed = listProfiles(folder);
    if (!listed.ok) throw new Error(`the built-in profiles in ${folder}: ${checkText(listed.problem).en}`);
    return listed.files;
  });
  const { profiles, problems } = readLibrary(new Map(), files);
  if (problems.length > 0) throw new Error(`built-in profiles:\n${problems.map(formatProblem).join('\n')}`);
  const modbus = new Map<string, Profile>();
  const talkers = new Map<string, TalkerProfile>();
  for (const [id, profile] of profiles) {
    if (isTalker(profile)) talkers.set(id, profile);
    else modbus.set(id, profile);
  }
  return { modbus, talkers };
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
  const profiles = new Map(start);
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
    if (read.profile === undefined) {
      broken.add(read.id);
      profiles.delete(read.id);
    } else profiles.set(read.id, read.profile);
  }
  return { profiles, broken, problems };
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
