import type { Migration } from './migrations.ts';

/**
 * The city's tables. Times are epoch ms of the gateway's clock unless they end in `_at`, which are the database's own.
 *
 * A message is taken once: `messages` is unique by (epoch, seq) within the day in which its gateway received it, which never
 * changes. Readings follow in the same transaction, so they need no index of their own: BRIN by time, and a partition a day.
 */
export const schema: readonly Migration[] = [
  {
    worksWith: 1,
    sql: `
    create table gateways (
      id text primary key,
      sites text[] not null,
      district text not null default '',
      token_hash text unique,
      certificate text unique,
      added_at timestamptz not null default now(),
      removed_at timestamptz,
      agreed_at timestamptz,
      health jsonb,
      health_at timestamptz,
      conflicts bigint not null default 0,
      refused bigint not null default 0,
      duplicates bigint not null default 0
    );
    create table tokens (
      name text primary key, hash text not null unique, scope text not null check (scope in ('read', 'operate')),
      districts text[], added_at timestamptz not null default now());
    create table audit (
      id bigint generated always as identity primary key, at timestamptz not null default now(),
      by text not null, action text not null, subject text not null, facts jsonb not null);

    create table epochs (
      id int generated always as identity primary key,
      site text not null, agent text not null, name text not null, start int not null,
      unique (site, agent, name));
    create table series (
      id int generated always as identity primary key,
      site text not null, device text not null, point text not null,
      unique (site, device, point));

    create table messages (
      received bigint not null, epoch int not null, seq bigint not null,
      gateway text not null, digest bigint not null, readings int not null,
      primary key (epoch, seq, received)
    ) partition by range (received);
    create table readings (
      at bigint not null, series int not null, epoch int not null, seq bigint not null,
      value double precision, said text, fault smallint not null, flags smallint not null
    ) partition by range (at);
    create index on readings using brin (at) with (pages_per_range = 32);
    create table odd_readings (
      at bigint not null, series int not null, epoch int not null, seq bigint not null,
      value double precision, said text, fault smallint not null, flags smallint not null);

    -- Messages that came with the identity of another one: a cloned card, an outbox that was put back. Kept to be looked at.
    create table clashes (
      id bigint generated always as identity primary key, at timestamptz not null default now(),
      gateway text not null, message jsonb not null);

    create table dirty (id bigint generated always as identity primary key, hour bigint not null, epoch int not null);
    create table hours (
      series int not null, hour bigint not null,
      readings int not null, good int not null,
      low double precision, high double precision, sum double precision not null,
      made_at timestamptz not null default now(),
      primary key (hour, series));

    create table records (
      gateway text not null, epoch text not null, seq bigint not null, start int not null,
      kind text not null, site text not null, key text not null, at bigint not null, body jsonb,
      taken_at timestamptz not null default now(),
      primary key (gateway, epoch, seq));
    create index on records using brin (taken_at);
    create table states (
      kind text not null, site text not null, key text not null,
      gateway text not null, start int not null, seq bigint not null, at bigint not null, body jsonb,
      primary key (kind, site, key));
    create table stays (
      site text not null, id text not null, lot text not null, space text not null,
      from_at bigint not null, to_at bigint, version int not null, state text not null, simulated boolean not null,
      primary key (site, id));
    create index on stays (site, lot, from_at);
    create table asks (
      id text primary key, site text not null, alert text not null, version int not null,
      by text not null, said text not null, asked_at timestamptz not null default now(),
      done_at timestamptz, outcome text);
    create index on asks (site) where done_at is null;
    `,
  },
  {
    worksWith: 1,
    sql: `
    -- Districts in which somebody may act; null: every one that he may see.
    alter table tokens add column operates text[];
    -- The history of one lot, space, device or alert.
    create index on records (site, kind, key, at);
    -- What a hub holds of each entity: the digest of what it took last, or why it did not take it.
    create table hub_entities (
      hub text not null, id text not null, digest text, sent_at timestamptz,
      tries int not null default 0, next_at timestamptz, error text,
      primary key (hub, id));
    -- Events that were posted to the integrated platform: each CAP message once.
    create table platform_events (
      identifier text primary key, site text not null, done_at timestamptz,
      tries int not null default 0, next_at timestamptz, error text);
    `,
  },
  {
    worksWith: 1,
    sql: `alter table gateways add column nkey text unique;`,
  },
  {
    worksWith: 1,
    sql: `
    -- How it stood, looked at once a minute: what was unknown then is in no sum but the number of looks.
    create table looks (minute bigint primary key);
    create table site_hours (
      hour bigint not null, site text not null,
      lots bigint not null, lots_known bigint not null, free bigint not null, occupied bigint not null,
      devices bigint not null, devices_known bigint not null, devices_available bigint not null,
      primary key (hour, site));
    `,
  },
  {
    worksWith: 1,
    sql: `
    -- Configuration on its way to gateways: what was published, and how far each gateway is with it. The texts were signed elsewhere.
    create table config_sets (
      id bigint generated always as identity primary key, version bigint not null,
      kind text not null, state text not null default 'running', plan jsonb not null, waves int not null default 0,
      halt jsonb, wait jsonb, by text not null, why text,
      at bigint not null default (extract(epoch from clock_timestamp()) * 1000)::bigint, wave_at timestamptz);
    create table config_targets (
      set_id bigint not null references config_sets, gateway text not null, site text not null, place int not null,
      wave int, state text not null default 'waiting', reason jsonb, before jsonb,
      offered_at bigint, settled_at bigint, worse_at bigint, excused boolean not null default false,
      signed jsonb not null, withdrawal jsonb not null,
      primary key (set_id, gateway, site));
    `,
  },
  {
    worksWith: 1,
    sql: `
    -- A program that knows this step writes digests as those before it did for a day, so that they may go on beside it.
    comment on column messages.digest is 'below 2^32: the CRC of its JSON, as programs before step 6 make it; above: a hash of its numbers';
    `,
  },
  {
    worksWith: 1,
    sql: `
    -- What a district is called on English pages; where nothing stands, as it is.
    create table districts (name text primary key, english text not null);
    `,
  },
];
