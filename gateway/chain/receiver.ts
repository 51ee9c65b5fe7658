import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { signatureOf } from '../notify/channels/webhook.ts';

export type ReceiverOptions = {
  secret: Uint8Array;
  /** A message signed by us came, with the notice's key. */
  onReceipt(key: string): void;
  onError(error: Error): void;
};

const maxBytes = 16 * 1024;

/**
 * The test subscription at which the chain ends: takes signed webhooks on this machine alone, checks the signature like every
 * receiver should, and gives the receipt. `url` is null until it listens, and when it cannot.
 */
export class Receiver {
  readonly #options: ReceiverOptions;
  readonly #server: Server;
  #url: string | null = null;

  constructor(options: ReceiverOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      void this.#take(request).then((status) => response.writeHead(status).end());
    });
    this.#server.on('error', (error) => options.onError(error));
  }

  get url(): string | null {
    return this.#url;
  }

  listen(): void {
    this.#server.listen(0, '127.0.0.1', () => {
      const address = this.#server.address();
      if (address !== null && typeof address === 'object') this.#url = `http://127.0.0.1:${address.port}/`;
    });
  }

  close(): void {
    this.#url = null;
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #take(request: IncomingMessage): Promise<number> {
    if (request.method !== 'POST') return 405;
    const body = await textOf(request);
    const [key, seconds, signature] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
      String(request.headers[name] ?? ''),
    );
    if (body === undefined || key === undefined || seconds === undefined) return 413;
    if (!isSame(signature ?? '', `v1,${signatureOf(this.#options.secret, key, seconds, body)}`)) return 401;
    // The receipt is another step than the answer, as it is for every device.
    setImmediate(() => this.#options.onReceipt(key));
    return 204;
  }
}

async function textOf(request: IncomingMessage): Promise<string | undefined> {
  let text = '';
  try {
    for await (const chunk of request.setEncoding('utf8')) {
      text += chunk;
      if (text.length > maxBytes) return undefined;
    }
  } catch {
    return undefined; // cut off by who sent it
  }
  return text;
}

function isSame(said: string, expected: string): boolean {
  const [one, other] = [Buffer.from(said), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
