import { CityError } from './carrier.ts';

/**
 * Names that the NATS library gives its errors. They are compared by name, since the library is loaded with the first batch
 * and its classes are not at hand before.
 */
const refusals: ReadonlySet<string> = new Set([
  'AuthorizationError',
  'UserAuthenticationExpiredError',
  'PermissionViolationError',
]);
/** The stream answered and did not store: it is full, short of something, or without a leader. */
const unstored = 'JetStreamApiError';

/** What the NATS library threw, as it counts for a batch; whatever is not known here is a way that is broken. */
export function errorOf(error: unknown): CityError {
  if (error instanceof CityError) return error;
  if (!(error instanceof Error)) return new CityError('unreachable', `NATS: ${String(error)}`);
  const names = [error, error.cause].flatMap((each) => (each instanceof Error ? [each.name] : []));
  const isRefused = names.some((name) => refusals.has(name));
  const code = isRefused ? 'refused' : names.includes(unstored) ? 'busy' : 'unreachable';
  return new CityError(code, `NATS: ${error.message}`, { cause: error });
}
