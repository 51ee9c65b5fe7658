import type { PointRef } from '../../../contract/ids.ts';
import { tryPointRef } from '../../../contract/ids.ts';
import { InputError } from '../../../contract/input-error.ts';
import type { Recorded } from '../../../rules/replay.ts';
import type { RulePoint } from '../../../rules/rule.ts';
import { defaultDataFolder } from '../../data-folder/private-files.ts';
import { StoreError } from '../../store/store-error.ts';
import { openStoredHistory, type StoredHistory } from '../../store/stored-history.ts';
import type { Output } from '../output.ts';
import { momentOf, timezoneOf } from './moments.ts';
import { pairOfReady, pairsOfSite, recordedPoint, settingOf } from './pairs.ts';
import { type Columns, readRecording, usualStepMs } from './recording.ts';
import { trialOutput } from './report.ts';
import { storedReadings } from './stored-readings.ts';
import { type Pair, runTrial, type TrialResult } from './trial.ts';

export type TryOptions = {
  readonly rule: string;
  readonly site?: string;
  /** A recording (CSV); without one, what the gateway has stored. */
  readonly file?: string;
  readonly data?: string;
  readonly set?: readonly string[];
  readonly time?: string;
  readonly value?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  /** Of times without a zone; without it the site's, and without a site such times are refused. */
  readonly timezone?: string;
  /** Hears how far it is, 0–1, at most once for each hundredth. */
  readonly progress?: (share: number) => void;
};

/**
 * `jari rules try`: what a rule would have said of what was stored or recorded, and what it would say with settings
 * changed. Writes nothing.
 * @throws InputError
 */
export async function runRulesTry(options: TryOptions): Promise<Output> {
  return trialOutput(
    options.file === undefined ? await overHistory(options) : await overRecording(options, options.file),
  );
}

async function overRecording(options: TryOptions, file: string): Promise<TrialResult[]> {
  const { rule, site, time, value: values = [], set = [] } = options;
  if (time === undefined || values.length === 0)
    throw new InputError([
      'a recording needs --time COLUMN and --value COLUMN (or --value device/point=COLUMN, several times)',
    ]);
  const settings = set.map(settingOf);
  const given = timezoneOf(options.timezone);
  if (site === undefined) {
    const readings = readRecording(file, { ...columnsOf(time, values, [recordedPoint]), timezone: given });
    const pair = pairOfReady(rule, settings, pointOf(readings));
    return [await trial(pair, inRange(readings, options, given), readings, options)];
  }
  const { site: known, pairs } = pairsOfSite(site, rule, settings);
  const timezone = given ?? known.timezone;
  const points = [...new Set(pairs.flatMap(({ present }) => present.points.map(({ ref }) => ref)))];
  const columns = { ...columnsOf(time, values, points), timezone };
  const readings = readRecording(file, columns);
  const recorded = columns.points.map(({ point }) => point);
  const touched = pairs.filter(({ present }) => present.points.some(({ ref }) => recorded.includes(ref)));
  const results: TrialResult[] = [];
  for (const pair of touched) {
    const own = readings.filter(({ point }) => pair.present.points.some(({ ref }) => ref === point));
    results.push(await trial(atPace(pair, usualStepMs(own)), inRange(own, options, timezone), own, options));
  }
  return results;
}

/** A column alone is the rule's only point. */
function columnsOf(time: string, values: readonly string[], points: readonly PointRef[]): Columns {
  const named = values.map((text) => {
    const at = text.indexOf('=');
    const ref = at < 0 ? undefined : tryPointRef(text.slice(0, at));
    if (ref !== undefined && points.includes(ref)) return { point: ref, column: text.slice(at + 1) };
    const [only, ...others] = points;
    if (only === undefined || others.length > 0 || values.length > 1)
      throw new InputError([
        `--value ${text}: say which point it is, as in ${points[0]}=COLUMN; the rule judges ${points.join(', ')}`,
      ]);
    return { point: only, column: text };
  });
  return { time, points: named };
}

