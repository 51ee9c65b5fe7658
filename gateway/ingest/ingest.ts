import { chainDevice } from '../../contract/chain.ts';
import type { Clock } from '../../contract/clock.ts';
import type { AgentId, SiteId } from '../../contract/ids.ts';
import type { Commit } from '../commit/commit.ts';
import type { Log } from '../log.ts';
import type { Group } from '../state/changes.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Store } from '../store/store.ts';
import { sqliteCode } from '../store/store-error.ts';
import { Backlog } from './backlog.ts';
import type { Done, Incoming, PendingMessage } from './message.ts';
import { MessageHandlers } from './message-handlers.ts';
import { topicText } from './topic-text.ts';
import type { KeptMessage } from './trial-messages.ts';

export type { Incoming } from './message.ts';

export type IngestOptions = {
  store: Store;
  fleet: Fleet;
  commit: Pick<Commit, 'messages'>;
  clock: Clock;
  log: Log;
  /** The chain's own reading came in; called before its commit. */
  onBeat?: (site: SiteId, agent: AgentId) => void;
  /** Puts messages on the disk before they are committed: of a gateway on trial. Throws when it cannot. */
  keep?: (messages: readonly KeptMessage[]) => void;
  /** How a commit is put off to the end of this turn of the event loop; setImmediate. */
  defer?: (fn: () => void) => void;
};

/**
 * Accepts messages: everything that one turn of the event loop brings is one commit, and each is acknowledged after it,
 * in order of arrival. What cannot be accepted is kept raw and acknowledged too, or it would come back for ever; only a
 * store that fails withholds the acknowledgement, and then of the whole group.
 */
export class Ingest {
  readonly #options: IngestOptions;
  readonly #defer: (fn: () => void) => void;
  readonly #handlers: MessageHandlers;
  readonly #backlog: Backlog;
  #waiting: PendingMessage[] = [];
  #failing = false;
  #closed = false;

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#defer = options.defer ?? setImmediate;
    this.#handlers = new MessageHandlers(options);
    this.#backlog = new Backlog(options.clock, (messages) => this.#queue(messages));
  }

  /**
   * Queues a message. `done` is called once, later: null when it is on disk, the error when it is not.
   * @param ageMs how long ago it came, where it is taken in for a second time
   */
  submit(incoming: Incoming, done: Done, ageMs = 0): void {
    const { clock, fleet } = this.#options;
    const { topic, payload } = incoming;
    if (this.#closed) {
      done(new Error('the gateway is closing'));
      return;
    }
    if (topic.kind === 'readings' && topic.device === chainDevice) this.#options.onBeat?.(topic.site, topic.agent);
    const [receivedAt, mono] = [clock.now() - ageMs, clock.monotonic() - ageMs];
    const agent = fleet.agent(topic.site, topic.agent);
    const connection = agent?.connection ?? null;
    const message: PendingMessage = { topic, payload, agent, receivedAt, mono, connection, isRefused: false, done };
    if (!this.#backlog.holds(message)) this.#queue([message]);
  }

  #queue(messages: readonly PendingMessage[]): void {
    const isFirst = this.#waiting.length === 0;
    // One by one: what was held of a whole day is more than a call takes arguments.
    for (const message of messages) this.#waiting.push(message);
    if (isFirst && this.#waiting.length > 0) this.#defer(() => this.#endTurn());
  }

  /** The last commit failed: nothing is acknowledged until one succeeds. */
  isFailing(): boolean {
    return this.#failing;
  }

  /** Commits everything now, what is held for others too. */
  flush(): void {
    this.#backlog.resume();
    const messages = this.#waiting;
    this.#waiting = [];
    if (messages.length > 0) this.#commit(messages);
  }

  #endTurn(): void {
    const messages = this.#backlog.share(this.#waiting);
    this.#waiting = [];
    if (messages.length > 0) this.#commit(messages);
    this.#backlog.resumeUnlessPaused();
  }

  /** Commits what waits and accepts no more. */
  close(): void {
    this.flush();
    this.#backlog.resume();
    this.#closed = true;
  }

  #commit(messages: readonly PendingMessage[]): void {
    const begun = this.#options.clock.monotonic();
    const unkept = this.#tryKeep(messages);
    if (unkept !== undefined) {
      this.#tell('failing', unkept);
      for (const message of messages) message.done(unkept);
      return;
    }
    const failure = this.#tryCommit(messages, (message, group) => this.#handlers.accept(message, group));
    if (failure === undefined) {
      this.#tell('recovered', null);
      // Before the acknowledgements, which bring the next ones.
      this.#backlog.leaveTime(messages, this.#options.clock.monotonic() - begun);
      for (const message of messages) message.done(null, message.isRefused);
    } else if (sqliteCode(failure) !== undefined) {
      this.#tell('failing', failure);
      for (const message of messages) message.done(failure);
    } else {
      this.#isolate(messages, failure);
    }
  }

  /** A fault of ours in one message must not hold up the others, nor come back for ever with this one. */
  #isolate(messages: readonly PendingMessage[], failure: Error): void {
    const [only, second] = messages;
    if (only === undefined || second !== undefined) {
      for (const message of messages) this.#commit([message]);
      return;
    }
    this.#options.log.error({ topic: topicText(only.topic), error: failure.stack }, 'message-broke-ingest');
    const refuse = (message: PendingMessage) => this.#handlers.reject(message, `internal error: ${failure.message}`);
    only.done(this.#tryCommit([only], refuse) ?? null, true);
  }

  #tryKeep(messages: readonly PendingMessage[]): Error | undefined {
    try {
      this.#options.keep?.(messages);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #tryCommit(
    messages: readonly PendingMessage[],
    accept: (message: PendingMessage, group: Group) => void,
  ): Error | undefined {
    try {
      this.#options.commit.messages((group) => {
        for (const message of messages) accept(message, group);
      });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  #tell(now: 'failing' | 'recovered', error: Error | null): void {
    const failing = now === 'failing';
    if (failing === this.#failing) return;
    this.#failing = failing;
    if (failing) this.#options.log.error({ error: String(error) }, 'commit-failed');
    else this.#options.log.info({}, 'commit-recovered');
  }
}
