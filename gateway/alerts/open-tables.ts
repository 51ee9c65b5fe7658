import type { Clock } from '../../contract/clock.ts';
import { compileRule } from '../../rules/compile.ts';
import type { NoticeSink } from '../notify/notice.ts';
import type { Database } from '../store/database.ts';
import type { AlertSite } from './alert-site.ts';
import { AlertTables } from './alert-tables.ts';
import { Alerts } from './alerts.ts';
import { AlertContext } from './context.ts';
import type { SiteRule } from './evaluate.ts';
import { AlertClock } from './memory.ts';
import { type AlertPolicy, defaultPolicy } from './policy.ts';

const dayMs = 86_400_000;

/** The alerts part with its tables, as it was left. Nothing is known of any point yet. */
export function openAlerts(options: {
  db: Database;
  sites: readonly AlertSite[];
  notices: NoticeSink;
  clock: Pick<Clock, 'now' | 'monotonic'>;
  policy?: AlertPolicy;
  judgeAll?: boolean;
}): { alerts: Alerts; tables: AlertTables } {
  const { db, sites, notices, clock, policy = defaultPolicy, judgeAll = false } = options;
  const tables = new AlertTables(db);
  const now = { wall: clock.now(), mono: clock.monotonic() };
  const rules = sites.flatMap((site) => [...site.rules.values()].map((rule) => siteRule(site, rule)));
  const context = new AlertContext({ sites, rules, policy, clock: new AlertClock(tables.last(), now) });
  const memory = tables.load(now.wall - policy.nuisance.value.days * dayMs);
  return { alerts: new Alerts({ context, tables, memory, notices, judgeAll }), tables };
}

function siteRule({ site }: AlertSite, rule: SiteRule['rule']): SiteRule {
  return { key: `${site}/${rule.id}`, site, rule, compiled: compileRule(rule) };
}
