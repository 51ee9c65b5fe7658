import { smsParts } from '../sms-parts.ts';
import type { Channel, Outgoing, Sent } from './channel.ts';
import { post } from './post.ts';
import { outcomeOf } from './webhook.ts';

export type SmsOptions = { url: string; token: string; from: string; allowPrivate: boolean; timeoutMs?: number };

/** Parts of one message; more than that is cut, since a long SMS comes in pieces and late. */
const maxParts = 3;

/**
 * Hands texts to a provider's HTTP adapter: `{ key, from, to, parts: [text] }`, with a bearer token. The parts are cut here,
 * because a text that is too long is refused by one provider and cut in mid-word by another.
 */
export function smsChannel({ url, token, from, allowPrivate, timeoutMs = 10_000 }: SmsOptions): Channel {
  let reference = 0;
  return {
    async send(to: string, message: Outgoing): Promise<Sent> {
      reference = (reference + 1) % 256;
      const { parts } = smsParts(`${message.title}\n${message.body}`, { reference, maxParts });
      const body = JSON.stringify({ key: message.key, from, to, parts: parts.map(({ text }) => text) });
      const headers = { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${token}` };
      return outcomeOf(await post({ url, headers, body, allowPrivate, timeoutMs }));
    },
  };
}
