/** What speaks NATS, loaded with the first batch: by name, since a bundle cannot tell the names of CommonJS that is imported lazily. */
export { jetstream } from '@nats-io/jetstream';
export { connect, nkeyAuthenticator, nkeys, PermissionViolationError } from '@nats-io/transport-node';
