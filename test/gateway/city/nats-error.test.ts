import { JetStreamApiError } from '@nats-io/jetstream';
import { AuthorizationError, NoRespondersError, PermissionViolationError, TimeoutError } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { CityError } from '../../../gateway/city/carrier.ts';
import { errorOf } from '../../../gateway/city/nats-error.ts';

// As nats-server 2.9.10 answers a stream of `discard: new` that is full.
const full = { err_code: 10077, code: 503, description: 'maximum bytes exceeded' };

test.each([
  ['wrong credentials', new AuthorizationError('Authorization Violation'), 'refused'],
  [
    'a subject of somebody else',
    new PermissionViolationError('Permissions Violation for Publish to "x"', 'publish', 'x'),
    'refused',
  ],
  ['the same behind a request', new Error('request', { cause: new AuthorizationError('') }), 'refused'],
  ['a stream that is full', new JetStreamApiError(full), 'busy'],
  ['a word that did not come', new TimeoutError(), 'unreachable'],
  ['nobody who listens', new NoRespondersError('x'), 'unreachable'],
  ['a text that only speaks of it', new Error('authentication timeout: maximum bytes'), 'unreachable'],
  ['no error at all', 'closed', 'unreachable'],
])('%s', (_, error, code) => {
  expect(errorOf(error)).toMatchObject({ code });
});

test('what is an answer of the city already stays what it is', () => {
  const error = new CityError('busy', 'the city: later');
  expect(errorOf(error)).toBe(error);
});
