import type { DeviceId } from '../../contract/ids.ts';
import type { ClockState } from '../box/box-clock.ts';

/** A batch on its way into the outbox: what one readings message will say, without its identity. */
export type NewRow = {
  readonly device: DeviceId;
  /** Wall clock of the first reading, epoch ms. */
  readonly at: number;
  /** Monotonic ms of the same moment, of the process that read it. */
  readonly mono: number;
  readonly clock: ClockState;
  /** The `points` of the message as JSON. */
  readonly points: string;
  /** How far its device was heard with this row; kept in the same commit, and given back by the next `open`. */
  readonly mark?: string;
};

/** A committed batch. (epoch, seq) is its identity for ever; `id` only orders rows within this file. */
export type Row = NewRow & {
  readonly id: number;
  readonly epoch: string;
  readonly start: number;
  readonly seq: number;
};

/** What was found and begun at opening. */
export type Opened = {
  /** Of this process: new at every open. */
  readonly epoch: string;
  /** How often this outbox was opened, this time included; survives the loss of the file. */
  readonly start: number;
  /** Rows of earlier starts that were never acknowledged. */
  readonly backlog: number;
  /** What was wrong with the file that was there; it was moved aside and what could be read of it taken over. */
  readonly damage: Damage | null;
  /** The last mark of each device that has one. */
  readonly marks: ReadonlyMap<string, string>;
};

export type Damage = {
  readonly why: string;
  /** Where the damaged file is now; null when there was none to keep. */
  readonly movedTo: string | null;
  /** Rows taken over from it. */
  readonly salvaged: number;
};

/**
 * Batches that are committed and not yet acknowledged, on disk. `append` resolves when the rows are durable and carry
 * their identity (without those that a full disk made it drop); nothing may be sent before. Every method that reaches
 * the disk rejects when the store fails, and the process should then end: a new one checks the file.
 */
export type Outbox = {
  /** The folder the file lies in. */
  readonly dir: string;
  open(): Promise<Opened>;
  append(rows: readonly NewRow[]): Promise<readonly Row[]>;
  /** The rows need not be kept any longer; they go with the next commit, within a second. */
  ack(ids: readonly number[]): void;
  /** Rows not acknowledged, by rising id, from the first beyond `after`. */
  page(after: number, limit: number): Promise<readonly Row[]>;
  /** Rows committed and not acknowledged. */
  backlog(): number;
  close(): Promise<void>;
};
