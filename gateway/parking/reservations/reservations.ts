import type { SpaceConfig } from '../../../config/lots/lot-config.ts';
import type { SharingWindow } from '../../../config/lots/sharing.ts';
import type { Site } from '../../../config/site.ts';
import type { Announcement, Decided, Facts, Participant, Recording, SpaceSignal } from '../../commit/participant.ts';
import type { NoticeSink } from '../../notify/notice.ts';
import type { Database } from '../../store/database.ts';
import { calendarTroubles } from '../calendar/calendar.ts';
import type { Interval } from '../calendar/intervals.ts';
import { dayMs } from '../calendar/local-day.ts';
import type { Recall } from '../sharing/recalls.ts';
import { openTimes } from '../sharing/windows.ts';
import { closureOf, type SpaceKey, spaceKey } from '../space-state.ts';
import { type Fee, feeOf } from '../tariffs/fee.ts';
import type { Suspicion } from '../violations.ts';
import { act, type ReservationAction, type ReservationAnswer } from './actions.ts';
import { auditOf } from './audit.ts';
import { type Answer, type Ask, answer, type Now } from './availability.ts';
import { checkClosure, lookAgain } from './check.ts';
import { isLive, type ReservationDecisions, recordOf, writeDecisions } from './decisions.ts';
import { Draft } from './ledger.ts';
import { ReservationMemory } from './memory.ts';
import type { CalendarNews } from './notices.ts';
import { onSpace } from './on-space.ts';
import { takeStep } from './on-time.ts';
import type { Place, Reservation } from './reservation.ts';
import { ReservationTables } from './reservation-tables.ts';
import { stepsOf } from './steps.ts';
import { Turn } from './turn.ts';
import { type SpacesView, Worlds } from './worlds.ts';

export type ReservationsOptions = {
  db: Database;
  sites: readonly Site[];
  spaces: SpacesView;
  notices: NoticeSink;
  /** The monotonic clock at the start: sensors are given a moment to be heard before anything is held against them. */
  startedMono: number;
  /** How long what has ended is kept, besides its settlement; 90 days. */
  keepMs?: number;
};

export type Sharing = {
  readonly source: 'site' | 'owner';
  readonly windows: readonly SharingWindow[];
  readonly recalls: readonly Recall[];
  readonly open: readonly Interval[];
};

/** Deadlines follow the monotonic clock, drivers the wall clock: it is looked at so often whether that was set. */
const lookMs = 60_000;
/** A sensor that was not heard yet is waited for this long after a start, and looked at this often. */
const patienceMs = 120_000;
const againMs = 10_000;
/** Reservations that one commit moves along, so that a rush hour holds up no reading. */
const atOnce = 200;
/** Days ahead at which a year without holidays is told. */
const calendarAhead = 90;

/**
 * Reservations as a service of the commit. Everything is decided by pure functions over what is remembered; parking comes
 * before it and says of each space that changes in the same commit.
 */
export class Reservations implements Participant<ReservationAction, ReservationDecisions, ReservationAnswer> {
  readonly name = 'reservations';
  readonly tables: ReservationTables;
  readonly worlds: Worlds;
  readonly #options: ReservationsOptions;
  readonly #memory: ReservationMemory;
  readonly #told = new Set<string>();
  #looking = false;
  #forgotAt = Number.NEGATIVE_INFINITY;

