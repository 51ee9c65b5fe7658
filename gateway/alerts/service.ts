import type { Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { AlertDetail, AlertItem, MaintenanceItem, NuisanceItem, RuleItem } from '../../contract/http/alerts.ts';
import type { AlertId, BuildingId, PointRef, SiteId } from '../../contract/ids.ts';
import { baselineOf } from '../../rules/kinds/deviation.ts';
import type { Rule } from '../../rules/rule.ts';
import type { Said } from '../audit/entry.ts';
import type { Act, Commit } from '../commit/commit.ts';
import type { NoticeTable } from '../notify/notice-table.ts';
import type { Database } from '../store/database.ts';
import { callKey, noBuilding } from './alert.ts';
import { alertItem, isoOf } from './alert-item.ts';
import type { AlertSite } from './alert-site.ts';
import type { Alerts } from './alerts.ts';
import type { AlertAction } from './deeds.ts';
import {
  type AlertsAction,
  type AlertsAnswer,
  chainKey,
  isReachReason,
  isUpkeep,
  type ReachLook,
  type ReachTrouble,
  reachKey,
  type UpkeepReason,
  type UpkeepTrouble,
  upkeepKey,
} from './do-action.ts';
import { type AlarmFigures, alarmFigures } from './figures.ts';
import type { ChainTrouble } from './judge-beats.ts';
import { type FoundTarget, findTarget, type Maintenance, type Parts, targetText } from './maintenance.ts';
import { openAlerts } from './open-tables.ts';
import type { AlertPolicy } from './policy.ts';
import { AlertQueries } from './query-tables.ts';
import { alertSiteOf } from './site-parts.ts';
import type { Sos } from './sos.ts';
import { firstOutOnTop } from './tell.ts';

export type AlertServiceOptions = {
  readonly db: Database;
  readonly commit: Commit;
  readonly sites: readonly Site[];
  readonly notices: NoticeTable;
  readonly clock: Clock;
  readonly policy?: AlertPolicy;
};

const dayMs = 86_400_000;
const system: Said = { by: 'system', why: null };

/** Alerts as the rest of the gateway asks for them. */
export class AlertService {
  readonly #alerts: Alerts;
  readonly #queries: AlertQueries;
  readonly #act: Act<AlertsAction, AlertsAnswer>;
  readonly #clock: Clock;
  readonly #parts: ReadonlyMap<string, Parts>;

  constructor({ db, commit, sites, notices, clock, policy }: AlertServiceOptions) {
    const alertSites = sites.map(alertSiteOf);
    const more = policy === undefined ? {} : { policy };
    const { alerts } = openAlerts({ db, sites: alertSites, notices, clock, ...more });
    this.#alerts = alerts;
    this.#clock = clock;
    this.#act = commit.join(alerts);
    const noticesOf = (alert: string) => notices.ofAlert(alert);
    this.#queries = new AlertQueries({ db, context: alerts.context, noticesOf });
    this.#parts = new Map(sites.map((site, index) => [site.id, partsOf(site, alertSites[index])]));
  }

  /** Once, when every service has joined: what stood before the start is not verifiable until it is heard of. */
  start(): void {
    this.#act(system, { kind: 'start' });
  }

  /** Open alerts of a site: life safety first, then the higher level, then what came first. */
  open(site: SiteId, building: string | null): AlertItem[] {
    const of = [...this.#alerts.open()].filter((alert) => alert.site === site);
    const shown = of.filter((alert) => building === null || alert.building === building);
    return shown.toSorted(firstOutOnTop).flatMap((alert) => {
      const known = this.#alerts.context.sites.get(alert.site);
      return known === undefined ? [] : [alertItem(alert, known)];
    });
  }

  /** Open and closed ones, the newest first. */
  all(of: { site: SiteId; building: string | null; before: number; limit: number }) {
    return this.#queries.list(of);
  }

  /** An open alert as it stands, without its history. */
  standing(id: string): AlertItem | undefined {
    const alert = this.#alerts.find(id);
    const known = alert && this.#alerts.context.sites.get(alert.site);
    return alert === undefined || known === undefined ? undefined : alertItem(alert, known);
  }

  /** The alert that stands for the calls for help of a building. */
  callOf(site: SiteId, building: BuildingId): AlertItem | undefined {
    const id = this.#alerts.memory.standing.get(`${site}/${callKey(building)}`);
    return id === undefined ? undefined : this.standing(id);
  }

  call(said: Said, of: Sos): AlertsAnswer {
    return this.#act(said, { kind: 'sos', ...of });
  }

  /** Somebody has taken it, or it is over. */
  isAnswered(id: string): boolean {
    const alert = this.#alerts.find(id);
    return alert === undefined || alert.acknowledged !== null || alert.closed !== null;
  }

  isOver(id: string): boolean {
    const alert = this.#alerts.find(id);
    return alert === undefined || alert.closed !== null;
  }

  find(id: string): AlertDetail | undefined {
    return this.#queries.find(id);
  }

  deed(said: Said, alert: AlertId, deed: AlertAction): AlertsAnswer {
    return this.#act(said, { kind: 'deed', alert, deed });
  }

  /** The chain of an alert is broken at a hop, or proven again. What stands that way already is left alone. */
  chain(site: SiteId, trouble: ChainTrouble): void {
    const stands = [...this.#alerts.open()].some(
      (alert) => alert.site === site && alert.rule === chainKey(trouble) && alert.returned === null,
    );
    if (stands !== trouble.stands) this.#act(system, { kind: 'chain', site, trouble });
  }

  /** When the alert that is open longest began, epoch ms; null while none is. */
  openSince(): number | null {
    const begun = [...this.#alerts.open()].map(({ since }) => since.wall);
    return begun.length === 0 ? null : Math.min(...begun);
  }

  /** All that the gateway itself needs, as it is now. What stands that way already is left alone. */
  upkeep(site: SiteId, needs: readonly UpkeepReason[]): void {
    const open = [...this.#alerts.open()].filter((alert) => alert.site === site && alert.returned === null);
    const news = needs
      .filter((why) => !open.some(({ rule }) => rule === upkeepKey(why)))
      .map((why): UpkeepTrouble => ({ why, stands: true }));
    const over = open.flatMap(({ rule, why }): UpkeepTrouble[] =>
      isUpkeep(why) && !needs.some((need) => upkeepKey(need) === rule) ? [{ why, stands: false }] : [],
    );
    const troubles = [...news, ...over];
    if (troubles.length > 0) this.#act(system, { kind: 'upkeep', site, troubles });
  }

  /** All troubles of people who are not reached, as they are now. What stands that way already is left alone. */
  reach(site: SiteId, troubles: readonly ReachLook[]): void {
    const open = [...this.#alerts.open()].filter((alert) => alert.site === site && alert.returned === null);
    const named = new Set(troubles.map(reachKey));
    // Of a person who has gone, a rota that was taken out: nothing stands any more.
    const left = open.flatMap(({ rule, building, why }): ReachTrouble[] =>
      isReachReason(why) && reachKey({ why }) === rule && !named.has(rule)
        ? [{ building: building === noBuilding ? null : building, why, stands: false }]
        : [],
    );
    const known = troubles.flatMap((of): ReachTrouble[] => (of.stands === null ? [] : [{ ...of, stands: of.stands }]));
    const news = [...known, ...left].filter((of) => open.some(({ rule }) => rule === reachKey(of)) !== of.stands);
    if (news.length > 0) this.#act(system, { kind: 'reach', site, troubles: news });
  }

  /** What `contacts-1`, `hanbit/b1` … names at a site. */
  target(site: SiteId, text: string): FoundTarget {
    const parts = this.#parts.get(site);
    return parts === undefined ? { problem: 'target-unknown' } : findTarget(text, parts);
  }

  maintain(said: Said, of: Omit<Extract<AlertsAction, { kind: 'maintain' }>, 'kind'>): AlertsAnswer {
    return this.#act(said, { kind: 'maintain', ...of });
  }

  endMaintenance(said: Said, maintenance: string, text: string): AlertsAnswer {
    return this.#act({ ...said, why: text }, { kind: 'end-maintenance', maintenance, text });
  }

  maintenance(): { item: MaintenanceItem; buildings: readonly (string | null)[] }[] {
    return [...this.#alerts.maintained()].map((one) => ({
      item: maintenanceItem(one),
      buildings: this.buildingsOf(one),
    }));
  }

  /** When somebody worked on the point or tested it, epoch ms; null as its end while they still do. */
  handled(site: SiteId, point: PointRef): { from: number; to: number | null }[] {
    return this.#queries.handled(site, point);
  }

  /** Buildings that a maintenance touches; null stands for points of none. */
  buildingsOf({ site, target }: Pick<Maintenance, 'site' | 'target'>): (string | null)[] {
    const known = this.#alerts.context.sites.get(site);
    if (known === undefined) return [];
    if (target.kind === 'building' || target.kind === 'zone') return [target.building];
    const of = [...known.places].filter(
      ([ref]) => ref === targetPoint(target) || ref.startsWith(`${targetDevice(target)}/`),
    );
    const buildings = new Set(of.map(([, { building }]) => building));
    return buildings.size === 0 ? [null] : [...buildings];
  }

  goLive(said: Said, site: SiteId, building: BuildingId, live: boolean): void {
    this.#act(said, { kind: 'go-live', site, building, live });
  }

  repaired(said: Said, site: SiteId, point: PointRef, text: string): AlertsAnswer {
    return this.#act(said, { kind: 'repaired', site, point, text });
  }

  rebaseline(said: Said, site: SiteId, rule: string, text: string): AlertsAnswer {
    return this.#act(said, { kind: 'rebaseline', site, rule, text });
  }

  rules(site: SiteId): RuleItem[] {
    const known = this.#alerts.context.sites.get(site);
    return [...(known?.rules.values() ?? [])].map((rule) => {
      const judgement = this.#alerts.memory.rules.get(`${site}/${rule.id}`)?.judgement ?? null;
      const { id, name, building, hazard, title, lifeSafety, consequence, action, who, withinMs, provenance } = rule;
      return {
        ...{
          site,
          rule: id,
          name,
          building,
          hazard,
          title,
          lifeSafety,
          consequence,
          action,
          who,
          withinMs,
          provenance,
        },
        condition: rule.condition,
        points: rule.points.map(({ ref }) => ref),
        verdict: judgement?.verdict ?? 'unknown',
        level: judgement?.level ?? null,
        unknown: [...(judgement?.unknown ?? rule.points.map(({ ref }) => ref))],
      };
    });
  }

  /** What a rule on distances measures a point from; null while it has not learnt it, and of other rules. */
  baselineOf(site: SiteId, rule: Rule, point: PointRef): number | null {
    const { condition, id } = rule;
    if (condition.kind !== 'deviation') return null;
    return baselineOf(condition, point, this.#alerts.memory.rules.get(`${site}/${id}`)?.state ?? null);
  }

  figures(site: SiteId, from: number, to: number): AlarmFigures {
    return alarmFigures(this.#queries.activations(site, Math.min(from, to - dayMs)), { from, to });
  }

  nuisances(site: SiteId): NuisanceItem[] {
    const { days } = this.#alerts.context.policy.nuisance.value;
    return this.#queries.nuisances(site, this.#clock.now() - days * dayMs);
  }
}

function partsOf(site: Site, known: AlertSite | undefined): Parts {
  const points = new Set<string>();
  const devices = new Set<string>();
  for (const { buses } of site.agents) {
    for (const device of buses.flatMap((bus) => [...bus.devices])) {
      devices.add(device.id);
      for (const { ref } of device.points) points.add(ref);
    }
  }
  const zones = new Set<string>();
  for (const { building, zone } of known?.places.values() ?? []) {
    if (building !== null && zone !== null) zones.add(`${building}/${zone}`);
  }
  return { points, devices, zones, buildings: new Set(site.buildings.map(({ id }) => id)) };
}

export function maintenanceItem({ id, site, target, mode, since, until, by, text }: Maintenance): MaintenanceItem {
  return {
    site,
    maintenance: id,
    target: targetText(target),
    mode,
    since: isoOf(since.wall),
    until: isoOf(until),
    by,
    reason: text,
  };
}

function targetPoint(target: Maintenance['target']): string | null {
  return target.kind === 'point' ? target.point : null;
}

function targetDevice(target: Maintenance['target']): string | null {
  return target.kind === 'device' ? target.device : null;
}
