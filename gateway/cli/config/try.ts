import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { openYaml } from '../../../config/files/yaml-file.ts';
import { list, mapping } from '../../../config/handed/plain.ts';
import type { ConfigurationItem } from '../../../contract/http/configuration.ts';
import { InputError } from '../../../contract/input-error.ts';
import { configurationWords } from '../../../contract/words/configuration.ts';
import { causeOf, causeWords } from '../../../contract/words/files.ts';
import type { Language } from '../../../contract/words/language.ts';
import { placedName } from '../../configuration/placed-file.ts';
import { change } from '../change.ts';
import type { Output } from '../output.ts';

type Where = { data?: string; why?: string; siteId?: string };

/** `jari config try`. @throws InputError with what is wrong with the file, or what is to be confirmed */
export async function runConfigTry(
  options: Where & { file: string; confirm: string[]; first?: string },
): Promise<Output> {
  const { file, confirm, first, siteId = null } = options;
  const wish = {
    site: siteId,
    text: read(file),
    profiles: profilesOf(file),
    confirm,
    ...(first === undefined ? {} : { first }),
  };
  const staged = await change(options, 'config-try', wish).catch((error: unknown) => {
    throw error instanceof InputError ? new InputError(calledAsTyped(error.problems, file)) : error;
  });
  const { version, agents, changes, uplinkStays } = staged;
  const who = agents.length === 0 ? 'no agent is concerned; the gateway takes it now' : `${agents[0]} tries it first`;
  const stays = uplinkStays.map(
    (agent) => `  ${agent}: how it reaches the gateway is changed at the box, not from here`,
  );
  const text = [
    `version ${version}: ${who}`,
    ...changes.map(({ loss, en }) => `  ${loss ? '!' : ' '} ${en}`),
    ...stays,
  ];
  return { text: text.join('\n'), json: staged };
}

export async function runConfigShow(options: Where & { language: Language }): Promise<Output> {
  const { items } = await change(options, 'config-show', {});
  const shown = items.filter(({ site }) => options.siteId === undefined || site === options.siteId);
  return { text: shown.map((item) => textOf(item, options.language)).join('\n\n'), json: { items: shown } };
}

export async function runConfigStop(options: Where): Promise<Output> {
  await change(options, 'config-stop', { site: options.siteId ?? null });
  return { text: 'taken back: all that had it go back to what ran before', json: { stopped: true } };
}

export async function runConfigDismiss(options: Where): Promise<Output> {
  await change(options, 'config-dismiss', { site: options.siteId ?? null });
  return { text: 'known', json: { dismissed: true } };
}

function textOf({ site, version, rollout, trying, agents }: ConfigurationItem, language: Language): string {
  const runs = version === null ? 'the site file that it was given' : `version ${version}`;
  const lines = [`${site}: ${runs}${trying ? '; the gateway tries another' : ''}`];
  if (rollout !== null) {
    const { stage, version: tried, by, halted, losses } = rollout;
    lines.push(`  version ${tried} by ${by}: ${stage}${halted === null ? '' : `: ${halted.words[language]}`}`);
    for (const { agent, step, heard } of rollout.agents)
      lines.push(`    ${agent}: ${step}${heard ? '' : ', not heard'}`);
    if (stage !== 'halted') for (const loss of losses) lines.push(`    ! ${loss}`);
  }
  for (const { agent, report } of agents) {
    if (report === null) continue;
    const { version: own, trial, last, pull } = report;
    const what = own === null ? 'the site file at the box' : `version ${own}`;
    const on = trial === null ? '' : `, on trial for ${Math.ceil(trial.leftMs / 60_000)} min more`;
    const why =
      last?.reason == null ? '' : `; ${last.version} ${last.outcome}: ${configurationWords(last.reason)[language]}`;
    lines.push(`  ${agent}: ${what}${on}${pull ? '' : ', takes none'}${why}`);
  }
  return lines.join('\n');
}

/** So that a place in the file can be opened as it stands there. */
function calledAsTyped(problems: readonly string[], file: string): string[] {
  const begin = new RegExp(`^${placedName}:`, 'gm');
  return problems.map((problem) => problem.replace(begin, () => `${file}:`));
}

/** @throws InputError */
export function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError([`${file}: cannot be read: ${causeWords(causeOf(error)).en}`]);
  }
}

/** The files of the profile folders that the site file names; what is wrong with them the check says. */
export function profilesOf(file: string): { folder: string; files: Record<string, string> }[] {
  const opened = openYaml(file);
  const folders = opened.ok ? list(mapping(opened.yaml.value).profiles).filter((each) => typeof each === 'string') : [];
  return folders.map((folder) => ({ folder, files: textsIn(join(dirname(file), folder)) }));
}

function textsIn(folder: string): Record<string, string> {
  try {
    const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
    return Object.fromEntries(names.map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  } catch {
    return {};
  }
}