  constructor(options: ReservationsOptions) {
    this.#options = options;
    const { db, sites, spaces } = options;
    const tables = new ReservationTables(db);
    this.tables = tables;
    this.#memory = new ReservationMemory((reservation) => this.#stepOf(reservation)?.at ?? null);
    this.worlds = new Worlds({ sites, spaces, owners: this.#memory });
    this.#memory.load({ reservations: tables.live(), windows: tables.windows(), recalls: tables.recalls(0) });
  }

  /** It hears of spaces from parking. */
  watches(): boolean {
    return false;
  }

  decide(facts: Facts<ReservationAction>): Decided<ReservationDecisions, ReservationAnswer> | null {
    const { at: now, action: given } = facts;
    const isDue = this.#memory.next !== null && now.wall >= this.#memory.next;
    const look = !this.#looking || facts.due.length > 0;
    const said = facts.signals.flatMap((signal) => (signal.kind === 'space' ? [signal] : []));
    if (!isDue && !look && said.length === 0 && given === null) return null;
    const turn = this.#turn(now, said);
    this.#hear(turn, said);
    const due = isDue ? { again: this.#takeSteps(turn) } : null;
    const answered = given === null ? null : act(turn, given.action, { recorded: this.tables, recalls: this.#recalls });
    const record = recordOf(given?.action ?? null, answered, now);
    const isNothing = turn.draft.changed().length === 0 && Object.values(record).every((each) => each === null);
    const audit = given === null || answered === null ? [] : auditOf(given, answered);
    const answering = answered === null ? {} : { answer: answered, audit };
    if (isNothing && !isDue && !look) return answered === null ? null : { decisions: null, ...answering };
    return { decisions: { ...this.#decisions(turn, { due, look }), ...record }, ...answering };
  }

  record(decisions: ReservationDecisions, recording: Recording): void {
    writeDecisions(decisions, { tables: this.tables, notices: this.#options.notices, recording, lookMs });
  }

  apply(decisions: ReservationDecisions): Announcement {
    this.#memory.apply(decisions);
    for (const { key } of decisions.news) this.#told.add(key);
    this.#looking ||= decisions.look;
    if (decisions.forgetBefore !== null) this.#forgotAt = decisions.at.mono;
    const { tellings, payments, news } = decisions;
    return tellings.length + payments.length + news.length > 0 ? { notices: true } : {};
  }

  /** The one function behind lists, quotes and confirmations, asked between commits. */
  answer(ask: Ask, where: Pick<Place, 'site' | 'lot'>, now: Now): Answer {
    return answer(ask, now, this.worlds.at(now, this.#memory.ledger).worldOf(where));
  }

  /** What a stay costs in a lot, line by line. */
  feeOf(stay: Interval, classes: readonly string[], { site, lot }: Pick<Place, 'site' | 'lot'>): Fee {
    const config = this.worlds.lot({ site, lot });
    const calendar = this.worlds.calendarOf(site);
    if (config === undefined || calendar === undefined) throw new Error(`no site file has lot ${site}/${lot}`);
    return feeOf(stay, classes, { tariff: config.tariff, discounts: config.discounts, calendar });
  }

  /** A reservation as it stands; undefined when it was never made, or is forgotten. */
  find(id: string): Reservation | undefined {
    return this.#memory.ledger.get(id) ?? this.tables.reservation(id);
  }

  /** Whose a space is at an instant (epoch ms), reserved or held; null when it is nobody's. */
  holder(place: Place, at: number): Reservation | null {
    const { ledger } = this.#memory;
    const claims = ledger.on(spaceKey(place)).filter(({ from, to }) => from <= at && at < to);
    return claims.map(({ reservation }) => ledger.get(reservation)).find((each) => each !== undefined) ?? null;
  }

  /** When a space is shared: the windows as they stand, who set them, recalls that are not over. */
  sharing(space: SpaceConfig, place: Place, now: Now): Sharing {
    const key = spaceKey(place);
    const own = this.#memory.windows(key);
    const recalls = this.#memory.recalls(key).filter(({ to }) => to > now.wall);
    const windows = own ?? space.sharing;
    const { lot, calendar } = this.worlds.at(now, this.#memory.ledger).worldOf(place);
    const week = { from: now.wall, to: now.wall + 7 * dayMs };
    const open = openTimes({ space, windows, recalled: recalls }, week, { lot, calendar }).set;
    return { source: own === undefined ? 'site' : 'owner', windows, recalls, open };
  }

  /** The windows of a space as they stand, for parking, which shows a resident's space inside a window alone. */
  ownersOf(place: Place): { readonly windows: readonly SharingWindow[]; readonly recalled: readonly Interval[] } {
    const key = spaceKey(place);
    const config = this.worlds.lot(place)?.spaces.find(({ id }) => id === place.space);
    return { windows: this.#memory.windows(key) ?? config?.sharing ?? [], recalled: this.#memory.recalls(key) };
  }

  /** What speaks against the car on a space: its time is over, or the space was somebody else's when it began. */
  suspicionOf(place: Place): Suspicion | null {
    return this.#memory.suspicionOf(spaceKey(place));
  }

  /** Reservations that something may still happen to. */
  get live(): number {
    return this.#memory.live;
  }

  readonly #recalls = (place: Place) => this.#memory.recalls(spaceKey(place));

  #turn(now: Now, said: readonly SpaceSignal[]): Turn {
    const draft = new Draft(this.#memory.ledger);
    const byKey = new Map(said.map((signal) => [spaceKey(signal), signal]));
    return new Turn({ now, draft, lots: this.worlds.at(now, draft, byKey) });
  }

  /** Only a change of what is sensed or of who keeps cars out means anything; parking's own memory still says what was known before. */
  #hear(turn: Turn, said: readonly SpaceSignal[]): void {
    for (const signal of said) {
      const key: SpaceKey = spaceKey(signal);
      const view = this.#options.spaces.spaceView(signal);
      const closure = view === undefined ? null : closureOf(view);
      if (closure?.by !== signal.closed?.by || closure?.until !== signal.closed?.until) checkClosure(key, turn);
      const before = view?.sensed ?? 'unknown';
      const isOther = before !== signal.sensed;
      if (isOther) onSpace(turn, { key, sensed: signal.sensed, since: signal.since, before });
      const isOpenAgain = closure !== null && signal.closed === null;
      if (signal.sensed === 'free' && (isOther || isOpenAgain))
        for (const { id } of this.#memory.unhelped(signal.site)) {
          const reservation = turn.draft.get(id);
          if (reservation !== undefined) lookAgain(reservation, turn);
        }
    }
  }

  /** Moves along what has fallen due. @returns when to look again at what could not be */
  #takeSteps(turn: Turn): number {
    const now = turn.now.wall;
    const due = this.#memory.due(now);
    const waits = due.slice(0, atOnce).filter((id) => !this.#takeStepsOf(id, turn));
    return waits.length === 0 ? now : now + againMs;
  }

  /** False when its sensor has not been heard since the start and is waited for. */
  #takeStepsOf(id: string, turn: Turn): boolean {
    for (;;) {
      const reservation = turn.draft.get(id);
      const step = reservation === undefined || !isLive(reservation) ? null : this.#stepOf(reservation);
      if (reservation === undefined || step === null || step.at > turn.now.wall) return true;
      if (step.name !== 'hold-ends' && this.#isAwaited(reservation, turn)) return false;
      takeStep(turn, reservation, step);
    }
  }

  #isAwaited(reservation: Reservation, { lots, now }: Turn): boolean {
    const { seenMono } = lots.worldOf(reservation).sightOf(reservation.space);
    return seenMono === Number.NEGATIVE_INFINITY && now.mono - this.#options.startedMono < patienceMs;
  }

  /** None in a lot that has left the site file, or takes no reservations any more. */
  #stepOf(reservation: Reservation): ReturnType<typeof stepsOf>[number] | null {
    const booking = this.worlds.lot(reservation)?.booking;
    return booking == null ? null : (stepsOf(reservation, booking)[0] ?? null);
  }

  #decisions(
    turn: Turn,
    { due, look }: { due: { readonly again: number } | null; look: boolean },
  ): Omit<ReservationDecisions, keyof ReturnType<typeof recordOf>> {
    const { now: at, happenings, tellings, payments, settlements } = turn;
    const reservations = turn.draft.changed();
    const next = this.#memory.nextAfter(reservations, due);
    const forget = look && at.mono - this.#forgotAt >= dayMs;
    return {
      ...{ at, reservations, happenings, tellings, payments, settlements, next, look },
      rearm: due !== null || !this.#looking || next !== this.#memory.next,
      news: look ? this.#calendarNews(at) : [],
      forgetBefore: forget ? at.wall - (this.#options.keepMs ?? 90 * dayMs) : null,
    };
  }

  #calendarNews({ wall }: Now): readonly CalendarNews[] {
    return this.worlds
      .calendars()
      .flatMap(({ site, calendar }) =>
        calendarTroubles(calendar, wall, calendarAhead).map((trouble) => ({
          ...{ key: `${site.id}/${trouble.code}/${trouble.year}`, site: site.id, trouble },
        })),
      )
      .filter(({ key }) => !this.#told.has(key));
  }
}
