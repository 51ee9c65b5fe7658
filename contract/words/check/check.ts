import { withParticle } from '../particles.ts';
import type { Words } from '../words.ts';
import { backupWords } from './backup.ts';
import { buildingWords } from './buildings.ts';
import { conditionWords } from './conditions.ts';
import { fileWords } from './file.ts';
import { formWords } from './forms.ts';
import { loadWords } from './load.ts';
import { lotWords } from './lots.ts';
import { networkWords } from './network.ts';
import { notifyWords } from './notify.ts';
import { pointWords } from './points.ts';
import { profileWords } from './profiles.ts';
import { rawWords } from './raw.ts';
import { siteWords } from './site.ts';
import { talkerWords } from './talkers.ts';
import { uplinkWords } from './uplinks.ts';

/**
 * Every finding of `jari check` by its code: figures in, words out. A code that stands in no table is a type error where it
 * is used, and so is a figure that is missing. Codes are unique among the tables.
 */
export const checkTables = {
  file: fileWords,
  forms: formWords,
  network: networkWords,
  notify: notifyWords,
  site: siteWords,
  lots: lotWords,
  buildings: buildingWords,
  conditions: conditionWords,
  points: pointWords,
  profiles: profileWords,
  raw: rawWords,
  talkers: talkerWords,
  uplinks: uplinkWords,
  load: loadWords,
  backup: backupWords,
} as const;

type Tables = typeof checkTables;
type FiguresOf<F> = F extends () => Words ? object : F extends (figures: infer G) => Words ? G : never;
type ReasonOf<T> = { [C in keyof T & string]: { readonly code: C } & FiguresOf<T[C]> }[keyof T & string];

/**
 * What any finding may say besides: the point it is wrong on or the value as it stands in the file, put before it, and the
 * number that may have been meant, put behind it.
 */
type Beside = { readonly on?: string; readonly about?: string; readonly guess?: number };

/** What is wrong in a file and how to fix it: a code with its figures. */
export type CheckReason = { [D in keyof Tables]: ReasonOf<Tables[D]> }[keyof Tables] & Beside;

const table = Object.assign({}, ...Object.values(checkTables)) as {
  readonly [code: string]: (reason: object) => Words;
};

/** A finding in words. */
export function checkText(reason: CheckReason): Words {
  const { ko, en } = table[reason.code]?.(reason) ?? { ko: reason.code, en: reason.code };
  const { on, about, guess } = reason;
  const [koOn, enOn] = on === undefined ? ['', ''] : [`${withParticle(on, '은/는')} `, `${on} `];
  const before = about === undefined ? '' : `${about}: `;
  const [koEnd, enEnd] = guess === undefined ? ['', ''] : [`: 혹시 ${guess}?`, `; did you mean ${guess}?`];
  return { ko: `${before}${koOn}${ko}${koEnd}`, en: `${before}${enOn}${en}${enEnd}` };
}
