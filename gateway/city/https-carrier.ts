import { Agent as HttpAgent, type RequestOptions, request as requestPlain } from 'node:http';
import { Agent as HttpsAgent, request as requestTls } from 'node:https';
import { type CityBatch, type CityReply, cityPath, parseCityReply } from '../../contract/city.ts';
import { type Carrier, CityError } from './carrier.ts';

export type HttpsCarrierOptions = {
  /** Where a worker of the city answers: https://city.example.kr */
  url: string;
  /** Null where the certificate alone says who this is. */
  token: string | null;
  /** PEM. `ca`: by which the city's certificate is checked, besides those that every program trusts. */
  tls: { readonly ca?: string | undefined; readonly cert?: string | undefined; readonly key?: string | undefined };
};

/** A worker that answers nothing is as good as gone; the batch goes again, and is taken once. */
const answerWithinMs = 20_000;
/** A site file with its profiles, as JSON in JSON. */
const maxReplyBytes = 8_000_000;

/** Straight to a worker of the city: for a few gateways, and no cluster. */
export class HttpsCarrier implements Carrier {
  readonly #options: HttpsCarrierOptions;
  readonly #url: URL;
  readonly #agent: HttpAgent | HttpsAgent;

  constructor(options: HttpsCarrierOptions) {
    this.#options = options;
    this.#url = new URL(cityPath, options.url);
    const how = { keepAlive: true, maxSockets: 8 };
    this.#agent = this.#url.protocol === 'https:' ? new HttpsAgent({ ...how, ...options.tls }) : new HttpAgent(how);
  }

  async hand(batch: CityBatch, signal: AbortSignal): Promise<CityReply> {
    const { status, text } = await this.#post(JSON.stringify(batch), signal);
    if (status === 200) {
      const reply = parseCityReply(parsed(text));
      if (reply.ok) return reply.value;
      throw new CityError('unreachable', `${this.#url.host} is no city: ${reply.problem}`);
    }
    const why = `${this.#url.host} answered ${status}: ${text.slice(0, 300)}`;
    throw new CityError(status === 503 || status === 429 ? 'busy' : status < 500 ? 'refused' : 'unreachable', why);
  }

  async close(): Promise<void> {
    this.#agent.destroy();
  }

  #post(body: string, signal: AbortSignal): Promise<{ status: number; text: string }> {
    const { token } = this.#options;
    const options: RequestOptions = {
      method: 'POST',
      agent: this.#agent,
      timeout: answerWithinMs,
      signal,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
    };
    return new Promise((resolve, reject) => {
      const fail = (error: Error) => reject(new CityError('unreachable', error.message, { cause: error }));
      const send = this.#url.protocol === 'https:' ? requestTls : requestPlain;
      const asked = send(this.#url, options, (answer) => {
        const parts: Buffer[] = [];
        let length = 0;
        answer.on('error', fail).on('data', (part: Buffer) => {
          length += part.length;
          if (length > maxReplyBytes) answer.destroy(new Error('the reply is too long'));
          else parts.push(part);
        });
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(parts).toString() }));
      });
      asked.on('timeout', () => asked.destroy(new Error(`no answer within ${answerWithinMs / 1000} s`)));
      asked.on('error', fail).end(body);
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
