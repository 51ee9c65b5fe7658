import { createHash, randomBytes } from 'node:crypto';
import type { KnownGateway } from '../trust.ts';
import { json, type Query, type Sql } from './database.ts';
import { transaction } from './transaction.ts';

export const hashOf = (secret: string) => createHash('sha256').update(secret).digest('hex');

/**
 * What a gateway shows: a token, or the SHA-256 of its certificate as `AB:CD:…`. `attested`: NATS let it write where only this
 * gateway may.
 */
export type Proof = { readonly token: string } | { readonly certificate: string } | { readonly attested: string };

/** Says what a district is called on English pages; null: as it is. */
export async function nameDistrict(
  sql: Sql,
  { name, english, by }: { name: string; english: string | null; by: string },
): Promise<void> {
  await transaction(sql, async (tx) => {
    if (english === null) await tx`delete from districts where name = ${name}`;
    else
      await tx`insert into districts (name, english) values (${name}, ${english})
        on conflict (name) do update set english = excluded.english`;
    await audit(tx, by, 'district-name', `district:${name}`, { english });
  });
}

/** English names of districts that have one. */
export async function districtNames(sql: Sql): Promise<Map<string, string>> {
  const rows = await sql<{ name: string; english: string }[]>`select name, english from districts`;
  return new Map(rows.map(({ name, english }) => [name, english]));
}

/** Enters a gateway, or gives it another proof and other sites. The token is stored hashed and given this once. */
export async function addGateway(
  sql: Sql,
  of: {
    id: string;
    sites: readonly string[];
    district: string;
    certificate: string | null;
    /** Its public nkey (U…), for NATS. */
    nkey?: string | null;
    by: string;
  },
): Promise<{ token: string | null }> {
  const { nkey = null } = of;
  const token = of.certificate === null && nkey === null ? `jcg_${randomBytes(32).toString('base64url')}` : null;
  await transaction(sql, async (tx) => {
    await tx`insert into gateways (id, sites, district, token_hash, certificate, nkey)
      values (${of.id}, ${[...of.sites]}, ${of.district}, ${token && hashOf(token)}, ${of.certificate}, ${nkey})
      on conflict (id) do update set sites = excluded.sites, district = excluded.district,
        token_hash = excluded.token_hash, certificate = excluded.certificate, nkey = excluded.nkey,
        removed_at = null`;
    await audit(tx, of.by, 'gateway-add', `gateway:${of.id}`, { sites: [...of.sites], district: of.district });
  });
  return { token };
}

/** Its rows stay; it may say nothing more. False when there is none. */
export async function removeGateway(sql: Sql, id: string, by: string): Promise<boolean> {
  return transaction(sql, async (tx) => {
    const gone = await tx`update gateways set removed_at = now(), token_hash = null, certificate = null, nkey = null
      where id = ${id} and removed_at is null returning id`;
    if (gone.length > 0) await audit(tx, by, 'gateway-remove', `gateway:${id}`, {});
    return gone.length > 0;
  });
}

/** Who shows this; null when nobody does. */
export async function gatewayBy(sql: Sql, proof: Proof): Promise<KnownGateway | null> {
  if ('attested' in proof) {
    const [row] = await sql<KnownGateway[]>`select id, sites from gateways
      where id = ${proof.attested} and nkey is not null and removed_at is null`;
    return row ?? null;
  }
  const rows =
    'token' in proof
      ? await sql<
          KnownGateway[]
        >`select id, sites from gateways where token_hash = ${hashOf(proof.token)} and removed_at is null`
      : await sql<
          KnownGateway[]
        >`select id, sites from gateways where certificate = ${proof.certificate} and removed_at is null`;
  return rows[0] ?? null;
}

/** Gateways that hand on over NATS, with what its server needs to know of them. */
export async function natsGateways(sql: Sql): Promise<(KnownGateway & { readonly nkey: string })[]> {
  return sql<(KnownGateway & { nkey: string })[]>`select id, sites, nkey from gateways
    where nkey is not null and removed_at is null order by id`;
}

export type Scope = 'read' | 'operate';
/** Somebody of the city. `districts`: those that he may see; `operates`: of these, where he may act; null: all. */
export type Reader = {
  readonly name: string;
  readonly scope: Scope;
  readonly districts: readonly string[] | null;
  readonly operates: readonly string[] | null;
};

/** Whether somebody may ask for something in a district. Pure. */
export function mayOperate({ scope, districts, operates }: Reader, district: string): boolean {
  const isIn = (list: readonly string[] | null) => list === null || list.includes(district);
  return scope === 'operate' && isIn(districts) && isIn(operates);
}

export async function addToken(sql: Sql, of: Reader & { readonly by: string }): Promise<string> {
  const token = `jct_${randomBytes(32).toString('base64url')}`;
  await transaction(sql, async (tx) => {
    const list = (names: readonly string[] | null) => (names === null ? null : [...names]);
    const [districts, operates] = [list(of.districts), list(of.operates)];
    await tx`insert into tokens (name, hash, scope, districts, operates)
      values (${of.name}, ${hashOf(token)}, ${of.scope}, ${districts}, ${operates})
      on conflict (name) do update set hash = excluded.hash, scope = excluded.scope, districts = excluded.districts,
        operates = excluded.operates`;
    await audit(tx, of.by, 'token-add', `token:${of.name}`, { scope: of.scope, districts, operates });
  });
  return token;
}

export async function readerBy(sql: Sql, token: string): Promise<Reader | null> {
  const [row] = await sql<Reader[]>`select name, scope, districts, operates from tokens where hash = ${hashOf(token)}`;
  return row ?? null;
}

export type AuditRow = {
  readonly at: Date;
  readonly by: string;
  readonly action: string;
  readonly subject: string;
  readonly facts: object;
};

/** The last entries, the newest first. */
export async function auditRows(sql: Sql, limit: number): Promise<AuditRow[]> {
  return sql<AuditRow[]>`select at, by, action, subject, facts from audit order by id desc limit ${limit}`;
}

export async function audit(sql: Query, by: string, action: string, subject: string, facts: object): Promise<void> {
  await sql`insert into audit (by, action, subject, facts) values (${by}, ${action}, ${subject}, ${json(sql, facts)})`;
}
