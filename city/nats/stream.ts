import type { JetStreamManager } from '@nats-io/jetstream';
import { allCitySubjects, type CityLane, cityStream, laneSubjects } from '../../contract/city-carrier.ts';

export type StreamOptions = {
  /** Whose consumer is made. */
  lane: CityLane;
  /** Servers that keep a copy; 3 where the cluster has three. */
  replicas: number;
  /** What the stream may hold, bytes: well below the disk. */
  maxBytes: number;
};

const ns = (ms: number) => ms * 1_000_000;

/**
 * No longer than workers may need: a gateway that heard no word within 30 s sends again. So what is here longer than this is
 * here twice, or has been taken.
 */
const maxAgeMs = 120_000;
/** Less than a gateway waits for the word, so that another worker takes over what one had when it was killed. */
const ackWaitMs = 8000;

export const consumerOf = (lane: CityLane) => `workers-${lane}`;

/**
 * Makes the stream and a lane's consumer, or gives it these limits. All workers do so when they start and whenever it is
 * gone: nothing of it needs to be kept. @throws what the server answers
 */
export async function ensureStream(
  manager: JetStreamManager,
  { lane, replicas, maxBytes }: StreamOptions,
): Promise<void> {
  const { AckPolicy, DiscardPolicy, RetentionPolicy, StorageType } = await import('./library.ts');
  const limits = {
    subjects: [allCitySubjects],
    max_bytes: maxBytes,
    max_age: ns(maxAgeMs),
    duplicate_window: ns(maxAgeMs),
    // A full stream tells the gateway, which keeps what it has; the other way is to drop what nobody has taken.
    discard: DiscardPolicy.New,
    num_replicas: replicas,
  };
  const fixed = { name: cityStream, retention: RetentionPolicy.Limits, storage: StorageType.File };
  const known = await manager.streams.info(cityStream).catch(missing);
  if (known === null) await manager.streams.add({ ...fixed, ...limits });
  else if (known.config.max_bytes !== maxBytes || known.config.num_replicas !== replicas)
    await manager.streams.update(cityStream, limits);
  // The same again changes nothing.
  await manager.consumers.add(cityStream, {
    durable_name: consumerOf(lane),
    filter_subject: laneSubjects(lane),
    ack_policy: AckPolicy.Explicit,
    ack_wait: ns(ackWaitMs),
    max_ack_pending: 10_000,
    num_replicas: replicas,
  });
}

/** Null where there is none; anything else is thrown on. */
function missing(error: unknown): null {
  if (error instanceof Error && /not found/i.test(error.message)) return null;
  throw error;
}
