import type { PointRef } from '../../contract/ids.ts';
import type { ForecastSignal, Signal } from '../commit/participant.ts';
import { type Alert, forecastKey } from './alert.ts';
import { zonesOf } from './alert-site.ts';
import type { Draft } from './draft.ts';
import { standsByItself } from './judge-troubles.ts';
import { higher, type Judged, judge } from './life-cycle.ts';
import { disable } from './out-of-service.ts';
import { put } from './put.ts';
import { raiseAlert } from './raise-alert.ts';

/**
 * What the forecast of a structural point says enters the life of alerts as a rule of the point's own. It may raise; it never
 * lowers a level, and a record that tells nothing ends nothing.
 *
 * | said of the point | its alert |
 * |---|---|
 * | a word | stands, at that word's level or the higher one it had |
 * | a trend that may be the season's, without a date | none is raised; one that stands goes on |
 * | no movement, and the record tells so | its condition is gone; people acknowledge and reset as with any |
 * | nothing can be told | not verifiable |
 * | it moves alone among its neighbours | a trouble of the sensor in its place |
 * | it is not followed any more | closed as disabled |
 */
export function judgeForecasts(draft: Draft, signals: readonly Signal[]): void {
  for (const signal of signals) {
    if (signal.kind === 'forecast-ended') end(draft, signal);
    else if (signal.kind === 'forecast') judgeOne(draft, signal);
  }
}

function judgeOne(draft: Draft, signal: ForecastSignal): void {
  const { site, point, building, word, isKnown, suspect, simulated } = signal;
  if (draft.maintenanceOf(site, point, 'service') !== undefined) return;
  if (isKnown) {
    const why = { code: 'sensor-suspect', point, neighbours: suspect?.neighbours ?? 0 } as const;
    standsByItself(draft, {
      ...{ site, key: suspectKey(point), stands: suspect !== null, why, simulated },
      ...{ lifeSafety: true, building, points: [point] },
    });
  }
  const standing = draft.standingOf(`${site}/${forecastKey(point)}`);
  if (standing !== undefined) judgeStanding(draft, standing, signal);
  else if (word !== null && isKnown && !isSeason(draft, signal)) raiseOne(draft, { ...signal, word });
}

/** A movement that may be the season's asks nobody to do anything; it is shown, and said in the report. */
function isSeason(draft: Draft, { word, maySeasonal }: ForecastSignal): boolean {
  return word === 'trend' && maySeasonal && !draft.context.policy.forecast.value.seasonal;
}

function raiseOne(draft: Draft, signal: ForecastSignal & { word: NonNullable<ForecastSignal['word']> }): void {
  const { site, building, point, word, why, simulated } = signal;
  const levels = draft.context.policy.forecast.value;
  raiseAlert(draft, {
    ...{ site, building, rule: forecastKey(point), hazard: 'collapse', why, simulated },
    lifeSafety: levels.lifeSafety.includes(word),
    level: levels[word],
    witnesses: [point],
    // It moved before, since when is not known to the day; nobody was told before now.
    since: draft.at,
    late: false,
  });
}

function judgeStanding(draft: Draft, alert: Alert, signal: ForecastSignal): void {
  const { word } = signal;
  const levels = draft.context.policy.forecast.value;
  // Once people may be hurt by it, it stays so.
  const lifeSafety = alert.lifeSafety || (word !== null && signal.isKnown && levels.lifeSafety.includes(word));
  const before = { ...alert, lifeSafety, latches: lifeSafety };
  const settings = { quietMs: draft.context.policy.quietMs.value };
  const outcome = judge(before, judgedOf(draft, alert, signal), draft.at, settings);
  const { version, unverifiable, why } = outcome.alert;
  const isSame = version === alert.version && unverifiable === alert.unverifiable && why === alert.why;
  if (!isSame || lifeSafety !== alert.lifeSafety) put(draft, alert, outcome);
}

function judgedOf(draft: Draft, alert: Alert, { site, point, word, isKnown, why }: ForecastSignal): Judged {
  const witnesses: readonly PointRef[] = [point];
  const zones = zonesOf(draft.site(site), witnesses);
  const shown = isKnown && word !== null ? why : alert.why;
  const unknown = isKnown ? [] : witnesses;
  if (word === null || !isKnown)
    return { verdict: isKnown ? 'unmet' : 'unknown', level: null, witnesses: [], zones: [], unknown, why: shown };
  const level = higher(alert.level, draft.context.policy.forecast.value[word]);
  return { verdict: 'met', level, witnesses, zones, unknown, why: shown };
}

function end(draft: Draft, { site, point }: Extract<Signal, { kind: 'forecast-ended' }>): void {
  for (const key of [forecastKey(point), suspectKey(point)]) {
    const standing = draft.standingOf(`${site}/${key}`);
    if (standing !== undefined) put(draft, standing, disable(standing, draft.at));
  }
}

function suspectKey(point: string): string {
  return `suspect:${point}`;
}
