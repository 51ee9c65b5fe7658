import { createHmac } from 'node:crypto';
import type { Clock } from '../../../contract/clock.ts';
import type { Channel, Outgoing, Sent } from './channel.ts';
import { type Posted, post } from './post.ts';

export type WebhookOptions = {
  clock: Pick<Clock, 'now'>;
  secret: Uint8Array;
  allowPrivate: boolean;
  timeoutMs?: number;
};

/**
 * Posts notices as JSON, signed after Standard Webhooks 1.0: `webhook-id` is the notice's key, so a receiver tells a second
 * try from a second notice; the signature covers id, time and body.
 */
export function webhookChannel({ clock, secret, allowPrivate, timeoutMs = 10_000 }: WebhookOptions): Channel {
  return {
    async send(url: string, message: Outgoing): Promise<Sent> {
      const body = JSON.stringify({
        type: 'notice',
        timestamp: new Date(message.at).toISOString(),
        data: { urgency: message.urgency, title: message.title, body: message.body, notice: message.data },
      });
      const seconds = String(Math.floor(clock.now() / 1000));
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'webhook-id': message.key,
        'webhook-timestamp': seconds,
        'webhook-signature': `v1,${signatureOf(secret, message.key, seconds, body)}`,
      };
      return outcomeOf(await post({ url, headers, body, allowPrivate, timeoutMs }));
    },
  };
}

export function signatureOf(secret: Uint8Array, id: string, seconds: string, body: string): string {
  return createHmac('sha256', secret).update(`${id}.${seconds}.${body}`).digest('base64');
}

/** The secret as Standard Webhooks writes it: `whsec_` and base64, 24 to 64 bytes. @throws RangeError */
export function webhookSecret(text: string): Uint8Array {
  const secret = Buffer.from(text.trim().replace(/^whsec_/, ''), 'base64');
  if (secret.length < 24 || secret.length > 64)
    throw new RangeError(`a webhook's secret has 24 to 64 bytes in base64, and this one has ${secret.length}`);
  return secret;
}

/**
 * 410: the receiver wants no more. Other 4xx will not change by trying again, save 404, 408, 425 and 429: what is not there may be
 * again when its operator has put it back. A push service says by 404 as well that a subscription is over (`gone`).
 */
export function outcomeOf(posted: Posted, gone: readonly number[] = [410]): Sent {
  if (!posted.ok) return { outcome: 'later', detail: posted.why };
  const { status, retryAfterMs } = posted;
  const detail = `HTTP ${status}`;
  if (status >= 200 && status < 300) return { outcome: 'accepted', detail };
  if (gone.includes(status)) return { outcome: 'gone', detail };
  const isPassing = status >= 500 || status === 404 || status === 408 || status === 425 || status === 429;
  if (!isPassing) return { outcome: 'refused', detail };
  return { outcome: 'later', detail, ...(retryAfterMs === null ? {} : { retryAfterMs }) };
}
