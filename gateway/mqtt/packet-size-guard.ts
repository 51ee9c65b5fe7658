import type { Socket } from 'node:net';

/**
 * The length of every MQTT packet, read from the bytes themselves before the parser gathers a packet in memory: the
 * broker has no limit of its own, so four unauthenticated connections could make it hold hundreds of megabytes. MQTT 3.1.1 §2.2: one byte
 * of type and flags, then the remaining length in one to four bytes of seven bits.
 */

/** CONNECT and everything else before login, and every packet after it that is no PUBLISH; bytes, header included. */
export const maxControlBytes = 8 * 1024;
/** A PUBLISH after login; bytes, header included. */
export const maxPublishBytes = 256 * 1024;

export type Violation = 'not-connect' | 'oversize' | 'malformed-length';

const connect = 0x10;
const publish = 3;

/** Follows the packets of one connection. Keeps five numbers whatever arrives. */
export class PacketSizeGuard {
  #loggedIn = false;
  #first = true;
  #violation: Violation | undefined;
  /** Bytes of the present packet's fixed header seen so far; 0 is "at the beginning of a packet". */
  #header = 0;
  #type = 0;
  #length = 0;
  #bodyLeft = 0;

  /** From the next packet on the limit is that of a peer who has signed in. */
  loggedIn(): void {
    this.#loggedIn = true;
  }

  /** Checks the next bytes in order. A violation is final: every later call repeats it. */
  check(chunk: Uint8Array): Violation | undefined {
    let at = 0;
    while (at < chunk.length && this.#violation === undefined) {
      if (this.#bodyLeft > 0) {
        const step = Math.min(this.#bodyLeft, chunk.length - at);
        this.#bodyLeft -= step;
        at += step;
      } else {
        this.#violation = this.#checkHeader(chunk[at++] ?? 0);
      }
    }
    return this.#violation;
  }

  #checkHeader(byte: number): Violation | undefined {
    if (this.#header === 0) {
      this.#header = 1;
      this.#type = byte >> 4;
      this.#length = 0;
      const wrong = this.#first && byte !== connect;
      this.#first = false;
      return wrong ? 'not-connect' : undefined;
    }
    this.#length += (byte & 0x7f) * 128 ** (this.#header - 1);
    this.#header++;
    if (byte >= 0x80) return this.#header > 4 ? 'malformed-length' : undefined;
    return this.#beginBody();
  }

  #beginBody(): Violation | undefined {
    const total = this.#header + this.#length;
    this.#header = 0;
    this.#bodyLeft = this.#length;
    const limit = this.#loggedIn && this.#type === publish ? maxPublishBytes : maxControlBytes;
    return total > limit ? 'oversize' : undefined;
  }
}

/**
 * Puts a guard on a socket that the broker already reads. Beside a `readable` listener, a `data` listener is called by
 * `read()` itself, so it sees each chunk just before the parser does. On a violation the socket is destroyed; what the
 * parser still makes of that last chunk must be refused by looking at `socket.destroyed`.
 */
export function guardSocket(socket: Socket, onViolation: (violation: Violation) => void): PacketSizeGuard {
  const guard = new PacketSizeGuard();
  socket.on('data', (chunk: Uint8Array) => {
    if (socket.destroyed) return;
    const violation = guard.check(chunk);
    if (violation === undefined) return;
    socket.destroy();
    onViolation(violation);
  });
  return guard;
}
