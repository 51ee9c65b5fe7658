import type { AuditEntry } from '../audit/entry.ts';
import type { Announcement, Decided, Facts, Instant, Participant, Recording, Signal } from './participant.ts';

/** A service whose own types only it knows. */
export type Seat = Participant<unknown, unknown, unknown>;

/** A service threw while it recorded: the commit is made again without it. */
export class ParticipantError extends Error {
  readonly service: string;

  constructor(service: string, cause: unknown) {
    super(cause instanceof Error ? (cause.stack ?? cause.message) : String(cause), { cause });
    this.name = 'ParticipantError';
    this.service = service;
  }
}

/** One commit's turn through the services. */
export class Round {
  readonly at: Instant;
  readonly verdicts: Verdicts;
  readonly #seats: readonly Seat[];
  readonly #without: ReadonlySet<string>;

  constructor(seats: readonly Seat[], at: Instant, without: ReadonlySet<string>) {
    this.at = at;
    this.#seats = seats;
    this.#without = without;
    this.verdicts = new Verdicts();
    for (const name of without) this.verdicts.failed.set(name, new Error('it failed to record'));
  }

  /** Each in its order, with the signals of those before it. */
  decide(factsFor: (seat: Seat, signals: readonly Signal[]) => Facts<unknown>): void {
    const signals: Signal[] = [];
    for (const seat of this.#seats) {
      if (this.#without.has(seat.name)) continue;
      try {
        const decided = seat.decide(factsFor(seat, signals));
        this.verdicts.add(seat, decided);
        signals.push(...(decided?.signals ?? []));
      } catch (error) {
        this.verdicts.failed.set(seat.name, error instanceof Error ? error : new Error(String(error)));
      }
    }
  }
}

/** What the services have decided in one commit. */
export class Verdicts {
  readonly failed = new Map<string, Error>();
  readonly worked: string[] = [];
  readonly answers = new Map<string, unknown>();
  readonly audit: AuditEntry[] = [];
  readonly #decided: { readonly seat: Seat; readonly decisions: NonNullable<unknown> }[] = [];

  add(seat: Seat, decided: Decided<unknown, unknown> | null): void {
    this.worked.push(seat.name);
    if (decided === null) return;
    const { decisions, audit = [] } = decided;
    if ('answer' in decided) this.answers.set(seat.name, decided.answer);
    if (decisions !== null && decisions !== undefined) this.#decided.push({ seat, decisions });
    this.audit.push(...audit);
  }

  hasSomethingToRecord(): boolean {
    return this.#decided.length > 0 || this.audit.length > 0;
  }

  /** @throws ParticipantError on a bug of a service; an error of SQLite as it is */
  record(recordingFor: (part: string) => Recording): void {
    for (const { seat, decisions } of this.#decided) {
      try {
        seat.record(decisions, recordingFor(seat.name));
      } catch (error) {
        if (isDiskError(error)) throw error;
        throw new ParticipantError(seat.name, error);
      }
    }
  }

  apply(onError: (service: string, error: Error) => void): Announcement[] {
    return this.#decided.flatMap(({ seat, decisions }) => {
      try {
        return [seat.apply(decisions)];
      } catch (error) {
        onError(seat.name, error instanceof Error ? error : new Error(String(error)));
        return [];
      }
    });
  }
}

/** The disk is full or failing: no fault of the service, whose constraint violations and mistakes in SQL are. */
function isDiskError(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^SQLITE_(FULL|IOERR|READONLY|CORRUPT|NOTADB|CANTOPEN|BUSY|LOCKED|NOMEM)/.test(code);
}
