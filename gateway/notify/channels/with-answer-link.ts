import { answerLinkWords } from '../../../contract/words/notices.ts';
import type { Channel, ChannelKind, Outgoing } from './channel.ts';

/** Where a test's link leads: the page says by the token in the fragment, which no server is sent, that it arrived. */
export function answerPath(token: string): string {
  return `/arrived#${token}`;
}

/**
 * A test as its link and what to do with it: what is too long for an SMS is cut at its end, and the link stands before that. `pages`: where the pages are, as a phone reaches them. A push has no link: the device
 * says by itself that it has it, and a banner is read by anybody who looks at the phone.
 */
export function withAnswerLink(
  kind: ChannelKind,
  channel: Channel,
  of: { tokenOf(message: Outgoing): string | null; pages(): string },
): Channel {
  if (kind === 'push') return channel;
  return {
    send(address, message) {
      const token = of.tokenOf(message);
      if (token === null) return channel.send(address, message);
      const link = `${of.pages()}${answerPath(token)}`;
      return channel.send(address, { ...message, body: `${link}\n${answerLinkWords[message.language]}` });
    },
  };
}
