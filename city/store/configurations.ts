import type { CityHealth } from '../../contract/city.ts';
import type { ConfigurationSet, SignedByKey } from '../../contract/configuration.ts';
import { fitnessOf } from '../configuration/fitness.ts';
import { type Facts, ordered, type Rollout, type Step, stepsOf, type Target, turn } from '../configuration/waves.ts';
import { json, type Query, type Sql, type Tx } from './database.ts';
import { audit, type Reader } from './gateways.ts';
import { transaction } from './transaction.ts';

/** Sets of configuration and how far each gateway is with them. What is decided is decided in `configuration/waves.ts`. */

type SetRow = Rollout & {
  readonly id: number;
  readonly kind: string;
  readonly by: string;
  readonly why: string | null;
};
type SetColumns = { readonly at: number; readonly waveAt: number | null };
export type ShownSet = SetRow & SetColumns & { readonly targets: readonly ShownTarget[] };
export type ShownTarget = Target & { readonly district: string };

export type Published = { readonly order: readonly string[]; readonly without: readonly string[] };

/** A set is refused: it stands with what the message names. */
export class SetError extends Error {
  override name = 'SetError';
  readonly code: 'older' | 'under-way' | 'nobody' | 'no-set' | 'no-step' | 'no-first';
  readonly about: string;

  constructor(code: SetError['code'], about: string) {
    super(`${code}: ${about}`);
    this.code = code;
    this.about = about;
  }
}

/** Keeps a set for the gateways of its sites; the next round begins with it. @throws SetError */
export async function publish(
  sql: Sql,
  set: ConfigurationSet,
  { plan, by }: { plan: Rollout['plan']; by: string },
): Promise<Published> {
  return transaction(sql, async (tx) => {
    await tx`lock table config_sets in exclusive mode`;
    const sites = set.sites.map(({ site }) => site as string);
    const rows = await tx<{ id: string; site: string }[]>`
      select id, site from gateways, unnest(sites) as site where removed_at is null and site = any(${sites}) order by id`;
    if (rows.length === 0) throw new SetError('nobody', sites.join(', '));
    const unknown = plan.first.filter((id) => !rows.some((row) => row.id === id));
    if (unknown.length > 0) throw new SetError('no-first', unknown.join(', '));
    const before = await tx<{ id: number; version: number; state: string }[]>`
      select distinct config_sets.id, version, config_sets.state from config_sets
      join config_targets on set_id = config_sets.id where site = any(${sites})`;
    const open = before.find(({ state }) => state === 'running' || state === 'returning');
    if (open !== undefined) throw new SetError('under-way', String(open.version));
    // The word that takes a set back has the version above it.
    const highest = Math.max(0, ...before.map(({ version }) => version + 1));
    if (set.version <= highest) throw new SetError('older', String(highest));
    await tx`update config_sets set state = 'ended' where state = 'halted' and id = any(${before.map(({ id }) => id)})`;
    const [row] = await tx<{ id: number }[]>`
      insert into config_sets (version, kind, plan, by, why) values (${set.version}, ${set.kind}, ${json(tx, plan)}, ${by}, ${set.why})
      returning id`;
    const order = ordered([...new Set(rows.map(({ id }) => id))], plan.first, set.version);
    const signed = new Map(set.sites.map((each) => [each.site as string, each]));
    const targets = rows.map(({ id, site }) => ({
      ...{ set_id: row?.id, gateway: id, site, place: order.indexOf(id) },
      ...{ signed: signed.get(site)?.signed, withdrawal: signed.get(site)?.withdrawal },
    }));
    await tx`insert into config_targets (set_id, gateway, site, place, signed, withdrawal)
      select * from jsonb_to_recordset(${json(tx, targets)})
        as r(set_id bigint, gateway text, site text, place int, signed jsonb, withdrawal jsonb)`;
    const facts = { kind: set.kind, sites, why: set.why };
    await audit(tx, by, 'configuration-publish', `configuration:${set.version}`, facts);
    const without = sites.filter((site) => !rows.some((each) => each.site === site));
    return { order, without };
  });
}

