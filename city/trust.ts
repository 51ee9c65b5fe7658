import type { CityBatch } from '../contract/city.ts';

/** A gateway as the city knows it. */
export type KnownGateway = { readonly id: string; readonly sites: readonly string[] };

/** Why a batch is not taken; nothing of it is then. */
export type Distrust = { readonly code: 'other-gateway' } | { readonly code: 'other-site'; readonly site: string };

/**
 * Why a batch is refused; null when it is taken. A gateway may send records of itself and of the sites that it was registered
 * with, and of no others. It does not matter who delivered the batch. Pure.
 */
export function distrust(gateway: KnownGateway, batch: CityBatch): Distrust | null {
  if (batch.gateway !== gateway.id) return { code: 'other-gateway' };
  const sites = new Set(gateway.sites);
  for (const { site } of batch.messages) if (!sites.has(site)) return { code: 'other-site', site };
  for (const { items } of batch.records)
    for (const { site } of items) if (!sites.has(site)) return { code: 'other-site', site };
  return null;
}
