import type { Clock } from '../../contract/clock.ts';
import type { AgentId, SiteId } from '../../contract/ids.ts';
import { type AgentTopic, tryCertificateTopic } from '../../contract/topics.ts';
import type { AgentCertificates } from '../ca/agent-certificates.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Log } from '../log.ts';
import type { Fleet } from '../state/fleet.ts';
import { type AccessCounts, AccessLog, type AccessLogOptions, idsOf } from './access-log.ts';
import { type Account, isRetained, mayHear, maySubscribe } from './acl.ts';
import { allBacklogs, isTooFarBehind } from './backlog.ts';
import { ConnectRateLimit, type ConnectRateLimits } from './connect-rate-limit.ts';
import type { QoS } from './granted.ts';
import type { Violation } from './packet-size-guard.ts';
import { Renewals, type RenewalsOptions } from './renewals.ts';
import { login, type Session, Sessions } from './session.ts';
import { type Connect, judgeConnect, type Refusal, type Served, type SignInRules } from './sign-in.ts';

export type AccessControlOptions = {
  clock: Clock;
  log: Log;
  accounts: AccessLogOptions['accounts'];
  certificates: SignInRules['certificates'] & RenewalsOptions['certificates'] & Pick<AgentCertificates, 'used'>;
  served: Served;
  fleet: Pick<Fleet, 'connected' | 'disconnected' | 'isCurrent'>;
  ingest: Pick<Ingest, 'submit'>;
  /** What is accepted is on disk. Where it is not, readings are heard and not acknowledged; true. */
  keeps?: boolean;
  /** An agent's connection has ended, its will spoken or not. */
  onAgentGone(site: SiteId, agent: AgentId): void;
  say: RenewalsOptions['say'];
  /** Bytes that may wait for a reader before it is cut off; for all together four times as many, of memory. */
  maxBacklogBytes: number;
  /** In place of what is usual. */
  connectRate?: Partial<ConnectRateLimits>;
};

type Publish = { topic: string; payload: string | Buffer; retain: boolean; qos: number };

const maxFilters = 64;

/**
 * Decides, for each connection, what the broker asks: may it come in, say this, hear that. Knows nothing of the broker
 * library; every answer is given at once except that of `publish`, which waits for the commit.
 */
export class AccessControl {
  readonly #options: AccessControlOptions;
  readonly #log: AccessLog;
  readonly #sessions = new Sessions();
  readonly #connectRate: ConnectRateLimit;
  readonly #rules: SignInRules;
  readonly #renewals: Renewals;
  #closing = false;

