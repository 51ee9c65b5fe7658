import type { Entity } from '../ngsi-ld/model.ts';
import { type Hub, HubError, type Taken } from './client.ts';
import { batchesOf, dueOf, type Told, waitMs } from './due.ts';

/** Where it stands what a hub took. */
export type ToldTable = {
  read(): Promise<Map<string, Told>>;
  /** What changed; null: forget it. */
  write(changes: ReadonlyMap<string, Told | null>): Promise<void>;
};

export type PushOptions = {
  hub: Hub;
  table: ToldTable;
  entities(): Promise<readonly Entity[]>;
  /** An entity as it is sent. */
  textOf(entity: Entity): string;
  now(): number;
  /** 0–1. */
  random(): number;
};

export type Pushed = {
  readonly taken: number;
  readonly refused: number;
  readonly deleted: number;
  readonly error: string | null;
};

type Item = { readonly id: string; readonly text: string; readonly digest: string };

/**
 * Brings a hub to what the city holds: each round compares both, so nothing is queued and nothing can be lost by a restart.
 * What a hub took is written after its answer; a kill in between sends the same again.
 */
export class Pusher {
  readonly #options: PushOptions;
  #failures = 0;
  #notBefore = 0;

  constructor(options: PushOptions) {
    this.#options = options;
  }

  /** One round. Never throws for what the hub does. */
  async round(): Promise<Pushed> {
    const { table, entities, textOf, now } = this.#options;
    const counts = { taken: 0, refused: 0, deleted: 0 };
    if (now() < this.#notBefore) return { ...counts, error: null };
    const told = await table.read();
    const { upserts, deletes } = dueOf(await entities(), told, now());
    const items = upserts.map(({ entity, digest }) => ({ id: entity.id, text: textOf(entity), digest }));
    try {
      for (const batch of batchesOf(items)) {
        const { taken, refused } = await this.#upsert(batch, told);
        counts.taken += taken.size;
        counts.refused += refused.size;
      }
      for (const batch of batchesOf(deletes.map((id) => ({ id, text: id })))) {
        const { taken } = await this.#remove(
          batch.map(({ id }) => id),
          told,
        );
        counts.deleted += taken.size;
      }
    } catch (error) {
      if (!(error instanceof HubError)) throw error;
      this.#failures++;
      this.#notBefore = now() + (error.retryMs ?? waitMs(this.#failures, this.#options.random()));
      return { ...counts, error: error.message };
    }
    this.#failures = 0;
    return { ...counts, error: null };
  }

  /** A batch that is refused as a whole is halved, until the entity that it is for stands alone. */
  async #upsert(batch: readonly Item[], told: ReadonlyMap<string, Told>): Promise<Taken> {
    try {
      const result = await this.#options.hub.upsert(batch);
      await this.#write(batch, result, told);
      return result;
    } catch (error) {
      if (!(error instanceof HubError) || error.kind !== 'batch') throw error;
      const [only] = batch;
      if (batch.length === 1 && only !== undefined) {
        const result = { taken: new Set<string>(), refused: new Map([[only.id, error.message]]) };
        await this.#write(batch, result, told);
        return result;
      }
      const middle = Math.ceil(batch.length / 2);
      const [a, b] = [await this.#upsert(batch.slice(0, middle), told), await this.#upsert(batch.slice(middle), told)];
      return { taken: a.taken.union(b.taken), refused: new Map([...a.refused, ...b.refused]) };
    }
  }

  async #write(batch: readonly Item[], { taken, refused }: Taken, told: ReadonlyMap<string, Told>): Promise<void> {
    const at = this.#options.now();
    const changes = batch.map(({ id, digest }): [string, Told] => {
      if (taken.has(id)) return [id, { digest, sentAt: at, tries: 0, nextAt: null, error: null }];
      return [id, this.#failed(told.get(id), refused.get(id) ?? '', at)];
    });
    await this.#options.table.write(new Map(changes));
  }

  async #remove(ids: readonly string[], told: ReadonlyMap<string, Told>): Promise<Taken> {
    const { hub, table, now } = this.#options;
    const result = await hub.remove(ids).catch((error: unknown) => {
      if (!(error instanceof HubError) || error.kind !== 'batch') throw error;
      return { taken: new Set<string>(), refused: new Map(ids.map((id) => [id, error.message])) };
    });
    const changes = ids.map((id): [string, Told | null] =>
      result.taken.has(id) ? [id, null] : [id, this.#failed(told.get(id), result.refused.get(id) ?? '', now())],
    );
    await table.write(new Map(changes));
    return result;
  }

  #failed(before: Told | undefined, error: string, at: number): Told {
    const tries = (before?.tries ?? 0) + 1;
    const { digest = null, sentAt = null } = before ?? {};
    return { digest, sentAt, tries, nextAt: at + waitMs(tries, this.#options.random()), error };
  }
}
