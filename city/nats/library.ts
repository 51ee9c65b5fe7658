/** What speaks NATS, loaded by workers that are given its servers: by name, since a bundle cannot tell the names of CommonJS that is imported lazily. */
export {
  AckPolicy,
  DiscardPolicy,
  jetstream,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
} from '@nats-io/jetstream';
export { connect, nkeyAuthenticator, nkeys } from '@nats-io/transport-node';