  constructor(options: AccessControlOptions) {
    this.#options = options;
    this.#log = new AccessLog(options);
    this.#renewals = new Renewals(options);
    this.#connectRate = new ConnectRateLimit(options.connectRate);
    this.#rules = {
      accounts: options.accounts,
      certificates: options.certificates,
      served: options.served,
      tokenOn: (clientId) => this.#sessions.tokenOn(clientId),
    };
  }

  get counts(): AccessCounts {
    return this.#log.counts;
  }

  /** Lets the session in, or says why not. An older connection of the same client id and account is cut off. */
  signIn(session: Session, connect: Connect): Refusal | { ok: true; key: string } {
    const result = judgeConnect(connect, this.#rules);
    if (!result.ok) {
      session.why = result.why;
      this.#log.refused(session, connect, result);
      return result;
    }
    const deferred = this.#defer(session, result.account);
    if (deferred !== undefined) return deferred;
    session.slot.authenticated();
    const entering = login(result.account, connect.clientId);
    const previous = this.#sessions.enter(session, entering);
    session.guard.loggedIn();
    // Before the older socket goes: its will must find that it no longer speaks for the agent.
    if (result.account.kind === 'agent') {
      this.#options.fleet.connected(result.account.site, result.account.agent, session);
    }
    this.#log.connected(session, result.account);
    if (previous !== undefined) this.#takeOver(previous, entering.key);
    if (session.presented !== undefined) this.#options.certificates.used(session.presented.fingerprint);
    return { ok: true, key: entering.key };
  }

  /** Notes a client of another version of MQTT, which the broker turns away. */
  refusedVersion(session: Session, version: number): void {
    this.#log.refusedVersion(session, version);
  }

  /**
   * Accepts a message; `done` is called after it is on disk, or with the error for which no acknowledgement may follow.
   * Sets the message's retain flag to what its kind asks. `closed` says that the connection has ended, as at a will.
   */
  publish(session: Session, packet: Publish, closed: boolean, done: (error: Error | null) => void): void {
    if (packet === session.will && !this.#mayWillSpeak(session, closed)) {
      done(new Error('the will of a connection that no longer speaks for its agent'));
      return;
    }
    const topic = session.login?.rights.try(packet.topic);
    if (topic === undefined) {
      session.why ??= 'published where it may not';
      this.#log.breach(session, packet.topic);
      done(new Error('not allowed to publish there'));
      return;
    }
    this.counts.messagesIn++;
    if (topic.kind === 'certificate' || topic.kind === 'certificate-request') {
      withhold(packet);
      this.#renewals.request(session, topic, bytesOf(packet.payload));
      done(null);
      return;
    }
    packet.retain = this.#keeps(topic);
    this.#options.ingest.submit({ topic, payload: bytesOf(packet.payload) }, (error, isRefused) => {
      if (isRefused) withhold(packet);
      // The library acknowledges what came at QoS 1. The agent keeps what has no acknowledgement.
      if (this.#options.keeps === false && topic.kind === 'readings') packet.qos = 0;
      done(error);
    });
  }

  /** Whether the session may subscribe to the filter; remembers that it did. */
  subscribe(session: Session, filter: string, qos: QoS): boolean {
    const account = session.login?.account;
    const known = session.filters.has(filter);
    if (account === undefined || !maySubscribe(account, filter) || (!known && session.filters.size >= maxFilters)) {
      this.#log.refusedFilter(session, filter);
      return false;
    }
    session.filters.set(filter, qos);
    return true;
  }

  /** After the broker has granted the filters. */
  subscribed(session: Session, filters: readonly string[]): void {
    if (filters.some((filter) => tryCertificateTopic(filter) !== undefined)) this.#renewals.tellDue(session);
  }

  /** Tells every agent that is connected by a certificate which is to be renewed. */
  tellDue(): void {
    for (const session of this.#sessions.all()) this.#renewals.tellDue(session);
  }

  unsubscribe(session: Session, filters: readonly string[]): void {
    for (const filter of filters) session.filters.delete(filter);
  }

  /** Whether a message of this topic goes out to the session. Cuts off a reader who has stopped reading. */
  forward(session: Session, topic: string): boolean {
    const account = session.login?.account;
    if (account === undefined || session.socket.destroyed || !mayHear(account, topic)) return false;
    const own = { bytes: session.socket.writableLength, memory: session.backlog.bytes };
    if (isTooFarBehind(own, this.#waiting, this.#options.maxBacklogBytes)) {
      this.counts.slowReaders++;
      this.#end(session, 'reads too slowly');
      return false;
    }
    this.counts.messagesOut++;
    return true;
  }

  /** What is cut off in this moment counts no more, or all would go where one is enough. */
  readonly #waiting = () =>
    allBacklogs(
      this.#sessions
        .all()
        .filter(({ socket }) => !socket.destroyed)
        .map(({ backlog }) => backlog),
    );

  /** Notes a breach of the packet rules; the guard has destroyed the socket already. */
  violation(session: Session, violation: Violation): void {
    session.why ??= violation;
    this.#log.violation(session, violation);
  }

  /** Says goodbye to a session; a second call does nothing. */
  leave(session: Session): void {
    const account = session.login?.account;
    if (account === undefined) return;
    this.#sessions.leave(session);
    session.login = null;
    if (account.kind === 'agent' && !this.#closing) {
      this.#options.fleet.disconnected(account.site, account.agent, session);
      this.#options.onAgentGone(account.site, account.agent);
    }
    this.#log.left(session, account);
  }

  /** Cuts off every connection of an account, as when its credential is replaced. */
  disconnect(account: { kind: 'agent'; site: SiteId; agent: AgentId } | { kind: 'token'; name: string }): void {
    for (const session of this.#sessions.all()) {
      const own = session.login?.account;
      if (own !== undefined && sameAccount(own, account)) this.#end(session, 'its credential has ended');
    }
  }

  /** From now on wills are dropped, and no agent counts as lost: that the gateway goes says nothing of the agents. */
  close(): void {
    this.#closing = true;
  }

  /** After the last socket has closed: nobody speaks for any agent, and nothing is called later. */
  leaveAll(): void {
    for (const session of [...this.#sessions.all()]) this.leave(session);
  }

  #takeOver(previous: Session, key: string): void {
    this.#log.takenOver(previous, key);
    if (this.#connectRate.tookOver(key, this.#options.clock.monotonic())) this.#log.storm(previous, key);
    this.#end(previous, 'a newer connection of the same account');
  }

  /** For right credentials at a time when no more sign-ins are allowed: told to retry later. */
  #defer(session: Session, account: Account): Refusal | undefined {
    const whose = JSON.stringify(idsOf(account));
    const decision = this.#connectRate.ask(whose, this.#options.clock.monotonic());
    if (decision === 'yes') return undefined;
    const why = { broker: 'too many sign-ins at once', account: 'this account signs in too often' }[decision];
    session.slot.deferred();
    session.why = why;
    this.#log.deferred(session, account, { key: decision === 'account' ? whose : '', why });
    return { ok: false, code: 3, why };
  }

  #mayWillSpeak(session: Session, closed: boolean): boolean {
    const account = session.login?.account;
    if (account?.kind !== 'agent' || this.#closing || !closed) return false;
    return this.#options.fleet.isCurrent(account.site, account.agent, session);
  }

  /** A birth of a device that no site file names is passed on and not kept, or made-up names would fill the memory. */
  #keeps(topic: AgentTopic): boolean {
    if (!isRetained(topic)) return false;
    return topic.kind !== 'birth' || this.#options.served.get(topic.site)?.get(topic.agent)?.has(topic.device) === true;
  }

  #end(session: Session, why: string): void {
    session.why ??= why;
    session.socket.destroy();
  }
}

function sameAccount(one: Account, other: Parameters<AccessControl['disconnect']>[0]): boolean {
  if (one.kind === 'agent') return other.kind === 'agent' && one.site === other.site && one.agent === other.agent;
  return other.kind === 'token' && one.name === other.name;
}

/** What was refused is acknowledged all the same, but goes to nobody: no account may read a topic outside its site. */
function withhold(packet: Publish): void {
  packet.retain = false;
  packet.topic = `refused/${packet.topic}`;
}

function bytesOf(payload: string | Buffer): Uint8Array {
  return typeof payload === 'string' ? Buffer.from(payload) : payload;
}
