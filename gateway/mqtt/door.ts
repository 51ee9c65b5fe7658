import type { Clock } from '../../contract/clock.ts';
import type { AgentId, SiteId } from '../../contract/ids.ts';
import { type AgentTopic, tryCertificateTopic } from '../../contract/topics.ts';
import type { AgentCertificates } from '../ca/agent-certificates.ts';
import type { Ingest } from '../ingest/ingest.ts';
import type { Log } from '../log.ts';
import type { Fleet } from '../state/fleet.ts';
import { type Account, isRetained, mayHear, maySubscribe } from './acl.ts';
import { Admission, type AdmissionLimits } from './admission.ts';
import { type DoorCounts, DoorLog, type DoorLogOptions, idsOf } from './door-log.ts';
import type { Violation } from './guard.ts';
import { Renewals, type RenewalsOptions } from './renewals.ts';
import { login, type Session, Sessions } from './session.ts';
import { type Connect, judgeConnect, type Refusal, type Served, type SignInRules } from './sign-in.ts';

export type DoorOptions = {
  clock: Clock;
  log: Log;
  accounts: DoorLogOptions['accounts'];
  certificates: SignInRules['certificates'] & RenewalsOptions['certificates'] & Pick<AgentCertificates, 'used'>;
  served: Served;
  fleet: Pick<Fleet, 'connected' | 'disconnected' | 'isCurrent'>;
  ingest: Pick<Ingest, 'submit'>;
  /** An agent's connection has ended, its will spoken or not. */
  onAgentGone(site: SiteId, agent: AgentId): void;
  say: RenewalsOptions['say'];
  /** Bytes that may wait for a reader before it is cut off. */
  maxBacklogBytes: number;
  /** In place of what is usual. */
  admission?: Partial<AdmissionLimits>;
};

type Publish = { topic: string; payload: string | Buffer; retain: boolean };

const maxFilters = 64;

/**
 * Decides, for each connection, what the broker asks: may it come in, say this, hear that. Knows nothing of the broker
 * library; every answer is given at once except that of `publish`, which waits for the commit.
 */
export class Door {
  readonly #options: DoorOptions;
  readonly #log: DoorLog;
  readonly #sessions = new Sessions();
  readonly #admission: Admission;
  readonly #rules: SignInRules;
  readonly #renewals: Renewals;
  #closing = false;

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#log = new DoorLog(options);
    this.#renewals = new Renewals(options);
    this.#admission = new Admission(options.admission);
    this.#rules = {
      accounts: options.accounts,
      certificates: options.certificates,
      served: options.served,
      tokenOn: (clientId) => this.#sessions.tokenOn(clientId),
    };
  }

  get counts(): DoorCounts {
    return this.#log.counts;
  }

  /** Lets the session in, or says why not. An older connection of the same client id and account is cut off. */
  signIn(session: Session, connect: Connect): Refusal | { ok: true; key: string } {
    const verdict = judgeConnect(connect, this.#rules);
    if (!verdict.ok) {
      session.why = verdict.why;
      this.#log.refused(session, connect, verdict);
      return verdict;
    }
    const held = this.#holdBack(session, verdict.account);
    if (held !== undefined) return held;
    session.place.signedIn();
    const entering = login(verdict.account, connect.clientId);
    const previous = this.#sessions.enter(session, entering);
    session.guard.loggedIn();
    // Before the older socket goes: its will must find that it no longer speaks for the agent.
    if (verdict.account.kind === 'agent') {
      this.#options.fleet.connected(verdict.account.site, verdict.account.agent, session);
    }
    this.#log.connected(session, verdict.account);
    if (previous !== undefined) this.#takeOver(previous, entering.key);
    if (session.presented !== undefined) this.#options.certificates.used(session.presented.fingerprint);
    return { ok: true, key: entering.key };
  }

  /** Notes a client of another version of MQTT, which the broker turns away. */
  refusedVersion(session: Session, version: number): void {
    this.#log.refusedVersion(session, version);
  }

  /**
   * Takes a message in; `done` is called after it is on disk, or with the error for which no acknowledgement may follow.
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
      this.#renewals.take(session, topic, bytesOf(packet.payload));
      done(null);
      return;
    }
    packet.retain = this.#keeps(topic);
    this.#options.ingest.submit({ topic, payload: bytesOf(packet.payload) }, (error, isRefused) => {
      if (isRefused) withhold(packet);
      done(error);
    });
  }

  /** Whether the session may subscribe to the filter; remembers that it did. */
  subscribe(session: Session, filter: string): boolean {
    const account = session.login?.account;
    const known = session.filters.has(filter);
    if (account === undefined || !maySubscribe(account, filter) || (!known && session.filters.size >= maxFilters)) {
      this.#log.refusedFilter(session, filter);
      return false;
    }
    session.filters.add(filter);
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
    if (session.socket.writableLength > this.#options.maxBacklogBytes) {
      this.counts.slowReaders++;
      this.#end(session, 'reads too slowly');
      return false;
    }
    this.counts.messagesOut++;
    return true;
  }

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
    if (account.kind === 'agent') {
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

  /** From now on wills are dropped: that the gateway goes says nothing of the agents. */
  close(): void {
    this.#closing = true;
  }

  /** After the last socket has closed: nobody speaks for any agent, and nothing is called later. */
  leaveAll(): void {
    for (const session of [...this.#sessions.all()]) this.leave(session);
  }

  #takeOver(previous: Session, key: string): void {
    this.#log.takenOver(previous, key);
    if (this.#admission.tookOver(key, this.#options.clock.monotonic())) this.#log.storm(previous, key);
    this.#end(previous, 'a newer connection of the same account');
  }

  /** For right credentials at a time when no more can be let in. */
  #holdBack(session: Session, account: Account): Refusal | undefined {
    const whose = JSON.stringify(idsOf(account));
    const admitted = this.#admission.ask(whose, this.#options.clock.monotonic());
    if (admitted === 'yes') return undefined;
    const why = { broker: 'too many sign-ins at once', account: 'this account signs in too often' }[admitted];
    session.place.heldBack();
    session.why = why;
    this.#log.heldBack(session, account, { key: admitted === 'account' ? whose : '', why });
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

function sameAccount(one: Account, other: Parameters<Door['disconnect']>[0]): boolean {
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
