import type { Channel, Outgoing, Sent } from './channel.ts';

export type EmailOptions = {
  host: string;
  port: number;
  security: 'starttls' | 'tls' | 'none';
  from: string;
  auth: { user: string; pass: string } | null;
  timeoutMs?: number;
};

/** Hands messages to a mail server. Accepted means that the server took it, not that anybody reads it. */
export function emailChannel(options: EmailOptions): Channel & { close(): void } {
  const { host, port, security, from, auth, timeoutMs = 20_000 } = options;
  // At the start, not with the first message: the disk may be gone by then. A gateway without mail never loads it.
  const opened = import('./mail-library.ts').then(({ createTransport }) =>
    createTransport({
      host,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      ...(auth === null ? {} : { auth }),
    }),
  );
  // Each message says so.
  opened.catch(() => undefined);
  return {
    async send(address: string, message: Outgoing): Promise<Sent> {
      try {
        const transport = await opened;
        const info = await transport.sendMail({
          from,
          to: address,
          subject: message.title,
          text: message.body,
          // The same for every try, so that a mailbox shows it once.
          messageId: `<${message.key.replace(/[^A-Za-z0-9.-]/g, '-')}@${from.split('@')[1] ?? 'jari'}>`,
          headers: {
            'Auto-Submitted': 'auto-generated',
            ...(message.urgency === 'life-safety' ? { Importance: 'high', 'X-Priority': '1' } : {}),
          },
        });
        return { outcome: 'accepted', detail: String(info.response).slice(0, 200) };
      } catch (error) {
        return failureOf(error);
      }
    },
    close: () => void opened.then((transport) => transport.close()).catch(() => undefined),
  };
}

/** What a server says of the mailbox (RFC 3463 3.2, 3.3): it is not there, or takes nothing. */
const ofMailbox = /\b5\.(1\.\d+|2\.1)\b/;
/** Policy (RFC 3463 3.8): the server refuses the sender, as by a block list. The mailbox itself may be sound. */
const ofSender = /\b5\.7\.\d+\b/;
const enhanced = /\b5\.\d+\.\d+\b/;

/**
 * RFC 5321 4.2.1: 4yz may pass, 5yz will not. 550, 551 and 553 to the recipient speak of the mailbox, unless the enhanced code
 * says otherwise: a server that refuses us refuses everybody's mail, and nobody's address is dead for that.
 */
function failureOf(error: unknown): Sent {
  const detail = (error instanceof Error ? error.message : String(error)).slice(0, 200);
  const code = error instanceof Error && 'responseCode' in error ? Number(error.responseCode) : 0;
  const command = error instanceof Error && 'command' in error ? String(error.command) : '';
  const isFinal = code >= 500 && code < 600 && (command === 'RCPT TO' || command === 'DATA');
  if (!isFinal || ofSender.test(detail)) return { outcome: 'later', detail };
  const isOfAddress = command === 'RCPT TO' && (code === 550 || code === 551 || code === 553);
  const isGone = isOfAddress && (ofMailbox.test(detail) || !enhanced.test(detail));
  return { outcome: isGone ? 'gone' : 'refused', detail };
}
