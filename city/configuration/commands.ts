import { readFileSync } from 'node:fs';
import { type ConfigurationSet, parseConfigurationSet } from '../../contract/configuration.ts';
import { InputError } from '../../contract/input-error.ts';
import { cityConfigurationWords, setStateNames, targetStateNames } from '../../contract/words/city-configuration.ts';
import { configurationWords } from '../../contract/words/configuration.ts';
import { causeOf, causeWords } from '../../contract/words/files.ts';
import type { Language } from '../../contract/words/language.ts';
import { caller, type Output, onDatabase, type Where } from '../on-database.ts';
import { decide, publish, SetError, type ShownSet, shownSets } from '../store/configurations.ts';
import { type Plan, type Step, usualPlan } from './waves.ts';

/** `jari city config …`: what was signed elsewhere, on its way to gateways. */

export type PublishOptions = Where & {
  file: string;
  first?: string[];
  waves?: number[];
  soak?: number;
  overdue?: number;
  source?: string;
};

/** `jari city config publish`. @throws InputError */
export async function runPublish(options: PublishOptions): Promise<Output> {
  const set = readSet(options.file);
  const plan = planOf(options);
  const published = await said(() => onDatabase(options, (sql) => publish(sql, set, { plan, by: caller() })));
  const { order, without } = published;
  const lines = [
    `version ${set.version}, ${set.kind}: for ${order.length} gateway(s), first ${order.slice(0, 5).join(', ')}`,
    ...without.map((site) => `  ${site}: no gateway speaks for this site`),
  ];
  return { text: lines.join('\n'), json: { version: set.version, kind: set.kind, plan, ...published } };
}

/** `jari city config halt | go | return`. @throws InputError */
export async function runStep(options: Where & { version: number; step: Step; why?: string }): Promise<Output> {
  const { version, step, why = null } = options;
  await said(() => onDatabase(options, (sql) => decide(sql, version, step, { by: caller(), why })));
  const done: Record<Step, string> = {
    halt: 'halted: no other gateway gets it',
    go: 'goes on',
    return: 'being taken back: each gateway that has it goes back to what ran before',
  };
  return { text: `version ${version} ${done[step]}`, json: { version, step } };
}

/** `jari city config show`; one version with all its gateways. @throws InputError */
export async function runShow(options: Where & { version?: number; language: Language }): Promise<Output> {
  const { version, language } = options;
  const all = await onDatabase(options, (sql) => shownSets(sql, null, version === undefined ? 20 : 1000));
  const sets = all.filter((set) => version === undefined || set.version === version);
  if (version !== undefined && sets.length === 0) throw new InputError([words['no-set'](String(version))]);
  const lines = sets.flatMap((set) => [
    headOf(set, language),
    ...(version === undefined ? [] : targetLines(set, language)),
  ]);
  return { text: lines.length === 0 ? 'nothing was published yet' : lines.join('\n'), json: { items: sets } };
}

function headOf({ version, kind, state, waves, halt, wait, targets, by }: ShownSet, language: Language): string {
  const counts = Map.groupBy(targets, (target) => target.state);
  const each = [...counts].map(([name, of]) => `${targetStateNames[name][language]} ${of.length}`).join(', ');
  const why = halt ?? wait;
  const reason = why === null ? '' : `: ${cityConfigurationWords(why)[language]}`;
  return `${version} ${kind} (${by}): ${setStateNames[state][language]}, wave ${waves}; ${each}${reason}`;
}

function targetLines({ targets }: ShownSet, language: Language): string[] {
  return targets.map(({ gateway, site, wave, state, reason, excused }) => {
    const why = reason === null ? '' : `: ${configurationWords(reason)[language]}`;
    return `  ${gateway}/${site}: ${targetStateNames[state][language]}${wave === null ? '' : ` (wave ${wave})`}${why}${excused ? ' (excused)' : ''}`;
  });
}

function readSet(file: string): ConfigurationSet {
  const parsed = parseConfigurationSet(jsonIn(file));
  if (!parsed.ok) throw new InputError([`${file}: is no signed set (${parsed.problem}); jari config sign makes one`]);
  return parsed.value;
}

function jsonIn(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new InputError([`${file}: cannot be read: ${causeWords(causeOf(error)).en}`]);
  }
}

function planOf({ first = [], waves, soak, overdue, source }: PublishOptions): Plan {
  const shares = waves?.map((percent) => percent / 100) ?? usualPlan.shares;
  if (shares.some((share, nth) => !(share > (shares[nth - 1] ?? 0)) || share > 1))
    throw new InputError(['--waves: give rising percentages up to 100, such as 1 10 100']);
  const own = waves !== undefined || soak !== undefined || overdue !== undefined;
  return {
    ...{ ...usualPlan, shares, first },
    soakMs: soak ?? usualPlan.soakMs,
    overdueMs: overdue ?? usualPlan.overdueMs,
    source: source ?? (own ? `as published by ${caller()}` : usualPlan.source),
  };
}

const words: { readonly [C in SetError['code']]: (about: string) => string } = {
  older: (highest) =>
    `up to version ${highest} was published for these sites; sign it again with a higher --set-version`,
  'under-way': (version) =>
    `version ${version} is on its way to some of these sites; wait for its end, or return it first`,
  nobody: (sites) => `no gateway speaks for ${sites}; enter it with jari city gateway add`,
  'no-set': (version) => `version ${version} was never published`,
  'no-step': (state) => `it is ${state}, and this cannot be done any more`,
  'no-first': (gateways) => `--first ${gateways}: not among the gateways of these sites`,
};

async function said<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof SetError) throw new InputError([words[error.code](error.about)]);
    throw error;
  }
}
