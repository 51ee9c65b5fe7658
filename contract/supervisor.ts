import type { Sign } from './upgrade.ts';

/**
 * Who starts the program again when it no longer works: systemd on a box, nobody elsewhere. It learns of work that was done,
 * not of a timer that still runs.
 */
export type Supervisor = {
  /** The program is up. From now on the supervisor is told that it works, for as long as every check passes. */
  started(checks: readonly WorkCheck[], log: WorkLog, figures: () => WorkFigures): void;
  /** It was asked to end. */
  stopping(): void;
};

/** How much of its work it does; `Sign` in upgrade.ts says what each counts. */
export type WorkFigures = Pick<Sign, 'done' | 'sources' | 'refused' | 'chain'>;

/** One kind of work without which the program is of no use. */
export type WorkCheck = {
  /** For the log: `store`, `broker`, `buses`, `outbox`. */
  readonly name: string;
  /** Null when it was done since the last look; else why not. One that does not resolve counts as not done. */
  look(): Promise<string | null>;
};

export type WorkLog = {
  info(fields: object, event: string): void;
  warn(fields: object, event: string): void;
};
