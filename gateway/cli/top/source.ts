import { z } from 'zod';
import { listOf } from '../../../contract/http/common.ts';
import { agentHealthItemSchema, agentItemSchema, deviceItemSchema } from '../../../contract/http/live.ts';
import { InputError } from '../../../contract/input-error.ts';
import type { Seen } from './view.ts';

type Fetched = Pick<Seen, 'agents' | 'health' | 'devices' | 'alerts'>;

const alertSchema = z.object({ state: z.string() });
const answerWithinMs = 5000;

/** A gateway as a program sees it by its token: its lists, and a word when something in them may have changed. */
export class TopSource {
  readonly #url: string;
  readonly #token: string;

  constructor(options: { url: string; token: string }) {
    this.#url = options.url.replace(/\/+$/, '');
    this.#token = options.token;
  }

  /** @throws InputError where the token is refused; anything else where the gateway is not there */
  async lists(): Promise<Fetched> {
    const [agents, health, devices, alerts] = await Promise.all([
      this.#every('/api/v1/agents', agentItemSchema),
      this.#every('/api/v1/agents/health', agentHealthItemSchema),
      this.#every('/api/v1/devices', deviceItemSchema),
      this.#every('/api/v1/alerts?state=open', alertSchema),
    ]);
    const unacknowledged = alerts.filter(({ state }) => state === 'unack' || state === 'rtn-unack').length;
    return { agents, health, devices, alerts: { open: alerts.length, unacknowledged } };
  }

  /** Calls `onNews` for whatever the gateway says; resolves or rejects when the stream has ended. */
  async follow(onNews: () => void, signal: AbortSignal): Promise<void> {
    const response = await this.#get('/api/v1/events', signal);
    for await (const chunk of response.body ?? []) if (chunk.length > 0) onNews();
  }

  async #every<T>(path: string, item: z.ZodType<T>): Promise<T[]> {
    const items: T[] = [];
    let cursor: string | null = null;
    do {
      const more: string =
        cursor === null ? '' : `${path.includes('?') ? '&' : '?'}cursor=${encodeURIComponent(cursor)}`;
      const response = await this.#get(`${path}${more}`, AbortSignal.timeout(answerWithinMs));
      const page: { items: T[]; next: string | null } = listOf(item).parse(await response.json());
      items.push(...page.items);
      cursor = page.next;
    } while (cursor !== null);
    return items;
  }

  async #get(path: string, signal: AbortSignal): Promise<Response> {
    const headers = { authorization: `Bearer ${this.#token}` };
    const response = await fetch(`${this.#url}${path}`, { headers, signal });
    if (response.status === 401 || response.status === 403) {
      throw new InputError([
        `${this.#url}: the token is refused (${response.status}); make one that may read: jari token create --name top --scope read`,
      ]);
    }
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response;
  }
}
