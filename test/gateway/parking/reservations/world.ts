import { createHash } from 'node:crypto';
import type Sqlite from 'better-sqlite3';
import type { LotConfig } from '../../../../config/lots/lot-config.ts';
import { lotIdSchema, siteIdSchema, spaceIdSchema } from '../../../../contract/ids.ts';
import type { AuditEntry, Said } from '../../../../gateway/audit/entry.ts';
import type { Deadline, Facts, Recording, SpaceSignal } from '../../../../gateway/commit/participant.ts';
import type { Notice } from '../../../../gateway/notify/notice.ts';
import type {
  ReservationAction,
  ReservationAnswer,
  ReserveAction,
} from '../../../../gateway/parking/reservations/actions.ts';
import type { Answer } from '../../../../gateway/parking/reservations/availability.ts';
import type { Place, Reservation } from '../../../../gateway/parking/reservations/reservation.ts';
import { Reservations } from '../../../../gateway/parking/reservations/reservations.ts';
import type { SpaceView } from '../../../../gateway/parking/space-state.ts';
import { siteOf } from '../../core-site.ts';
import { memoryDatabase } from '../../store/memory-db.ts';
import { seoulTime } from '../lots.ts';

const site = siteIdSchema.parse('saesol');

/**
 * Reservations between a simulated parking and a simulated commit, on a clock that the test moves. `restart` is a kill and
 * a start: memory is lost, tables stay.
 */
export class World {
  readonly notices = new Map<string, Notice>();
  readonly audit: AuditEntry[] = [];
  readonly lots: readonly LotConfig[];
  wall: number;
  mono = 1_000_000;
  service: Reservations;
  readonly #db: Sqlite.Database;
  readonly #views = new Map<string, SpaceView>();
  /** Deadlines by key: monotonic. */
  #deadlines = new Map<string, number>();
  #made = 0;

  constructor(lots: readonly LotConfig[], start = '2026-11-25T08:00') {
    this.lots = lots;
    this.wall = seoulTime(start);
    this.#db = memoryDatabase();
    for (const lot of lots)
      for (const { id } of lot.spaces) this.#views.set(`${lot.id}/${id}`, this.#view(lot.id, id, 'free'));
    this.service = this.#open();
    this.#commit({});
  }

  #open(): Reservations {
    return new Reservations({
      db: this.#db,
      sites: [{ ...siteOf({}), id: site, lots: this.lots }],
      spaces: { spaceView: ({ lot, space }) => this.#views.get(`${lot}/${space}`) },
      notices: { add: (notice) => this.notices.set(notice.key, this.notices.get(notice.key) ?? notice) },
      startedMono: this.mono,
    });
  }

  /** Kills and starts again, `downMs` later; the sensors are heard once more afterwards. */
  restart(downMs = 0): void {
    this.#moveTo(this.mono + downMs);
    this.#deadlines.delete('look');
    this.service = this.#open();
    this.#commit({});
  }

  place(name: string): Place {
    const [lot = '', space = ''] = name.split('/');
    return { site, lot: lotIdSchema.parse(lot), space: spaceIdSchema.parse(space) };
  }

  /** What parking says of a space from now on. */
  sense(name: string, sensed: 'free' | 'occupied' | 'unknown'): void {
    const { lot, space } = this.place(name);
    const signal: SpaceSignal = {
      kind: 'space',
      site,
      lot,
      space,
      sensed,
      since: this.wall,
      healthy: sensed !== 'unknown',
      closed: null,
    };
    this.#commit({ signals: [signal] }, () => this.#views.set(name, this.#view(lot, space, sensed)));
  }

  /** As it is before any sensor was heard. */
  unheard(name: string): void {
    const { lot, space } = this.place(name);
    const view = { ...this.#view(lot, space, 'unknown'), sensorSeenMono: Number.NEGATIVE_INFINITY };
    this.#views.set(name, view);
  }

  close(name: string, until: number | null = null): void {
    const { lot, space } = this.place(name);
    const reason = { code: 'override', note: 'works' } as const;
    const signal = { kind: 'space', site, lot, space, sensed: 'free', since: this.wall, healthy: true } as const;
    this.#commit({ signals: [{ ...signal, closed: { by: 'operator', until } }] }, () =>
      this.#views.set(name, { ...this.#view(lot, space, 'free'), state: 'closed', reason, until }),
    );
  }

