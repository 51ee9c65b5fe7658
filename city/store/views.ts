import type { CityAsk, CityHealth } from '../../contract/city.ts';
import type { Sql } from './database.ts';
import type { Reader } from './gateways.ts';
import { audit } from './gateways.ts';
import { transaction } from './transaction.ts';

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

export type StateKind = 'lot' | 'space' | 'alert' | 'device' | 'place';

/** States of one kind, of sites whose gateway is still known. */
export async function states(sql: Sql, kind: StateKind, districts: Districts): Promise<StateRow[]> {
  return sql<StateRow[]>`
    select states.kind, states.site, states.key, states.at, states.body, gateways.district,
      extract(epoch from clock_timestamp() - agreed_at)::float8 * 1000 as "agreedAgo"
    from states join gateways on gateways.id = states.gateway
    where states.kind = ${kind} and removed_at is null
      and (${districts === null} or district = any(${[...(districts ?? [])]}))
    order by states.site, states.key`;
}

/** CAP messages that were sent since then (epoch ms), the oldest first. */
export async function capSince(sql: Sql, from: number, districts: Districts): Promise<StateRow[]> {
  return sql<StateRow[]>`
    select states.kind, states.site, states.key, states.at, states.body, gateways.district,
      extract(epoch from clock_timestamp() - agreed_at)::float8 * 1000 as "agreedAgo"
    from states join gateways on gateways.id = states.gateway
    where states.kind = 'cap' and removed_at is null and states.at >= ${from}
      and (${districts === null} or district = any(${[...(districts ?? [])]}))
    order by states.at, states.key`;
}

/** When the list of live CAP messages changed last, by what ended before `now`; the first moment of this database where none did. */
export async function capChangedAt(sql: Sql, now: number): Promise<number> {
  const [row] = await sql<{ at: number }[]>`
    select greatest(
      (select (extract(epoch from min(at)) * 1000)::bigint from city_versions),
      (select max(expires) filter (where expires <= ${now}) from (
        select case jsonb_typeof(body -> 'expires') when 'number' then (body ->> 'expires')::numeric::bigint end as expires
        from states where kind = 'cap') as ended)) as at`;
  return row?.at ?? 0;
}

export async function capMessage(sql: Sql, identifier: string): Promise<StateRow | null> {
  const [row] = await sql<StateRow[]>`
    select states.kind, states.site, states.key, states.at, states.body, gateways.district, null::float8 as "agreedAgo"
    from states join gateways on gateways.id = states.gateway
    where states.kind = 'cap' and states.key = ${identifier} and removed_at is null`;
  return row ?? null;
}

/** An event for the integrated platform, and what came of it. Epoch ms. */
export type PlatformRow = {
  readonly identifier: string;
  readonly site: string;
  readonly district: string;
  readonly at: number;
  readonly body: Record<string, unknown> | null;
  readonly doneAt: number | null;
  readonly tries: number;
  readonly nextAt: number | null;
  readonly error: string | null;
};

export async function platformRows(sql: Sql, from: number, districts: Districts): Promise<PlatformRow[]> {
  return sql<PlatformRow[]>`
    select states.key as identifier, states.site, gateways.district, states.at, states.body, coalesce(tries, 0) as tries, error,
      extract(epoch from done_at)::float8 * 1000 as "doneAt", extract(epoch from next_at)::float8 * 1000 as "nextAt"
    from states join gateways on gateways.id = states.gateway
      left join platform_events on platform_events.identifier = states.key
    where states.kind = 'cap' and removed_at is null and states.at >= ${from}
      and (${districts === null} or district = any(${[...(districts ?? [])]}))
    order by states.at, states.key`;
}

export async function keepPlatform(
  sql: Sql,
  { identifier, site }: Pick<PlatformRow, 'identifier' | 'site'>,
  { tries, nextAt, error }: Pick<PlatformRow, 'tries' | 'nextAt' | 'error'>,
): Promise<void> {
  const next = nextAt === null ? null : nextAt / 1000;
  await sql`
    insert into platform_events (identifier, site, done_at, tries, next_at, error)
    values (${identifier}, ${site}, case when ${next === null} then clock_timestamp() end, ${tries},
      to_timestamp(${next}::float8), ${error})
    on conflict (identifier) do update set done_at = excluded.done_at, tries = excluded.tries, next_at = excluded.next_at,
      error = excluded.error`;
}

/** An acknowledgement is asked of the gateway, which decides. */
export async function ask(
  sql: Sql,
  of: Omit<CityAsk, 'site' | 'alert'> & { site: string; alert: string },
): Promise<void> {
  await transaction(sql, async (tx) => {
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
export async function asksNow(sql: Sql, districts: Districts): Promise<AskRow[]> {
  return sql<AskRow[]>`
    with own as (select unnest(sites) as site from gateways
      where removed_at is null and (${districts === null} or district = any(${[...(districts ?? [])]})))
    select distinct on (site, alert) site, alert, by, outcome,
      extract(epoch from clock_timestamp() - asked_at)::float8 * 1000 as ago
    from asks where asked_at > now() - interval '1 day' and site in (select site from own)
    order by site, alert, asked_at desc`;
}

export type IndicatorRow = {
  readonly district: string;
  /** Epoch hours. */
  readonly hour: number;
  readonly arrivals: number;
  readonly alerts: number;
  /** Sums over the looks of that hour: lots, those of them that said something, and their spaces. */
  readonly lots: number;
  readonly lotsKnown: number;
  readonly free: number;
  readonly occupied: number;
  readonly devices: number;
  readonly devicesKnown: number;
  readonly devicesAvailable: number;
};

/** Arrivals, alerts, and how it stood, of each district by hour; stays that were taken back do not count. */
export async function indicators(sql: Sql, districts: Districts, fromHour: number): Promise<IndicatorRow[]> {
  const from = fromHour * 3_600_000;
  return sql<IndicatorRow[]>`
    with own as (select unnest(sites) as site, district from gateways
      where removed_at is null and (${districts === null} or district = any(${[...(districts ?? [])]}))),
    counted as (
      select own.district, from_at / 3600000 as hour, 1 as arrivals, 0 as alerts, 0::bigint as lots, 0::bigint as known,
          0::bigint as free, 0::bigint as occupied, 0::bigint as devices, 0::bigint as devices_known, 0::bigint as available
        from stays join own using (site) where from_at >= ${from} and state = 'counts'
      union all
      select own.district, at / 3600000, 0, 1, 0, 0, 0, 0, 0, 0, 0 from records join own using (site)
        where kind = 'transition' and body->>'from' = 'normal' and at >= ${from}
      union all
      select own.district, hour, 0, 0, lots, lots_known, free, occupied, devices, devices_known, devices_available
        from site_hours join own using (site) where hour >= ${fromHour})
    select district, hour, sum(arrivals)::int as arrivals, sum(alerts)::int as alerts, sum(lots)::float8 as lots,
      sum(known)::float8 as "lotsKnown", sum(free)::float8 as free, sum(occupied)::float8 as occupied,
      sum(devices)::float8 as devices, sum(devices_known)::float8 as "devicesKnown",
      sum(available)::float8 as "devicesAvailable"
    from counted group by district, hour order by hour desc, district`;
}
