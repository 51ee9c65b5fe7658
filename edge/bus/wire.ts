import type { DeviceReason } from '../../contract/reasons/devices.ts';

/** A byte pipe under a bus: a serial port, a TCP connection, or one in memory for tests. */
export type Wire = {
  /**
   * Opens again; what an earlier opening still had to say is not heard any more. `onClosed` is called once, and only if
   * the pipe closes by itself.
   */
  open(events: WireEvents): Promise<OpenResult>;
  /** Hands the bytes on. Never throws: a pipe that cannot write closes. */
  write(bytes: Uint8Array, expected?: ExpectedReply): void;
  /** Hands out, before it returns, whatever has come and was not handed out yet. Never throws. */
  look(): void;
  /** Resolves when the pipe is really closed, so that it can be opened again. Never rejects. */
  close(): Promise<void>;
};

/**
 * When the reply can be there, so that a wire may sleep until then and look once, instead of waking up at every byte. A
 * guess that is wrong costs time and nothing else.
 */
export type ExpectedReply = {
  readonly bytes: number;
  /** From the write to the last byte, ms. */
  readonly wholeAfterMs: number;
  /** From one byte to the next, ms. */
  readonly charMs: number;
};

/**
 * `by-peer`: the other side ended the connection in order, as one does that answers once, or is idle too long.
 * `bytes` may be used again once `onBytes` has returned: who wants to keep some copies them.
 */
export type WireEvents = { onBytes(bytes: Uint8Array): void; onClosed(reason: DeviceReason, how?: 'by-peer'): void };

/**
 * absent: nothing there by that name · taken: another program holds it · denied: no permission · failed: anything else.
 */
export type OpenResult =
  | { ok: true }
  | { ok: false; why: 'absent' | 'taken' | 'denied' | 'failed'; reason: DeviceReason };
