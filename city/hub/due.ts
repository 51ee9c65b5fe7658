import { createHash } from 'node:crypto';
import type { Entity } from '../ngsi-ld/model.ts';

/** What a hub is to be told next. Pure. */

/** What a hub holds of an entity, as far as it said so. Epoch ms. */
export type Told = {
  /** Of what it took last; null: it took nothing yet. */
  readonly digest: string | null;
  readonly sentAt: number | null;
  /** How often in a row it was not taken, and when it is tried again. */
  readonly tries: number;
  readonly nextAt: number | null;
  readonly error: string | null;
};

export type Due = {
  readonly upserts: readonly { readonly entity: Entity; readonly digest: string }[];
  /** Ids that are no more. */
  readonly deletes: readonly string[];
};

/** Times by themselves are no news: an entity is said again with a new one after this. */
export const refreshMs = 60_000;

/**
 * What differs from what the hub took, and what it took so long ago that its age would look like silence. News first, and
 * alerts before all. What was refused waits for its time.
 */
export function dueOf(entities: readonly Entity[], told: ReadonlyMap<string, Told>, now: number): Due {
  const isWaiting = (id: string) => (told.get(id)?.nextAt ?? 0) > now;
  const found = entities.flatMap((entity) => {
    const { id } = entity;
    if (isWaiting(id)) return [];
    const digest = digestOf(entity);
    const known = told.get(id);
    const isNews = known?.digest !== digest;
    if (!isNews && (known.sentAt ?? 0) > now - refreshMs) return [];
    return [{ entity, digest, rank: isNews ? (id.includes(':Alert:') ? 0 : 1) : 2 }];
  });
  const ids = new Set(entities.map(({ id }) => id));
  return {
    upserts: found.sort((a, b) => a.rank - b.rank),
    deletes: [...told.keys()].filter((id) => !ids.has(id) && !isWaiting(id)),
  };
}

const clocks = new Set(['observedAt', 'observationDateTime', 'timeInstant']);

/** Of everything but the time for which it holds. */
export function digestOf(entity: Entity): string {
  const text = JSON.stringify(entity, (name, value) => (clocks.has(name.replace(/^.*[/:]/, '')) ? undefined : value));
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

const firstWaitMs = 1000;
const mostWaitMs = 300_000;

/** Twice as long after each failure, up to five minutes, a little unlike others'. `random`: 0–1. */
export function waitMs(tries: number, random: number): number {
  const most = Math.min(mostWaitMs, firstWaitMs * 2 ** Math.min(tries - 1, 20));
  return Math.round(most * (0.75 + random / 4));
}

const mostEntities = 100;
const mostBytes = 500_000;

/** In batches that a hub takes: at most 100 entities and about 500 kB. Each entity is in one of them. */
export function batchesOf<T extends { readonly text: string }>(items: readonly T[]): T[][] {
  const batches: T[][] = [];
  let bytes = 0;
  for (const item of items) {
    const last = batches.at(-1);
    const size = Buffer.byteLength(item.text);
    if (last === undefined || last.length >= mostEntities || bytes + size > mostBytes) {
      batches.push([item]);
      bytes = size;
    } else {
      last.push(item);
      bytes += size;
    }
  }
  return batches;
}
