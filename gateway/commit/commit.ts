import type { Clock, Timer } from '../../contract/clock.ts';
import type { AuditSink, Said } from '../audit/entry.ts';
import type { Log } from '../log.ts';
import { emptyGroup, type Group, type StateChange } from '../state/changes.ts';
import type { Events } from '../state/events.ts';
import type { Draft, Fleet } from '../state/fleet.ts';
import type { Store } from '../store/store.ts';
import { sqliteCode } from '../store/store-error.ts';
import { Deadlines } from './deadlines.ts';
import type { Announcement, Deadline, Facts, Instant, Participant, Retained } from './participant.ts';
import { ParticipantError, Round, type Seat, type Verdicts } from './round.ts';

/** Where announcements go besides the event stream. Called after the commit; a throw is logged. */
export type Announcers = {
  retain(message: Retained): void;
  publish(message: Retained): void;
  /** Notices were written. */
  deliver(): void;
};

export type CommitOptions = {
  store: Store;
  fleet: Fleet;
  events: Pick<Events, 'publish'>;
  audit: AuditSink;
  clock: Clock;
  log: Log;
};

/** Carries a person's action to its service. */
export type Act<A, R> = (by: Said, action: A) => R;

/** The service that was to answer an action failed; its log says why. */
export class ServiceFailing extends Error {
  readonly service: string;

  constructor(service: string) {
    super(`the service ${service} fails; the gateway's log says why`);
    this.name = 'ServiceFailing';
    this.service = service;
  }
}

type Cause =
  | { readonly kind: 'messages'; readonly handle: (group: Group) => void }
  | { readonly kind: 'state'; readonly alter: () => void }
  | { readonly kind: 'due'; readonly due: readonly Deadline[] }
  | { readonly kind: 'action'; readonly part: string; readonly by: Said; readonly action: unknown };

type Input = Pick<Facts<unknown>, 'rows' | 'changes' | 'due'> & {
  action: Facts<unknown>['action'];
  part: string | null;
};

const sweepMs = 1000;
/** A wall clock that has moved by more than this beside the monotonic one was set. */
const stepMs = 2000;

/**
 * The one transaction. Messages, changes of what is known, deadlines and people's actions take one path: live state
 * changes, each service decides, decisions are recorded, COMMIT, memory follows, everybody hears. Nothing else opens a
 * transaction for a service.
 *
 * What fails holds up as little as it can: a service that throws is left out of that commit, and told of as `service`;
 * a store that fails withholds the acknowledgement of messages, while a change to "unknown" stands at once and is
 * decided on when the store works again.
 */
export class Commit {
  readonly deadlines: Deadlines;
  readonly #options: CommitOptions;
  readonly #seats: Seat[] = [];
  readonly #failing = new Set<string>();
  /** Changes that stand and that no service could record a decision on yet. */
  #owed: StateChange[] = [];
  /** State causes that came up while another commit ran. */
  #queue: (() => void)[] = [];
  #running = false;
  #announcers: Announcers | null = null;
  #sweep: Timer;
  #alarm: Timer | null = null;
  #wallAhead: number;