/** What somebody decides of a set. @throws SetError when there is none, or it is past that */
export async function decide(
  sql: Sql,
  version: number,
  step: Step,
  { by, why }: { by: string; why: string | null },
): Promise<void> {
  await transaction(sql, async (tx) => {
    const [set] = await tx<SetRow[]>`${setColumns(tx)} where version = ${version} order by id desc limit 1 for update`;
    if (set === undefined) throw new SetError('no-set', String(version));
    if (!stepsOf(set.state).includes(step)) throw new SetError('no-step', set.state);
    if (step === 'halt')
      await writeSet(tx, set.id, { ...set, state: 'halted', halt: { code: 'by-hand', by }, wait: null });
    if (step === 'return') await writeSet(tx, set.id, { ...set, state: 'returning', wait: null });
    if (step === 'go') {
      // What is known to be wrong halts it once.
      await tx`update config_targets set excused = true where set_id = ${set.id}
        and (state in ('returned', 'refused') or worse_at is not null) and wave is not null`;
      await tx`update config_targets set offered_at = ${nowOf(tx)} where set_id = ${set.id} and state in ('offered', 'trying')`;
      await writeSet(tx, set.id, { ...set, state: 'running', halt: null });
    }
    await audit(tx, by, `configuration-${step}`, `configuration:${version}`, { why });
  });
}

const nowOf = (query: Query) => query`(extract(epoch from clock_timestamp()) * 1000)::bigint`;
const setColumns = (query: Query) =>
  query`select id, version, kind, state, plan, waves, halt, wait, by, why, at,
    extract(epoch from wave_at)::float8 * 1000 as "waveAt" from config_sets`;
const targetColumns = (query: Query) => query`config_targets.gateway, config_targets.site, wave, config_targets.state,
  config_targets.reason, config_targets.before, offered_at as "offeredAt", settled_at as "settledAt",
  worse_at as "worseAt", excused`;

async function writeSet(tx: Tx, id: number, { state, waves, halt, wait }: Rollout): Promise<void> {
  await tx`update config_sets set state = ${state}, waves = ${waves}, halt = ${halt && json(tx, halt)},
    wait = ${wait && json(tx, wait)}, wave_at = case when waves = ${waves} then wave_at else now() end where id = ${id}`;
}

/**
 * One look at every set that is on its way. A set is locked while it is looked at, so that two workers never begin two waves,
 * and what a killed worker had not committed did not happen.
 */
export async function configurationRound(sql: Sql): Promise<number> {
  return transaction(sql, async (tx) => {
    const sets = await tx<SetRow[]>`${setColumns(tx)} where state in ('running', 'halted', 'returning')
      order by id for update skip locked`;
    for (const set of sets) await look(tx, set);
    return sets.length;
  });
}

async function look(tx: Tx, set: SetRow): Promise<void> {
  const targets = await tx<Target[]>`select ${targetColumns(tx)} from config_targets
    where set_id = ${set.id} order by place, site`;
  const next = turn(set, targets, await factsOf(tx, [...new Set(targets.map(({ gateway }) => gateway))]));
  const changed = next.targets.filter((target, nth) => JSON.stringify(target) !== JSON.stringify(targets[nth]));
  for (const target of changed) await writeTarget(tx, set.id, target);
  if (JSON.stringify(next.set) === JSON.stringify(set)) return;
  await writeSet(tx, set.id, next.set);
  const subject = `configuration:${set.version}`;
  const to = changed.flatMap(({ state, gateway }) => (state === 'offered' ? [gateway] : []));
  if (next.set.waves !== set.waves)
    await audit(tx, 'city', 'configuration-wave', subject, { wave: next.set.waves, gateways: [...new Set(to)] });
  if (next.set.state === set.state) return;
  await audit(tx, 'city', `configuration-${next.set.state}`, subject, { halt: next.set.halt });
}