function pointOf(readings: readonly Recorded[]): RulePoint {
  const known = readings.find(({ value }) => value !== null)?.value ?? 0;
  const type = typeof known === 'boolean' ? 'boolean' : typeof known === 'string' ? 'string' : 'number';
  const stepMs = usualStepMs(readings);
  const nothing = { unit: '', kind: 'value', valid: null, words: null, bits: null };
  return { ref: recordedPoint, type, ...nothing, everyMs: stepMs, maxSilenceMs: stepMs };
}

/** A recording may be slower than the site reads; silence is then counted by its own step. */
function atPace({ present, changed }: Pair, stepMs: number): Pair {
  const slowed = <R extends { readonly points: readonly RulePoint[] }>(rule: R): R => ({
    ...rule,
    points: rule.points.map((point) => ({ ...point, maxSilenceMs: Math.max(point.maxSilenceMs, stepMs) })),
  });
  return { present: slowed(present), changed: changed === null ? null : slowed(changed) };
}

async function overHistory(options: TryOptions): Promise<TrialResult[]> {
  const { rule, site: file, data = defaultDataFolder, set = [] } = options;
  const given = timezoneOf(options.timezone);
  if (file === undefined)
    throw new InputError(['stored history needs --site FILE; a recording is given as jari rules try FILE']);
  const { site, pairs } = pairsOfSite(file, rule, set.map(settingOf));
  const timezone = given ?? site.timezone;
  const stored = opened(data);
  try {
    const results: TrialResult[] = [];
    for (const [index, pair] of pairs.entries()) {
      const refs = pair.present.points.map(({ ref }) => ref);
      const [from, to] = [
        timeOf('--from', options.from, timezone) ?? 0,
        timeOf('--to', options.to, timezone) ?? Date.now(),
      ];
      const readings = storedReadings(stored.history, refs, { site: site.id, from, to });
      const share = (at: number, first: number) => (index + (at - first) / Math.max(1, to - first)) / pairs.length;
      results.push(await runTrial(pair, readings, following(share, options.progress)));
    }
    return results;
  } finally {
    stored.close();
  }
}

function opened(dir: string): StoredHistory {
  try {
    return openStoredHistory(dir);
  } catch (error) {
    if (error instanceof StoreError) throw new InputError([error.message]);
    throw error;
  }
}

function trial(
  pair: Pair,
  readings: readonly Recorded[],
  all: readonly Recorded[],
  { progress }: TryOptions,
): Promise<TrialResult> {
  const last = all.at(-1)?.at ?? 0;
  const share = (at: number, first: number) => (at - first) / Math.max(1, last - first);
  return runTrial(pair, readings, following(share, progress));
}

/** Says how far it is, each hundredth once. */
function following(shareAt: (at: number, first: number) => number, progress: TryOptions['progress']) {
  let [first, said] = [Number.NaN, -1];
  return (at: number): void => {
    if (Number.isNaN(first)) first = at;
    const share = Math.min(1, Math.max(0, shareAt(at, first)));
    const hundredth = Math.floor(share * 100);
    if (hundredth <= said) return;
    said = hundredth;
    progress?.(share);
  };
}

function inRange(
  readings: readonly Recorded[],
  { from, to }: TryOptions,
  timezone: string | undefined,
): readonly Recorded[] {
  const [begin, end] = [
    timeOf('--from', from, timezone) ?? Number.NEGATIVE_INFINITY,
    timeOf('--to', to, timezone) ?? Number.POSITIVE_INFINITY,
  ];
  return readings.filter(({ at }) => at >= begin && at < end);
}

function timeOf(option: string, text: string | undefined, timezone: string | undefined): number | undefined {
  return text === undefined ? undefined : momentOf(text, `${option} ${text}:`, timezone);
}
