import { explain } from '../../config/files/explain.ts';
import { type Finding, type Path, type Problem, sorted } from '../../config/files/problem.ts';
import { valueAt } from '../../config/files/schema-walk.ts';
import { openYaml } from '../../config/files/yaml-file.ts';
import type { Site } from '../../config/site.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { findEvent } from '../events.ts';
import { findFault } from '../faults/fault.ts';
import { VirtualBuses } from '../virtual-buses.ts';
import type { Doing, Scenario, Step } from './scenario.ts';
import { readableIn, type StepFile, type StepSketch, scenarioFileSchema } from './schema.ts';
import { timeOfDayText } from './wall-time.ts';

export type LoadedScenario =
  | { readonly ok: true; readonly scenario: Scenario }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads a scenario file and checks it against the site it shall be played on: a scenario, or every problem at once. */
export function loadScenario(file: string, site: Site): LoadedScenario {
  const opened = openYaml(file);
  if (!opened.ok) return { ok: false, problems: sorted(opened.problems) };
  const { yaml } = opened;
  const parsed = scenarioFileSchema.safeParse(yaml.value);
  const foreign = siteFindings(yaml.value, site);
  const findings = [
    ...(parsed.success ? [] : explain(scenarioFileSchema, yaml.value, parsed.error)),
    // Of a scenario for another site it says nothing that its targets are not in this one.
    ...(foreign.length > 0 ? foreign : stepFindings(yaml.value, site)),
  ];
  const problems = sorted([...findings.map(yaml.problem), ...opened.problems]);
  if (!parsed.success || problems.length > 0) return { ok: false, problems };
  const { id, title, begins, seed, steps } = parsed.data;
  const inOrder = steps.flatMap(stepsOf).toSorted((a, b) => a.atMs - b.atMs);
  return { ok: true, scenario: { id, title, beginsMs: begins, seed, steps: inOrder } };
}

function siteFindings(value: unknown, site: Site): Finding[] {
  const named = valueAt(value, ['site']);
  if (typeof named !== 'string' || named === site.id) return [];
  return [{ path: ['site'], message: `this scenario is for ${named}, and ${site.file} is ${site.id}; give that site` }];
}

/** What is wrong between each step and the site, as far as the step can be read. */
function stepFindings(value: unknown, site: Site): Finding[] {
  const steps = valueAt(value, ['steps']);
  if (!Array.isArray(steps)) return [];
  const begins = scenarioFileSchema.shape.begins.safeParse(valueAt(value, ['begins']));
  const field = new VirtualBuses({ site, clock: new SimClock(), seed: 1, speed: 1 });
  return steps.flatMap((each: unknown, i) => {
    const path: Path = ['steps', i];
    const step = readableIn(each);
    const early = begins.success && step.at !== undefined && step.at < begins.data;
    return [...(early ? [tooEarly(path, begins.data)] : []), ...doingFindings(path, step, site, field)];
  });
}

function tooEarly(path: Path, beginsMs: number): Finding {
  const message = `is before the scenario begins (${timeOfDayText(beginsMs)}); hours of the next day are written 24 and up`;
  return { path: [...path, 'at'], message };
}

function doingFindings(path: Path, step: StepSketch, site: Site, field: VirtualBuses): Finding[] {
  const doing = doingOf(step);
  if (doing?.does === 'fault') return placed(path, findFault(site, doing));
  if (doing?.does === 'event') return placed(path, findEvent(site, doing));
  const message = doing === undefined ? undefined : field.problemOfSet(doing.point, doing.value);
  return message === undefined ? [] : [{ path: [...path, 'set'], message }];
}

type Found = { ok: true } | { ok: false; problems: readonly { at: string; message: string }[] };

function placed(path: Path, found: Found): Finding[] {
  return found.ok ? [] : found.problems.map(({ at, message }) => ({ path: [...path, at], message }));
}

function stepsOf(step: StepFile): Step[] {
  const { at, note = null } = step;
  const doing = doingOf(step);
  return doing === undefined
    ? []
    : [{ atMs: at, note, ...(step.for === undefined ? {} : { forMs: step.for }), ...doing }];
}

/** What a step does; undefined when it names nothing, or not all that is needed for it. */
function doingOf(step: StepSketch | StepFile): Doing | undefined {
  const { fault, target, rate, by, event, place = null, strength = 1, set: point, value } = step;
  if (fault !== undefined && target !== undefined) {
    const size = { ...(rate === undefined ? {} : { rate }), ...(by === undefined ? {} : { byMs: by }) };
    return { does: 'fault', name: fault, target, ...size };
  }
  if (event !== undefined) return { does: 'event', name: event, place, strength };
  return point === undefined || value === undefined ? undefined : { does: 'set', point, value };
}