  /** Lets time pass, deadlines firing as they fall due and sensors saying that they are well. */
  async pass(minutes: number): Promise<void> {
    const end = this.mono + minutes * 60_000;
    for (;;) {
      const [next] = [...this.#deadlines].filter(([, at]) => at <= end).sort(([, a], [, b]) => a - b);
      if (next === undefined) break;
      const [key, at] = next;
      this.#moveTo(Math.max(at, this.mono));
      this.#commit({ due: [{ part: 'reservations', key }] });
    }
    this.#moveTo(end);
  }

  passUntil(local: string): Promise<void> {
    return this.pass((seoulTime(local) - this.wall) / 60_000);
  }

  act(action: ReservationAction): ReservationAnswer {
    return this.actAs({ by: 'driver', why: null }, action);
  }

  actAs(by: Said, action: ReservationAction): ReservationAnswer {
    const answer = this.#commit({ action: { by, action } });
    if (answer === undefined) throw new Error('an action is always answered');
    return answer;
  }

  /** `alley/r1`, or a lot alone for any space of it. */
  reserve(name: string, from: string, to: string, more: Partial<ReserveAction> = {}): ReservationAnswer {
    const [lot = '', space = null] = name.split('/');
    const id = `r-${this.#made++}`;
    const body = createHash('sha256')
      .update(JSON.stringify([name, from, to, more.type]))
      .digest('hex');
    return this.act({
      ...{
        kind: 'reserve',
        id,
        tokenHash: `hash-${id}`,
        key: `key-${id}`,
        body,
        site,
        lot: lotIdSchema.parse(lot),
        space,
      },
      ...{ type: null, time: { from: seoulTime(from), to: seoulTime(to) }, classes: [], isTrusted: false },
      ...more,
    });
  }

  /** Reserves what can be reserved. @throws when it is refused */
  booked(name: string, from: string, to: string, more: Partial<ReserveAction> = {}): Reservation {
    const answer = this.reserve(name, from, to, more);
    if (answer.kind !== 'reservation') throw new Error(JSON.stringify(answer));
    return answer.reservation;
  }

  list(lot: string, from: string, to: string): Answer {
    const ask = { time: { from: seoulTime(from), to: seoulTime(to) }, space: null, type: null, classes: [], own: null };
    return this.service.answer(ask, { site, lot: lotIdSchema.parse(lot) }, this.now());
  }

  now(): { wall: number; mono: number } {
    return { wall: this.wall, mono: this.mono };
  }

  find(id: string): Reservation {
    const found = this.service.find(id);
    if (found === undefined) throw new Error(`no reservation ${id}`);
    return found;
  }

  /** States it went through, with the reason of each. */
  story(id: string): string[] {
    return this.service.tables.happenings(id).map(({ to, reason }) => `${to}: ${reason.code}`);
  }

  #moveTo(mono: number): void {
    this.wall += mono - this.mono;
    this.mono = mono;
    for (const [name, view] of this.#views) {
      if (view.sensed !== 'unknown') this.#views.set(name, { ...view, sensorSeenMono: mono });
    }
  }

  #commit(
    given: Partial<Facts<ReservationAction>>,
    parkingFollows: () => void = () => {},
  ): ReservationAnswer | undefined {
    const facts: Facts<ReservationAction> = {
      ...{ at: this.now(), rows: [], changes: [], due: [], action: null, signals: [] },
      ...given,
    };
    for (const { key } of facts.due as readonly Deadline[]) this.#deadlines.delete(key);
    const decided = this.service.decide(facts);
    this.audit.push(...(decided?.audit ?? []));
    if (decided?.decisions) {
      const decisions = decided.decisions;
      this.#db.transaction(() => this.service.record(decisions, this.#recording())).immediate();
      parkingFollows();
      this.service.apply(decisions);
    } else {
      parkingFollows();
    }
    return decided?.answer;
  }

  #recording(): Recording {
    const arm = (key: string, afterMs: number) => {
      this.#deadlines.set(key, this.mono + afterMs);
    };
    return { at: this.now(), arm, wake: arm, cancel: (key) => this.#deadlines.delete(key) };
  }

  #view(lot: string, space: string, sensed: 'free' | 'occupied' | 'unknown'): SpaceView {
    return {
      ...{ ...this.place(`${lot}/${space}`), state: sensed, since: this.wall, reason: null, sensed, until: null },
      ...{ healthy: sensed !== 'unknown', sensorSeenMono: this.mono },
    };
  }
}
