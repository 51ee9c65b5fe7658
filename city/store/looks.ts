import type { SiteLook } from '../pages/look.ts';
import type { Sql } from './database.ts';
import { transaction } from './transaction.ts';

/** Adds one look at all sites to its hour; false when another worker has looked in this minute. */
export async function keepLook(sql: Sql, at: number, looks: readonly SiteLook[]): Promise<boolean> {
  return transaction(sql, async (tx) => {
    const minute = Math.floor(at / 60_000);
    const first = await tx`insert into looks (minute) values (${minute}) on conflict do nothing returning minute`;
    if (first.length === 0) return false;
    const of = (key: Exclude<keyof SiteLook, 'site'>) => looks.map((look) => look[key]);
    await tx`
      insert into site_hours as old (hour, site, lots, lots_known, free, occupied, devices, devices_known, devices_available)
      select ${Math.floor(minute / 60)}, * from unnest(${looks.map(({ site }) => site)}::text[], ${of('lots')}::bigint[],
        ${of('lotsKnown')}::bigint[], ${of('free')}::bigint[], ${of('occupied')}::bigint[], ${of('devices')}::bigint[],
        ${of('devicesKnown')}::bigint[], ${of('devicesAvailable')}::bigint[])
      on conflict (hour, site) do update set lots = old.lots + excluded.lots, lots_known = old.lots_known + excluded.lots_known,
        free = old.free + excluded.free, occupied = old.occupied + excluded.occupied, devices = old.devices + excluded.devices,
        devices_known = old.devices_known + excluded.devices_known,
        devices_available = old.devices_available + excluded.devices_available`;
    await tx`delete from looks where minute < ${minute - 120}`;
    return true;
  });
}
