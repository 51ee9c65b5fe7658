import type { Channel, Outgoing } from './channel.ts';

/** Where a test's link leads: the page says by the token in the fragment, which no server is sent, that it arrived. */
export function answerPath(token: string): string {
  return `/arrived#${token}`;
}

/**
 * A test with its link: push opens it when it is touched, and a text has it in a line of its own. `pages`: where the pages
 * are, as a phone reaches them.
 */
export function withAnswerLink(
  channel: Channel,
  of: { tokenOf(message: Outgoing): string | null; pages(): string },
): Channel {
  return {
    send(address, message) {
      const token = of.tokenOf(message);
      if (token === null) return channel.send(address, message);
      const path = answerPath(token);
      return channel.send(address, { ...message, path, body: `${message.body}\n${of.pages()}${path}` });
    },
  };
}
