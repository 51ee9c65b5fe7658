import { Socket } from 'node:net';
import type { Clock } from '../../contract/clock.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';
import type { OpenResult, Wire, WireEvents } from './wire.ts';

export type TcpLink = { host: string; port: number };

/** One TCP connection, a new socket at each opening. Keep-alive finds a peer that vanished without a word. */
export class TcpWire implements Wire {
  readonly #clock: Clock;
  readonly #link: TcpLink;
  #socket: Socket | null = null;

  constructor(options: { clock: Clock; link: TcpLink }) {
    this.#clock = options.clock;
    this.#link = options.link;
  }

  open(events: WireEvents): Promise<OpenResult> {
    const socket = new Socket({ onread: { buffer: Buffer.alloc(receiveBytes), callback: handOut } });
    this.#socket = socket;
    function handOut(length: number, buffer: Uint8Array): boolean {
      events.onBytes(buffer.subarray(0, length));
      return true;
    }
    const where = `${this.#link.host}:${this.#link.port}`;
    return new Promise((resolve) => {
      let reason: DeviceReason = { code: 'connection-ended', port: where };
      const timer = this.#clock.after(connectMs, () => {
        reason = { code: 'no-connection', port: where, ms: connectMs };
        socket.destroy();
      });
      let isOpen = false;
      let isByPeer = false;
      socket.setNoDelay(true);
      socket.on('connect', () => {
        timer.cancel();
        socket.setKeepAlive(true, keepAliveMs);
        isOpen = true;
        resolve({ ok: true });
      });
      socket.on('end', () => {
        isByPeer = true;
        socket.destroy();
      });
      socket.on('error', (error) => {
        isByPeer ||= 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
        reason = connectProblem(where, error);
      });
      socket.on('close', () => {
        timer.cancel();
        if (isOpen) events.onClosed(reason, ...(isByPeer ? (['by-peer'] as const) : []));
        else resolve({ ok: false, why: 'failed', reason });
      });
      socket.connect({ host: this.#link.host, port: this.#link.port });
    });
  }

  write(bytes: Uint8Array): void {
    this.#socket?.write(bytes);
  }

  /** The system hands everything out by itself. */
  look(): void {}

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = null;
    if (socket === null || socket.closed) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.destroy();
    });
  }
}

const connectMs = 5000;
/** One buffer for all that is received: a new one for each read would cost a tenth of the whole exchange. */
const receiveBytes = 4096;
const keepAliveMs = 10_000;

function connectProblem(port: string, error: Error): DeviceReason {
  const code = codes.get('code' in error ? String(error.code) : error.message);
  return code === undefined ? { code: 'connection-fails', port, cause: error.message } : { code, port };
}

const codes: ReadonlyMap<
  string,
  'connection-refused' | 'no-such-host' | 'no-way-to-host' | 'no-way-to-network' | 'connection-cut'
> = new Map([
  ['ECONNREFUSED', 'connection-refused'],
  ['ENOTFOUND', 'no-such-host'],
  ['EHOSTUNREACH', 'no-way-to-host'],
  ['ENETUNREACH', 'no-way-to-network'],
  ['ECONNRESET', 'connection-cut'],
]);
