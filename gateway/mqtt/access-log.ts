import type { Clock } from '../../contract/clock.ts';
import type { Tokens } from '../accounts/tokens.ts';
import { type Log, Throttle } from '../log.ts';
import type { Account } from './acl.ts';
import type { Violation } from './packet-size-guard.ts';
import type { Session } from './session.ts';
import type { Connect, Refusal, Served, SignInRules } from './sign-in.ts';

/** Counted since the start, for `/metrics`. */
export type AccessCounts = {
  connects: number;
  refusedConnects: number;
  deferredConnects: number;
  takeovers: number;
  takeoverStorms: number;
  breaches: number;
  refusedFilters: number;
  slowReaders: number;
  messagesIn: number;
  messagesOut: number;
  violations: Record<Violation, number>;
};

export type AccessLogOptions = {
  clock: Pick<Clock, 'monotonic'>;
  log: Log;
  accounts: SignInRules['accounts'] & { readonly tokens: Pick<Tokens, 'has'> };
  served: Served;
};

/**
 * Counts and log lines of access control. One line per minute for each name or address that is refused, so that nobody
 * outside can fill a disk.
 */
export class AccessLog {
  readonly counts: AccessCounts = {
    connects: 0,
    refusedConnects: 0,
    deferredConnects: 0,
    takeovers: 0,
    takeoverStorms: 0,
    breaches: 0,
    refusedFilters: 0,
    slowReaders: 0,
    messagesIn: 0,
    messagesOut: 0,
    violations: { 'not-connect': 0, oversize: 0, 'malformed-length': 0 },
  };
  readonly #options: AccessLogOptions;
  readonly #log: Log;
  readonly #throttle: Throttle;

  constructor(options: AccessLogOptions) {
    this.#options = options;
    this.#log = options.log;
    this.#throttle = new Throttle(options.clock);
  }

  connected(session: Session, account: Account): void {
    this.counts.connects++;
    const seen = { ...idsOf(account), remote: session.socket.remoteAddress };
    if (account.kind === 'token') this.#log.debug(seen, 'reader-connected');
    else this.#log.info(seen, 'agent-connected');
  }

  left(session: Session, account: Account): void {
    const seen = { ...idsOf(account), why: session.why };
    if (account.kind === 'token') this.#log.debug(seen, 'reader-disconnected');
    else this.#log.info(seen, 'agent-disconnected');
  }

  refused(session: Session, connect: Connect, refusal: Refusal): void {
    this.counts.refusedConnects++;
    const [user, clientId] = [this.#nameIn(connect.username), this.#nameIn(connect.clientId)];
    const remote = session.socket.remoteAddress;
    // Names cost nothing to make up, so those that no account has share the line of their address.
    const whose = user === '?' ? `from ${remote}` : user;
    // A line for each new reason. Only how it begins counts, since a stranger may make up the figures behind.
    this.#warn(
      `connect ${whose} ${refusal.why.slice(0, 24)}`,
      { user, clientId, remote, why: refusal.why },
      'connect-refused',
    );
  }

  /** A client that speaks another version is answered by the library, before anybody looks at who it is. */
  refusedVersion(session: Session, version: number): void {
    this.counts.refusedConnects++;
    const remote = session.socket.remoteAddress;
    const why = `speaks MQTT version ${version === 5 ? '5' : `level ${version}`}, and 3.1.1 is spoken here: set the client to 3.1.1 (level 4)`;
    session.why = why;
    this.#warn(`version ${remote}`, { remote, why }, 'connect-refused');
  }

  /** `key`: whose line it is; '' is the one of the whole broker. */
  deferred(session: Session, account: Account, { key, why }: { key: string; why: string }): void {
    this.counts.deferredConnects++;
    const remote = session.socket.remoteAddress;
    this.#warn(`held back ${key}`, { ...idsOf(account), remote, why }, 'connect-held-back');
  }

  takenOver(previous: Session, key: string): void {
    this.counts.takeovers++;
    const remote = previous.socket.remoteAddress;
    this.#warn(`takeover ${key}`, { ...idsIn(previous), remote }, 'connection-taken-over');
  }

  /** Two boxes with one credential replace each other for ever, and each of them works for moments. */
  storm(previous: Session, key: string): void {
    this.#throttle.pass(`storm ${key}`, () => {
      this.counts.takeoverStorms++;
      const why = 'its connections drive each other out: two boxes with one credential? give each its own';
      this.#log.warn({ ...idsIn(previous), remote: previous.socket.remoteAddress, why }, 'takeover-storm');
    });
  }

  breach(session: Session, topic: string): void {
    this.counts.breaches++;
    this.#warn(`publish ${who(session)}`, { ...idsIn(session), topic: cut(topic) }, 'publish-refused');
  }

  refusedFilter(session: Session, filter: string): void {
    this.counts.refusedFilters++;
    this.#warn(`filter ${who(session)}`, { ...idsIn(session), filter: cut(filter) }, 'subscribe-refused');
  }

  violation(session: Session, violation: Violation): void {
    this.counts.violations[violation]++;
    this.#warn(`packet ${violation} ${who(session)}`, { ...idsIn(session), violation }, 'packet-refused');
  }

  #warn(key: string, seen: object, event: string): void {
    this.#throttle.pass(key, (held) => this.#log.warn({ ...seen, held }, event));
  }

  /** The name of an agent or a token. What else was given may be a password that went into the wrong field. */
  #nameIn(text = ''): string {
    const { accounts, served } = this.#options;
    const isServed = [...served.values()].some((agents) => [...agents.keys()].some((each) => each === text));
    return isServed || accounts.agents.has(text) || accounts.tokens.has(text) ? text : '?';
  }
}

/** An account as a line names it. */
export function idsOf(account: Account): object {
  return account.kind === 'agent' ? { site: account.site, agent: account.agent } : { token: account.name };
}

function idsIn(session: Session): object {
  return session.login === null ? { remote: session.socket.remoteAddress } : idsOf(session.login.account);
}

function who(session: Session): string {
  return session.login?.key ?? session.socket.remoteAddress ?? 'unknown';
}

/** What an unauthenticated client sent, short enough for a log. */
const cut = (text: string) => text.slice(0, 128);
