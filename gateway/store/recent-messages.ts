import type { LoggedMessage } from './logged-message.ts';
import { timeNumber, timeOf } from './times.ts';

const messagesAtMost = 4096;
const bodyBytesAtMost = 256 * 1024;

/** What is kept of a message beside its body, in this order; NaN stands for a time that is not known. */
const cells = { epoch: 0, seq: 1, device: 2, at: 3, time: 4, receivedAt: 5, digest: 6, bodyFrom: 7 } as const;
const cellsAMessage = 8;

/**
 * Messages of a log that came lately and are not sealed yet, as their rows are, for the sealer: to read a row back takes as long
 * as to write it. They lie in two pieces of memory of a fixed size, since an object for each, kept for seconds, is more
 * work for the collector than the rows are. What has no room here is read from the log.
 */
export class RecentMessages {
  readonly #cells = new Float64Array(messagesAtMost * cellsAMessage);
  readonly #bodies = Buffer.from(new ArrayBuffer(bodyBytesAtMost));
  /** The number of the first; those of the others follow one after the other. */
  #first = 0;
  #count = 0;
  #bodyBytes = 0;

  /** Keeps a message where there is room, and where it is the next. */
  add(id: number, message: Omit<LoggedMessage, 'id' | 'digest'> & { readonly digest: number }): void {
    if (this.#count === 0) this.#first = id;
    const { epoch, seq, device, at, time, receivedAt, body, digest } = message;
    const hasRoom = this.#count < messagesAtMost && this.#bodyBytes + body.length <= bodyBytesAtMost;
    if (!hasRoom || id !== this.#first + this.#count) return;
    const place = this.#count * cellsAMessage;
    this.#cells[place + cells.epoch] = epoch;
    this.#cells[place + cells.seq] = seq;
    this.#cells[place + cells.device] = device;
    this.#cells[place + cells.at] = at ?? Number.NaN;
    this.#cells[place + cells.time] = timeNumber(time);
    this.#cells[place + cells.receivedAt] = receivedAt;
    this.#cells[place + cells.digest] = digest;
    this.#cells[place + cells.bodyFrom] = this.#bodyBytes;
    this.#bodies.set(body, this.#bodyBytes);
    this.#bodyBytes += body.length;
    this.#count++;
  }

  /** At most `limit` messages after `id`, the oldest first; undefined where the next is not here. Their bodies stay until something is dropped. */
  after(id: number, limit: number): LoggedMessage[] | undefined {
    const from = id + 1 - this.#first;
    if (from < 0 || from >= this.#count) return undefined;
    const to = Math.min(this.#count, from + limit);
    return Array.from({ length: to - from }, (_, n) => this.#at(from + n));
  }

  /** Those from `id` on are not in the log after all. */
  cut(id: number): void {
    const count = Math.min(this.#count, Math.max(0, id - this.#first));
    this.#bodyBytes = this.#bodyFrom(count);
    this.#count = count;
  }

  /** Nobody asks for those up to `id` any more. */
  drop(id: number): void {
    const dropped = Math.min(this.#count, Math.max(0, id + 1 - this.#first));
    const bytes = this.#bodyFrom(dropped);
    this.#bodies.copyWithin(0, bytes, this.#bodyBytes);
    this.#cells.copyWithin(0, dropped * cellsAMessage, this.#count * cellsAMessage);
    this.#first += dropped;
    this.#count -= dropped;
    this.#bodyBytes -= bytes;
    for (let n = 0; n < this.#count; n++) {
      const place = n * cellsAMessage + cells.bodyFrom;
      this.#cells[place] = (this.#cells[place] ?? 0) - bytes;
    }
  }

  #at(n: number): LoggedMessage {
    const at = this.#cell(n, cells.at);
    return {
      id: this.#first + n,
      epoch: this.#cell(n, cells.epoch),
      seq: this.#cell(n, cells.seq),
      device: this.#cell(n, cells.device),
      at: Number.isNaN(at) ? null : at,
      time: timeOf(this.#cell(n, cells.time)),
      receivedAt: this.#cell(n, cells.receivedAt),
      digest: this.#cell(n, cells.digest),
      body: this.#bodies.subarray(this.#bodyFrom(n), this.#bodyFrom(n + 1)),
    };
  }

  #bodyFrom(n: number): number {
    return n === this.#count ? this.#bodyBytes : this.#cell(n, cells.bodyFrom);
  }

  #cell(n: number, cell: number): number {
    return this.#cells[n * cellsAMessage + cell] ?? 0;
  }
}
