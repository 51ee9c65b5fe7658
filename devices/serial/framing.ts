/** Finds whole frames among the bytes of a line. What it holds is bounded by the longest frame. */
export type Framer = {
  /**
   * Takes bytes as they come, in any pieces; gives the frames that are whole and whose checksum is right (a line without
   * its end). `now`: monotonic ms; a frame that stops in the middle for a second is given up.
   */
  take(bytes: Uint8Array, now: number): readonly Uint8Array[];
  /** Drops what is half there. beginning: the next byte is known to begin a frame; else that has to be seen first. */
  reset(next: 'beginning' | 'unknown'): void;
  readonly counts: FramerCounts;
};

export type FramerCounts = {
  /** Bytes that belonged to no whole frame. */
  readonly discardedBytes: number;
  /** What looked like a frame and had a wrong checksum, or was no text, or too long. */
  readonly badFrames: number;
};

/** Longer than any system sits on bytes, and than any device pauses in a line. */
export const pauseMs = 1000;
