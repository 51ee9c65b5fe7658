import type { Socket } from 'node:net';

/**
 * What a piece that waits takes beside its bytes: its entry in the socket's list, and its share of the library's packet,
 * callbacks and copies. Measured with ten stopped readers and 3,000 messages of 20, 150 and 2,000 bytes (Node 24, heap after a
 * collection): 703, 694 and 694 bytes a message at QoS 0, which is five pieces, and 845, 800 and 842 at QoS 1, which is six.
 */
const bytesPerPiece = 140;

/** Memory that what is written to a socket takes as long as its peer does not read. */
export class Backlog {
  readonly #socket: Pick<Socket, 'writableLength'>;
  /** Written since nothing waited: a socket lets go of all at once. */
  #pieces = 0;

  /** @param socket from now on each `write` of it is counted */
  constructor(socket: Pick<Socket, 'write' | 'writableLength'>) {
    this.#socket = socket;
    const write = socket.write.bind(socket) as (chunk: unknown, encoding: unknown, done: unknown) => boolean;
    const counted = (chunk: unknown, encoding: unknown, done: unknown) => {
      this.#pieces = socket.writableLength === 0 ? 1 : this.#pieces + 1;
      return write(chunk, encoding, done);
    };
    socket.write = counted as Socket['write'];
  }

  get bytes(): number {
    const { writableLength } = this.#socket;
    return writableLength === 0 ? 0 : writableLength + this.#pieces * bytesPerPiece;
  }
}

/** What waits for all readers: memory, and that of the one for whom most waits. */
export type AllBacklogs = { readonly sum: number; readonly most: number };

export function allBacklogs(backlogs: Iterable<Pick<Backlog, 'bytes'>>): AllBacklogs {
  let [sum, most] = [0, 0];
  for (const { bytes } of backlogs) {
    sum += bytes;
    most = Math.max(most, bytes);
  }
  return { sum, most };
}

/**
 * Whether a reader is to be cut off: too many bytes of messages wait for it alone, or what waits for all together takes too much
 * memory and a good part of that is its own. A box to which hundreds of screens are connected has not the memory that each of
 * them may take, and who reads, if slowly, is not to go for those who do not.
 *
 * @param own bytes of messages, and the memory that they take
 * @param all asked only where it matters
 * @param most bytes that may wait for one
 */
export function isTooFarBehind(own: { bytes: number; memory: number }, all: () => AllBacklogs, most: number): boolean {
  if (own.bytes > most) return true;
  if (own.memory <= most * leastShare) return false;
  const waiting = all();
  return waiting.sum > most * mostTogether && own.memory * 2 > waiting.most;
}

const mostTogether = 4;
/** Who has less waiting than this of what one may have is not looked at: the most connections there may be come to a half of all that. */
const leastShare = 1 / 256;
