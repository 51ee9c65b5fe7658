import type { AlertItem } from '../../contract/http/alerts.ts';
import type { BuildingId, PointRef } from '../../contract/ids.ts';
import { encode } from '../../contract/messages.ts';
import { type TroubleReason, troubleReasonSchema } from '../../contract/reasons/alerts.ts';
import { forecastReasonSchema } from '../../contract/reasons/forecast.ts';
import { ruleReasonSchema } from '../../contract/reasons/rules.ts';
import { dayWords, wallTime } from '../../contract/time-zone.ts';
import { topics } from '../../contract/topics.ts';
import {
  alongAxis,
  forecastAction,
  headline,
  lateAction,
  notVerifiable,
  troubleAction,
  troubleWords,
} from '../../contract/words/alerts.ts';
import { forecastText } from '../../contract/words/forecast.ts';
import { ruleText } from '../../contract/words/rules.ts';
import type { Words } from '../../contract/words/words.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Retained } from '../commit/participant.ts';
import { type Alert, type Deed, isForecast, type Why } from './alert.ts';
import { type AlertSite, nameOf } from './alert-site.ts';

/** An alert as HTTP, events and notices show it, with its words in both languages. */
export function alertItem(alert: Alert, site: AlertSite): AlertItem {
  const rule = ruleOf(alert, site);
  const { unverifiable, shelved } = alert;
  return {
    site: alert.site,
    building: alert.building,
    alert: alert.id,
    state: alert.state,
    level: alert.level,
    hazard: alert.hazard,
    rule: alert.rule,
    lifeSafety: alert.lifeSafety,
    since: isoOf(alert.since.wall),
    headline: headlineOf(alert, site),
    why: whyOf(alert, site),
    reason: alert.why,
    action: actionOf(alert, rule),
    who: rule?.who ?? 'operator',
    due: isoOf(alert.since.wall + (rule?.withinMs ?? defaultWithinMs)),
    status: alert.status,
    version: alert.version,
    points: [...alert.witnesses],
    zones: [...alert.zones],
    group: alert.group,
    notVerifiable: unverifiable && { since: isoOf(unverifiable.since.wall), points: [...unverifiable.points] },
    returned: isoOf(alert.returned?.wall ?? null),
    acknowledged: deedItem(alert.acknowledged),
    report: deedItem(alert.report),
    shelved: shelved && { ...deedOf(shelved), until: isoOf(shelved.until) },
    maintenance: alert.maintenance,
    suppressedBy: alert.suppressedBy,
    step: alert.step,
    cause: alert.cause,
    closed: isoOf(alert.closed?.wall ?? null),
  };
}

/** The alert's retained message; an empty one once it is closed. */
export function alertRetained(alert: Alert, site: AlertSite): Retained {
  const topic = topics.alert(alert.site, alert.building, alert.id);
  if (alert.closed !== null) return { topic, payload: '' };
  const { at, level, state, hazard, rule, since, status, version } = { ...alert, at: lastAt(alert) };
  const payload = encode({
    v: 1,
    at,
    state,
    level,
    hazard,
    rule,
    since: since.wall,
    headline: headlineOf(alert, site),
    why: whyOf(alert, site),
    action: actionOf(alert, ruleOf(alert, site)),
    status,
    version,
  });
  return { topic, payload };
}

/** A trouble of the installation is to be looked at within the day. */
const defaultWithinMs = 86_400_000;

function ruleOf(alert: Alert, site: AlertSite): Rule | undefined {
  return site.rules.get(alert.rule);
}

function headlineOf(alert: Alert, site: AlertSite): Words {
  const { status, level, hazard, building, witnesses } = alert;
  const places =
    !isForecast(alert) && isTrouble(alert.why) ? [] : witnesses.map((point) => placeName(alert, point, site));
  const name = buildingName(site, building);
  return headline({ status, level, hazard, building: name, places, isForecast: isForecast(alert) });
}

/** A forecast is of one axis: two of one sensor that lean together are two alerts, and told apart by it. */
function placeName(alert: Alert, point: PointRef, site: AlertSite): Words {
  const name = nameOf(site, point);
  const axis = /_([xyz])$/.exec(point)?.[1];
  return axis === undefined || !isForecast(alert) || !site.places.has(point)
    ? name
    : alongAxis(name, axis.toUpperCase());
}

function buildingName(site: AlertSite, building: BuildingId): Words | null {
  return site.buildings.get(building) ?? null;
}

function whyOf(alert: Alert, site: AlertSite): Words {
  const words = isForecast(alert) ? forecastWhy(alert.why, site.timezone) : reasonWords(alert.why, site);
  if (alert.unverifiable === null) return words;
  const since = notVerifiable(wallTime(site.timezone, alert.unverifiable.since.wall).slice(11, 16));
  return { ko: `${words.ko} (${since.ko})`, en: `${words.en} (${since.en})` };
}

function reasonWords(why: Why, site: AlertSite): Words {
  if (isTrouble(why)) return troubleWords(why);
  const reason = ruleReasonSchema.safeParse(why);
  return reason.success ? ruleText(reason.data, (point) => nameOf(site, point)) : { ko: why.code, en: why.code };
}

function forecastWhy(why: Why, timezone: string): Words {
  const reason = forecastReasonSchema.safeParse(why);
  return reason.success ? forecastText(reason.data, dayWords(timezone)) : { ko: why.code, en: why.code };
}

function actionOf(alert: Alert, rule: Rule | undefined): Words {
  if (alert.late) return lateAction;
  if (isForecast(alert)) return forecastAction;
  if (isTrouble(alert.why)) return troubleAction(alert.why);
  return rule?.action ?? { ko: '현장을 확인하세요.', en: 'Look at the place.' };
}

const troubleCodes: ReadonlySet<string> = new Set(troubleReasonSchema.options.map(({ shape }) => shape.code.value));

/** Trouble of the installation itself, which no rule of the site file makes. */
export function isTrouble(why: Why): why is TroubleReason {
  return troubleCodes.has(why.code);
}

function deedItem(deed: Deed | null): AlertItem['acknowledged'] {
  return deed && deedOf(deed);
}

function deedOf({ by, at, text }: Deed) {
  return { by, at: isoOf(at.wall), text };
}

function lastAt({ since, unverifiable, returned, acknowledged, report, shelved }: Alert): number {
  const times = [since, unverifiable?.since, returned, acknowledged?.at, report?.at, shelved?.at];
  return Math.max(...times.map((time) => time?.wall ?? 0));
}

/** ISO 8601, UTC, with milliseconds. */
export function isoOf(ms: number): string;
export function isoOf(ms: number | null): string | null;
export function isoOf(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
