import type { Hazard, Level } from '../../hazards.ts';
import { co } from './co.ts';
import { collapse } from './collapse.ts';
import { earthquake } from './earthquake.ts';
import { entrance } from './entrance.ts';
import { equipment } from './equipment.ts';
import { fire } from './fire.ts';
import { flood } from './flood.ts';
import { gas } from './gas.ts';
import type { Audience, Group, GuidelineSource, HazardGuidelines, Line, Phase } from './guideline.ts';
import { power } from './power.ts';
import { sos } from './sos.ts';
import { vibration } from './vibration.ts';

const guidelines: Readonly<Record<Hazard, HazardGuidelines>> = {
  fire,
  gas,
  co,
  flood,
  collapse,
  vibration,
  earthquake,
  power,
  entrance,
  equipment,
  sos,
};

export type GuidelineQuery = {
  readonly hazard: Hazard;
  readonly level: Level;
  readonly audience: Audience;
  readonly phase: Phase;
  /** Whether the reader lives in a flat of a tall building, where staying may be safer than the stairs. */
  readonly isFlat?: boolean;
};

/** One text a line; both languages have the same lines. */
export type Lines = { readonly ko: readonly string[]; readonly en: readonly string[] };

export type Guideline = {
  readonly lines: Lines;
  /** The first three lines: few enough to be read from across a room. */
  readonly large: Lines;
  /** Said besides while it lasts; empty for responders and for what comes before and after. */
  readonly vulnerable: Readonly<Record<Group, Lines>>;
  readonly sources: readonly GuidelineSource[];
};

const nobody: readonly Line[] = [];

/** What a reader is to do. Every combination has an answer; levels matter while it lasts. Pure. */
export function guidelineFor({ hazard, level, audience, phase, isFlat = false }: GuidelineQuery): Guideline {
  const entry = guidelines[hazard];
  const phases = audience === 'resident' && isFlat ? (entry.flat ?? entry.resident) : entry[audience];
  const block = phase === 'during' ? phases.during[level] : phases[phase];
  const told = phase === 'during' && audience !== 'responder' && (level === '경계' || level === '심각');
  const help = (group: Group) => linesOf(told ? entry.vulnerable[group] : nobody);
  return {
    lines: linesOf(block),
    large: linesOf(block.slice(0, 3)),
    vulnerable: {
      mobility: help('mobility'),
      hearing: help('hearing'),
      sight: help('sight'),
      children: help('children'),
    },
    sources: entry.sources,
  };
}

function linesOf(block: readonly Line[]): Lines {
  return { ko: block.map(([ko]) => ko), en: block.map(([, en]) => en) };
}
