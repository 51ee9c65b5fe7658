import type { CityAsk, CityHealth } from '../../contract/city.ts';
import type { Sql } from './database.ts';
import type { Reader } from './gateways.ts';
import { audit } from './gateways.ts';

/** What pages and feeds ask of the database. Each takes the districts that its reader may see; null: all. */

type Districts = Reader['districts'];

export type GatewayRow = {
  readonly id: string;
  readonly sites: readonly string[];
  readonly district: string;
  /** Ms since something of it was committed, by the database's clock; null: never. */
  readonly agreedAgo: number | null;
  readonly health: CityHealth | null;
  /** Its clock less the database's when its health was taken, ms; a slow line makes it more negative. */
  readonly skew: number | null;
  readonly healthAgo: number | null;
  readonly conflicts: number;
  readonly refused: number;
  readonly duplicates: number;
};

export async function gateways(sql: Sql, districts: Districts): Promise<GatewayRow[]> {
  return sql<GatewayRow[]>`
    select id, sites, district, health, conflicts, refused, duplicates,
      extract(epoch from clock_timestamp() - agreed_at)::float8 * 1000 as "agreedAgo",
      extract(epoch from clock_timestamp() - health_at)::float8 * 1000 as "healthAgo",
      (health->>'at')::float8 - extract(epoch from health_at)::float8 * 1000 as skew
    from gateways where removed_at is null and (${districts === null} or district = any(${[...(districts ?? [])]}))
    order by id`;
}

export type StateRow = {
  readonly kind: string;
  readonly site: string;
  readonly key: string;
  readonly district: string;
  readonly at: number;
  readonly body: Record<string, unknown> | null;
  readonly agreedAgo: number | null;
};

/** States of one kind, of sites whose gateway is still known. */
export async function states(
  sql: Sql,
  kind: 'lot' | 'space' | 'alert' | 'device' | 'cap' | 'place',
  districts: Districts,
): Promise<StateRow[]> {
  return sql<StateRow[]>`
    select states.kind, states.site, states.key, states.at, states.body, gateways.district,
      extract(epoch from clock_timestamp() - agreed_at)::float8 * 1000 as "agreedAgo"
    from states join gateways on gateways.id = states.gateway
    where states.kind = ${kind} and removed_at is null
      and (${districts === null} or district = any(${[...(districts ?? [])]}))
    order by states.site, states.key`;
}

/** An acknowledgement is asked of the gateway, which decides. */
export async function ask(
  sql: Sql,
  of: Omit<CityAsk, 'site' | 'alert'> & { site: string; alert: string },
): Promise<void> {
  await sql.begin(async (tx) => {
    await tx`insert into asks (id, site, alert, version, by, said) values
      (${of.id}, ${of.site}, ${of.alert}, ${of.version}, ${of.by}, ${of.text})`;
    await audit(tx, `token:${of.by}`, 'alert-acknowledge', `alert:${of.site}/${of.alert}`, { version: of.version });
  });
}

const askForMs = 600_000;

/** What waits for a gateway; an ask of ten minutes ago is answered by nobody any more. */
export async function asksFor(sql: Sql, sites: readonly string[]): Promise<CityAsk[]> {
  return sql<CityAsk[]>`select id, site, alert, version, by, said as text from asks
    where done_at is null and site = any(${[...sites]}) and asked_at > now() - make_interval(secs => ${askForMs / 1000})
    order by asked_at limit 20`;
}

/** What waits for any gateway. */
export async function asksForAll(sql: Sql): Promise<CityAsk[]> {
  return sql<CityAsk[]>`select id, site, alert, version, by, said as text from asks
    where done_at is null and asked_at > now() - make_interval(secs => ${askForMs / 1000}) order by asked_at limit 5000`;
}

export type AskRow = {
  readonly site: string;
  readonly alert: string;
  readonly by: string;
  readonly outcome: string | null;
  readonly ago: number;
};

/** The last word asked on each alert, of the last day. */
export async function asksNow(sql: Sql): Promise<AskRow[]> {
  return sql<AskRow[]>`select distinct on (site, alert) site, alert, by, outcome,
      extract(epoch from clock_timestamp() - asked_at)::float8 * 1000 as ago
    from asks where asked_at > now() - interval '1 day' order by site, alert, asked_at desc`;
}

export type IndicatorRow = {
  readonly district: string;
  /** Epoch hours. */
  readonly hour: number;
  readonly arrivals: number;
  readonly alerts: number;
};

/** Arrivals and alerts of each district, by hour; stays that were taken back do not count. */
export async function indicators(sql: Sql, districts: Districts, fromHour: number): Promise<IndicatorRow[]> {
  const from = fromHour * 3_600_000;
  return sql<IndicatorRow[]>`
    with own as (select unnest(sites) as site, district from gateways
      where removed_at is null and (${districts === null} or district = any(${[...(districts ?? [])]}))),
    counted as (
      select own.district, from_at / 3600000 as hour, 1 as arrivals, 0 as alerts from stays join own using (site)
        where from_at >= ${from} and state = 'counts'
      union all
      select own.district, at / 3600000, 0, 1 from records join own using (site)
        where kind = 'transition' and body->>'from' = 'normal' and at >= ${from})
    select district, hour, sum(arrivals)::int as arrivals, sum(alerts)::int as alerts from counted
    group by district, hour order by hour desc, district`;
}
