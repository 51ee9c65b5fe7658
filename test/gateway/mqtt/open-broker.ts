import { systemClock } from '../../../contract/clock.ts';
import { silentLog } from '../../../gateway/log.ts';
import { AccessControl } from '../../../gateway/mqtt/access-control.ts';
import { Broker } from '../../../gateway/mqtt/broker.ts';
import { login } from '../../../gateway/mqtt/session.ts';
import { noCertificates } from '../ca/own-ca.ts';

/**
 * Our broker as it is, sockets, guard, fan-out and limits, without access control: anyone may connect, publish everything
 * and subscribe to everything but one filter. For interoperability suites, which bring topics and sessions that our access
 * control refuses. A process of its own, since it changes the class for everyone in it:
 *
 *     node test/gateway/mqtt/open-broker.ts [port]
 *
 * Prints where it listens as one line of JSON; ends with its standard input.
 */

/** Suites ask for a filter that is refused, to see SUBACK 0x80. */
const refusedFilter = 'test/nosubscribe';

AccessControl.prototype.signIn = (session, connect) => {
  session.login = login({ kind: 'token', name: 'anyone', scopes: [], sites: [] }, connect.clientId);
  session.guard.loggedIn();
  return { ok: true, key: connect.clientId };
};
// Later, as the real one does, whose answer waits for the commit.
AccessControl.prototype.publish = (_session, _packet, _closed, done) => void setImmediate(() => done(null));
AccessControl.prototype.subscribe = (session, filter, qos) => {
  session.filters.set(filter, qos);
  return filter !== refusedFilter;
};
AccessControl.prototype.forward = () => true;

const nobody = () => undefined;
const broker = await Broker.listen({
  clock: systemClock,
  log: silentLog,
  accounts: { agents: { check: nobody, has: () => false }, tokens: { check: nobody, has: () => false } },
  certificates: noCertificates,
  served: new Map(),
  fleet: {
    connected: nobody,
    disconnected: nobody,
    isCurrent: () => false,
    retained: () => [],
    unsaid: nobody,
  },
  ingest: { submit: (_incoming, done) => done(null) },
  bind: '127.0.0.1',
  port: Number(process.argv[2] ?? 0),
});
process.stdout.write(`${JSON.stringify({ port: broker.port })}\n`);
process.stdin.resume().on('end', async () => {
  await broker.close();
  process.exit(0);
});
