import type { GatewayConfig, Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Channel, ChannelKind, Outgoing } from './channels/channel.ts';
import { emailChannel } from './channels/email.ts';
import { pushChannel } from './channels/push.ts';
import { smsChannel } from './channels/sms.ts';
import { webhookChannel, webhookSecret } from './channels/webhook.ts';
import type { PushKeys } from './push-keys.ts';
import type { PushTable } from './push-table.ts';
import type { Target } from './targets.ts';

export type ChannelsOptions = {
  sites: readonly Site[];
  clock: Pick<Clock, 'now'>;
  push: { keys: PushKeys; table: PushTable; pages(): string };
  /** @throws InputError when it cannot be read */
  readSecret(file: string): string;
};

export type Channels = {
  /** undefined: the site has no such channel. */
  of(site: string, target: Pick<Target, 'id' | 'channel'>): Channel | undefined;
  /** Kinds by which people of a site can be reached. */
  kinds(site: string): readonly ChannelKind[];
  close(): void;
};

/** By which people of a site are told: what its file sets up, and no push where push cannot work. */
export function kindsOf({ mode, notify }: Pick<GatewayConfig, 'mode' | 'notify'>): ChannelKind[] {
  const kinds: ChannelKind[] = [];
  if (notify.email !== null) kinds.push('email');
  if (notify.push !== null && mode === 'public') kinds.push('push');
  if (notify.sms !== null) kinds.push('sms');
  return kinds;
}

/** Every channel that the site files describe. Secrets are read once, at the start. */
export function openChannels({ sites, clock, readSecret, push: of }: ChannelsOptions): Channels {
  const channels = new Map<string, Channel>();
  const kinds = new Map<string, readonly ChannelKind[]>();
  const closers: (() => void)[] = [];
  for (const { id: site, gateway } of sites) {
    const { webhooks, email, sms, push } = gateway.notify;
    const own = kindsOf(gateway);
    kinds.set(site, own);
    for (const { id, secretFile, allowPrivate } of webhooks) {
      const secret = webhookSecret(readSecret(secretFile));
      channels.set(`${site}/webhook:${id}`, webhookChannel({ clock, secret, allowPrivate }));
    }
    if (email !== null) {
      const { username, passwordFile, ...server } = email;
      const auth =
        username === null || passwordFile === null ? null : { user: username, pass: readSecret(passwordFile) };
      const channel = emailChannel({ ...server, auth });
      channels.set(`${site}/email`, channel);
      closers.push(() => channel.close());
    }
    if (push !== null && own.includes('push')) {
      const { keys, table, pages } = of;
      const receiptOf = ({ row, key }: Outgoing) => (row === null ? null : keys.tokenOf({ row, key }));
      const subscriptionOf = (endpoint: string) => table.find(endpoint);
      const channel = pushChannel({ ...push, clock, keys: keys.vapid, subscriptionOf, receiptOf, pages });
      channels.set(`${site}/push`, channel);
    }
    if (sms !== null) {
      const { url, tokenFile, from, allowPrivate } = sms;
      channels.set(`${site}/sms`, smsChannel({ url, token: readSecret(tokenFile), from, allowPrivate }));
    }
  }
  return {
    of: (site, { id, channel }) => channels.get(channel === 'webhook' ? `${site}/${id}` : `${site}/${channel}`),
    kinds: (site) => kinds.get(site) ?? [],
    close: () => {
      for (const close of closers) close();
    },
  };
}