  constructor(options: CommitOptions) {
    const { store, fleet, clock } = options;
    this.#options = options;
    this.deadlines = new Deadlines({ db: store.db, clock });
    this.#wallAhead = clock.now() - clock.monotonic();
    fleet.commitBy((alter) => this.#state(alter));
    this.#sweep = this.#sweepLater();
  }

  /** Takes a service in, behind those that have joined. The result carries actions to it. */
  join<A, D, R>(participant: Participant<A, D, R>): Act<A, R> {
    const { name } = participant;
    this.#seats.push(participant as unknown as Seat); // each seat is only handed what it gave
    this.#options.fleet.watch((site, point) => participant.watches(site, point));
    return (by, action) => {
      const answers = this.#run({ kind: 'action', part: name, by, action });
      if (!answers.has(name)) throw new ServiceFailing(name);
      return answers.get(name) as R;
    };
  }

  /** Every service has joined: deadlines that are over fire, and others from now on. */
  start(): void {
    this.#setAlarm();
  }

  announceTo(announcers: Announcers): void {
    this.#announcers = announcers;
  }

  /** What services retain, for a broker that has just started. */
  standing(): Retained[] {
    return this.#seats.flatMap((seat) => seat.standing?.() ?? []);
  }

  /** Services that were left out of the last commit that they had to decide on. */
  failing(): readonly string[] {
    return [...this.#failing];
  }

  /**
   * Commits messages: `handle` writes their rows and says what they change.
   * @throws what the store or `handle` threw; nothing has happened then
   */
  messages(handle: (group: Group) => void): void {
    this.#run({ kind: 'messages', handle });
  }

  close(): void {
    this.#sweep.cancel();
    this.#alarm?.cancel();
  }

  #state(alter: () => void): void {
    if (this.#running) this.#queue.push(() => this.#state(alter));
    else this.#run({ kind: 'state', alter });
  }

  #run(cause: Cause, without: ReadonlySet<string> = new Set()): ReadonlyMap<string, unknown> {
    if (this.#running) throw new Error('a commit began within another');
    this.#running = true;
    const { fleet } = this.#options;
    const round = new Round(this.#seats, this.#now(), without);
    const draft = fleet.begin();
    try {
      if (cause.kind === 'messages') this.#commitMessages(cause.handle, draft, round);
      else this.#commitRest(cause, draft, round);
    } catch (error) {
      this.deadlines.forget();
      this.#running = false;
      if (error instanceof ParticipantError) {
        fleet.discard(draft);
        this.#options.log.error({ service: error.service, error: error.message }, 'service-failed-to-record');
        return this.#run(cause, new Set([...without, error.service]));
      }
      if (cause.kind === 'state') this.#owe(draft, fleet);
      else fleet.discard(draft);
      this.#flush();
      if (cause.kind === 'messages' || cause.kind === 'action') throw error;
      this.#options.log.error({ error: String(error), cause: cause.kind }, 'commit-failed');
      return round.verdicts.answers;
    }
    this.#finish(draft, round.verdicts);
    return round.verdicts.answers;
  }

  #commitMessages(handle: (group: Group) => void, draft: Draft, round: Round): void {
    const { store, fleet } = this.#options;
    const group = emptyGroup();
    try {
      store.commit(() => {
        handle(group);
        for (const point of group.touched) if (point.pending !== null) store.latest.note(point.id, point.pending);
        fleet.apply(group);
        this.#decide(round, { rows: group.rows, changes: this.#changes(draft), due: [], action: null, part: null });
        this.#record(round);
      });
    } finally {
      for (const point of group.touched) point.pending = null;
      for (const effect of group.effects) if (effect.kind === 'status') effect.agent.pendingStatus = null;
    }
    store.sealer.wrote(group.touched);
  }

  /** A change that no service decides on needs no transaction. */
  #commitRest(cause: Exclude<Cause, { kind: 'messages' }>, draft: Draft, round: Round): void {
    if (cause.kind === 'state') cause.alter();
    const due = cause.kind === 'due' ? cause.due : [];
    const action = cause.kind === 'action' ? { by: cause.by, action: cause.action } : null;
    const part = cause.kind === 'action' ? cause.part : null;
    this.#decide(round, { rows: [], changes: this.#changes(draft), due, action, part });
    if (due.length === 0 && !round.verdicts.hasSomethingToRecord()) return;
    this.#options.store.commit(() => {
      for (const { part: of, key } of due) this.deadlines.cancel(of, key);
      this.#record(round);
    });
  }

  #changes(draft: Draft): readonly StateChange[] {
    return this.#owed.length === 0 ? draft.changes : [...this.#owed, ...draft.changes];
  }

  #decide(round: Round, input: Input): void {
    const { rows, changes, due, action, part } = input;
    if (rows.length === 0 && changes.length === 0 && due.length === 0 && action === null) return;
    round.decide((seat, signals) => ({
      at: round.at,
      rows,
      changes,
      due: due.filter((deadline) => deadline.part === seat.name),
      action: part === seat.name ? action : null,
      signals,
    }));
  }

  #record(round: Round): void {
    const { at, verdicts } = round;
    const { deadlines } = this;
    verdicts.record((part) => ({
      at,
      arm: (key, afterMs) => deadlines.arm(part, key, afterMs, at),
      wake: (key, afterMs) => deadlines.wake(part, key, afterMs, at),
      cancel: (key) => deadlines.cancel(part, key),
    }));
    for (const entry of verdicts.audit) this.#options.audit.write(entry);
  }

  /** On disk: memory follows, and everybody hears. */
  #finish(draft: Draft, verdicts: Verdicts): void {
    const { fleet, log } = this.#options;
    this.#owed = [];
    this.deadlines.kept();
    const announcements = verdicts.apply((service, error) => {
      log.error({ service, error: error.stack }, 'service-failed-to-apply');
    });
    fleet.keep(draft);
    this.#running = false;
    for (const announcement of announcements) this.#announce(announcement);
    this.#noteFailures(verdicts);
    this.#setAlarm();
    this.#flush();
  }

  /** What became unknown stays unknown although it could not be committed; services hear of it with the next commit. */
  #owe(draft: Draft, fleet: Fleet): void {
    this.#owed.push(...draft.changes);
    fleet.keep(draft);
  }

  #announce({ events = [], retained = [], publish = [], notices = false }: Announcement): void {
    const { events: stream, log } = this.#options;
    try {
      for (const event of events) stream.publish(...event);
      for (const message of retained) this.#announcers?.retain(message);
      for (const message of publish) this.#announcers?.publish(message);
      if (notices) this.#announcers?.deliver();
    } catch (error) {
      log.error({ error: error instanceof Error ? error.stack : String(error) }, 'announcement-failed');
    }
  }

  #noteFailures({ failed, worked }: Verdicts): void {
    const { log } = this.#options;
    for (const [service, error] of failed) {
      if (this.#failing.has(service)) continue;
      this.#failing.add(service);
      log.error({ service, error: error.stack }, 'service-failing');
      this.#queue.push(() => this.#tellOfService(service, 'failing'));
    }
    for (const service of worked) {
      if (!this.#failing.delete(service)) continue;
      log.info({ service }, 'service-working');
      this.#queue.push(() => this.#tellOfService(service, 'working'));
    }
  }

  #tellOfService(service: string, state: 'failing' | 'working'): void {
    this.#owed.push({ kind: 'service', service, state });
    this.#state(() => {});
  }

  #flush(): void {
    while (!this.#running) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      next();
    }
  }

  #setAlarm(): void {
    const { clock } = this.#options;
    this.#alarm?.cancel();
    const next = this.deadlines.next();
    this.#alarm = next === null ? null : clock.after(Math.max(0, next - clock.monotonic()), () => this.#fire());
  }

  #fire(): void {
    const { clock } = this.#options;
    const due = this.deadlines.due(clock.monotonic());
    if (due.length > 0) this.#run({ kind: 'due', due });
    if (this.deadlines.due(clock.monotonic()).length === 0) {
      this.#setAlarm();
      return;
    }
    // They failed and are still due: not again at once.
    this.#alarm?.cancel();
    this.#alarm = clock.after(sweepMs, () => this.#fire());
  }

  #sweepLater(): Timer {
    return this.#options.clock.after(sweepMs, () => {
      this.#options.fleet.sweep();
      if (this.#owed.length > 0) this.#state(() => {});
      this.#followWall();
      this.#sweep = this.#sweepLater();
    });
  }

  #followWall(): void {
    const { clock, store, log } = this.#options;
    const ahead = clock.now() - clock.monotonic();
    const byMs = ahead - this.#wallAhead;
    if (Math.abs(byMs) <= stepMs) return;
    try {
      store.commit(() => this.deadlines.stepped(byMs));
      this.#wallAhead = ahead;
    } catch (error) {
      log.error({ error: String(error), code: sqliteCode(error) }, 'commit-failed');
    }
  }

  #now(): Instant {
    const { clock } = this.#options;
    return { wall: clock.now(), mono: clock.monotonic() };
  }
}