async function writeTarget(tx: Tx, set: number, target: Target): Promise<void> {
  const { gateway, site, wave, state, reason, before, offeredAt, settledAt, worseAt, excused } = target;
  await tx`update config_targets set wave = ${wave}, state = ${state}, reason = ${reason && json(tx, reason)},
    before = ${before && json(tx, before)}, offered_at = ${offeredAt}, settled_at = ${settledAt}, worse_at = ${worseAt},
    excused = ${excused} where set_id = ${set} and gateway = ${gateway} and site = ${site}`;
}

async function factsOf(tx: Tx, gateways: readonly string[]): Promise<Facts> {
  type Row = { id: string; agreedAgo: number | null; health: CityHealth | null; troubles: number; now: number };
  const rows = await tx<Row[]>`
    select id, health, extract(epoch from clock_timestamp() - agreed_at)::float8 * 1000 as "agreedAgo",
      ${nowOf(tx)} as now,
      (select count(*)::int from states where kind = 'alert' and site = any(gateways.sites) and gateway = gateways.id
        and body->>'hazard' = 'equipment' and jsonb_typeof(body->'closed') = 'null') as troubles
    from gateways where id = any(${[...gateways]})`;
  const seen = rows.map(({ id, agreedAgo, health, troubles }) => {
    const fitness = health === null ? null : fitnessOf(health, troubles);
    return [id, { agreedAgo, fitness, reports: health?.configuration ?? [] }] as const;
  });
  return { now: rows[0]?.now ?? 0, gateways: new Map(seen) };
}

export type Offer = { readonly gateway: string; readonly site: string; readonly id: string };

/** Who is to be handed something, and what by its name; the signed text itself is long. */
export async function openOffers(sql: Sql): Promise<Offer[]> {
  return sql<Offer[]>`
    select gateway, site, config_sets.id || '/' || config_sets.state as id from config_targets
    join config_sets on config_sets.id = set_id
    where (config_sets.state = 'running' and config_targets.state = 'offered')
      or (config_sets.state = 'returning' and config_targets.state in ('offered', 'trying', 'kept', 'replaced'))`;
}

/** The signed text of an offer, as it stands now; undefined when it stands no more. */
export async function offerText(sql: Sql, { gateway, site, id }: Offer): Promise<SignedByKey | undefined> {
  const [set = ''] = id.split('/');
  const [row] = await sql<{ text: SignedByKey }[]>`
    select case when config_sets.state = 'returning' then withdrawal else signed end as text
    from config_targets join config_sets on config_sets.id = set_id
    where set_id = ${Number(set)} and gateway = ${gateway} and site = ${site}
      and config_sets.state in ('running', 'returning')`;
  return row?.text;
}

/** The last sets, the newest first, with the gateways that a reader may see. */
export async function shownSets(sql: Sql, districts: Reader['districts'], limit = 20): Promise<ShownSet[]> {
  const sets = await sql<(SetRow & SetColumns)[]>`${setColumns(sql)} order by id desc limit ${limit}`;
  const rows = await sql<(ShownTarget & { setId: number })[]>`
    select set_id as "setId", ${targetColumns(sql)}, coalesce(district, '') as district from config_targets
    left join gateways on gateways.id = config_targets.gateway
    where set_id = any(${sets.map(({ id }) => id)})
      and (${districts === null} or district = any(${[...(districts ?? [])]})) order by place, config_targets.site`;
  return sets.flatMap((set) => {
    const targets = rows.filter(({ setId }) => setId === set.id).map(({ setId: _, ...target }) => target);
    if (districts === null) return [{ ...set, targets }];
    return targets.length === 0 ? [] : [within({ ...set, targets })];
  });
}

/** Without the names of gateways that its reader does not see. */
function within(set: ShownSet): ShownSet {
  const isSeen = (id: string) => set.targets.some(({ gateway }) => gateway === id);
  const { plan, halt, wait } = set;
  return {
    ...set,
    plan: { ...plan, first: plan.first.filter(isSeen) },
    halt: halt !== null && 'gateway' in halt && !isSeen(halt.gateway) ? null : halt,
    wait: wait?.code === 'first-away' && !wait.gateways.every(isSeen) ? null : wait,
  };
}
