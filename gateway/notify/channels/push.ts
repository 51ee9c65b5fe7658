import { createHash } from 'node:crypto';
import type { Clock } from '../../../contract/clock.ts';
import type { VapidKeys } from '../push-keys.ts';
import type { Channel, Outgoing, Sent } from './channel.ts';
import { post } from './post.ts';
import { encryptPush, vapidHeader } from './push-encryption.ts';
import { outcomeOf } from './webhook.ts';

export type PushOptions = {
  clock: Pick<Clock, 'now'>;
  keys: VapidKeys;
  /** Whom a push service asks when something is wrong: mailto: or https: (RFC 8292 §2.1). */
  subject: string;
  /** Hosts that may have an address of this network, and may be spoken to without TLS. */
  allowHosts: readonly string[];
  /** undefined: nobody subscribed there, or not any more. */
  subscriptionOf(endpoint: string): { readonly p256dh: string; readonly auth: string } | undefined;
  /** By which the device says that it has the notice. */
  receiptOf(message: Outgoing): string | null;
  /** Where the pages are, as a browser reaches them: `https://jari.example.kr`. */
  pages(): string;
  timeoutMs?: number;
};

/** A signature holds for so long (RFC 8292 §2: at most 24 h), and serves every message to the same push service. */
const signatureHours = 12;
const vapidLastsMs = signatureHours * 3_600_000;
/** RFC 8030 §5.4. */
const maxTopic = 32;

/**
 * Web push: the message encrypted for one browser (RFC 8291, aes128gcm) and handed to its push service, in the form of
 * Declarative Web Push, which Safari shows by itself and the pages' worker shows elsewhere. Accepted means that the push
 * service has it; that the device has it says its receipt.
 */
export function pushChannel(options: PushOptions): Channel {
  const { clock, subscriptionOf, allowHosts, timeoutMs = 10_000 } = options;
  const sign = signer(options);
  return {
    async send(endpoint: string, message: Outgoing): Promise<Sent> {
      const keys = subscriptionOf(endpoint);
      if (keys === undefined) return { outcome: 'gone', detail: 'nobody is subscribed there any more' };
      const body = encryptPush(keys, payloadOf(message, options));
      const url = new URL(endpoint);
      const headers = {
        'content-type': 'application/octet-stream',
        'content-encoding': 'aes128gcm',
        authorization: sign(url.origin),
        ttl: String(Math.max(0, Math.floor((message.until - clock.now()) / 1000))),
        urgency: urgencyOf(message),
        topic: topicOf(message.topic),
      };
      const allowPrivate = allowHosts.includes(url.hostname);
      // RFC 8030 §7.3: 404 where a subscription has expired; 410 is as common.
      return outcomeOf(await post({ url: endpoint, headers, body, allowPrivate, timeoutMs }), [404, 410]);
    },
  };
}

/** RFC 8030 §5.3. */
function urgencyOf({ urgency, isProbe = false }: Outgoing): 'low' | 'normal' | 'high' {
  if (isProbe) return 'low';
  return urgency === 'routine' ? 'normal' : 'high';
}

function signer({ clock, keys, subject }: PushOptions): (origin: string) => string {
  const known = new Map<string, { authorization: string; until: number }>();
  return (origin) => {
    const before = known.get(origin);
    if (before !== undefined && before.until > clock.now() + vapidLastsMs / 2) return before.authorization;
    const until = clock.now() + vapidLastsMs;
    const authorization = vapidHeader(keys, { audience: origin, subject, expiresS: Math.floor(until / 1000) });
    known.set(origin, { authorization, until });
    return authorization;
  };
}

/** One message of a topic waits at the push service: the newest of an alert takes the place of those before it. */
export function topicOf(text: string): string {
  if (text.length <= maxTopic && /^[\w-]+$/.test(text)) return text;
  return createHash('sha256').update(text, 'utf8').digest('base64url').slice(0, maxTopic);
}

/** RFC 8291 §4 leaves 3993 bytes of the 4096 that a push service takes. */
const maxBody = 1500;

function payloadOf(message: Outgoing, { pages, receiptOf }: PushOptions): string {
  const { title, body, language, topic, path, urgency, isProbe = false } = message;
  return JSON.stringify({
    web_push: 8030,
    notification: {
      title: title.slice(0, 300),
      body: body.slice(0, maxBody),
      lang: language,
      dir: 'ltr',
      navigate: `${pages()}${path}`,
      tag: topic,
      silent: isProbe,
      requireInteraction: urgency === 'life-safety',
      data: { receipt: receiptOf(message), ...(isProbe && { probe: true }) },
    },
    mutable: true,
  });
}
