import { Webhook } from 'standardwebhooks';
import { describe, expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../../contract/clock.ts';
import { reachTestWords } from '../../../../contract/words/notices.ts';
import type { Outgoing } from '../../../../gateway/notify/channels/channel.ts';
import { emailChannel } from '../../../../gateway/notify/channels/email.ts';
import { isPrivate } from '../../../../gateway/notify/channels/post.ts';
import { smsChannel } from '../../../../gateway/notify/channels/sms.ts';
import { webhookChannel, webhookSecret } from '../../../../gateway/notify/channels/webhook.ts';
import { withAnswerLink } from '../../../../gateway/notify/channels/with-answer-link.ts';
import { httpReceiver, mailReceiver } from '../receivers.ts';

const message: Outgoing = {
  key: 'fire-7/3/operator',
  language: 'ko',
  urgency: 'life-safety',
  title: '[훈련] 한빛상가 화재',
  body: '지하 1층 연기 감지\n119 신고 후 대피',
  data: { alert: 'fire-7' },
  ...{ until: 0, topic: 'fire-7', path: '/alerts/fire-7', row: null },
  at: Date.UTC(2026, 10, 29, 3, 0, 0),
};
const secretText = `whsec_${Buffer.from('0123456789abcdef0123456789abcdef').toString('base64')}`;
const hook = (options: { allowPrivate?: boolean; timeoutMs?: number } = {}) =>
  webhookChannel({ clock: systemClock, secret: webhookSecret(secretText), allowPrivate: true, ...options });

describe('a webhook', () => {
  test('is signed so that the reference library of the standard believes it, and no changed body', async () => {
    const { url, received } = await httpReceiver();
    expect(await hook().send(url, message)).toEqual({ outcome: 'accepted', detail: 'HTTP 200' });
    const [{ headers, body } = { headers: {} as Record<string, string>, body: '' }] = received;
    const signed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    expect(new Webhook(secretText).verify(body, signed)).toMatchObject({
      type: 'notice',
      data: { title: message.title, notice: { alert: 'fire-7' } },
    });
    expect(headers['webhook-id']).toBe(message.key);
    expect(() => new Webhook(secretText).verify(body.replace('화재', '훈련'), signed)).toThrow();
  });

  test.each([
    [204, 'accepted'],
    [301, 'refused'],
    [400, 'refused'],
    [401, 'refused'],
    [404, 'later'],
    [410, 'gone'],
    [408, 'later'],
    [500, 'later'],
    [503, 'later'],
  ])('that is answered by %i is %s', async (status, outcome) => {
    const { url } = await httpReceiver(() => status);
    expect(await hook().send(url, message)).toMatchObject({ outcome });
  });

  test('waits as long as it is told to', async () => {
    const { url } = await httpReceiver(() => 429);
    expect(await hook().send(url, message)).toEqual({ outcome: 'later', detail: 'HTTP 429', retryAfterMs: 3000 });
  });

  test.each(['hang', 'cut', 'dribble'] as const)(
    'to a server that does %s is tried later, within its time',
    async (what) => {
      const { url } = await httpReceiver(() => what);
      expect(await hook({ timeoutMs: 300 }).send(url, message)).toMatchObject({ outcome: 'later' });
    },
  );

  test.each(['http://127.0.0.1:9/x', 'http://[::1]:9/x', 'http://localhost:9/x', 'http://10.1.2.3/x'])(
    'to %s is not sent unless private addresses are allowed',
    async (url) => {
      const sent = await hook({ allowPrivate: false, timeoutMs: 2000 }).send(url, message);
      expect(sent.detail).toMatch(/of this network/);
    },
  );

  test.each([
    ['192.168.1.1', true],
    ['172.31.0.1', true],
    ['172.32.0.1', false],
    ['169.254.1.1', true],
    ['8.8.8.8', false],
    ['::ffff:127.0.0.1', true],
    ['fe80::1', true],
    ['2606:4700::1111', false],
  ])('knows whether %s is private: %s', (address, is) => {
    expect(isPrivate(address)).toBe(is);
  });

  test('takes no secret that is too short to be one', () => {
    expect(() => webhookSecret('whsec_c2hvcnQ=')).toThrow(RangeError);
  });
});

describe('e-mail', () => {
  const mail = (port: number) => {
    const channel = emailChannel({
      host: '127.0.0.1',
      port,
      security: 'none',
      from: 'alerts@jari.test',
      auth: null,
      timeoutMs: 2000,
    });
    onTestFinished(() => channel.close());
    return channel;
  };

  test('reaches a mail server, with its subject in Korean and its key in the message id', async () => {
    const { port, mails } = await mailReceiver();
    expect(await mail(port).send('kim@jari.test', message)).toMatchObject({ outcome: 'accepted' });
    const [{ to, text } = { to: '', text: '' }] = mails;
    expect(to).toBe('kim@jari.test');
    expect(text).toContain('Message-ID: <fire-7-3-operator@jari.test>');
    expect(text).toMatch(/^Subject: =\?UTF-8\?/m);
    expect(text).toContain('Importance: high');
  });

  test.each([
    ['550 5.1.1 no such mailbox', 'gone'],
    ['550 5.2.1 mailbox disabled', 'gone'],
    ['550 no such mailbox', 'gone'],
    ['550 5.7.1 client host is on a block list', 'later'],
    ['553 5.7.1 sender address not allowed', 'later'],
    ['552 5.2.2 mailbox full', 'refused'],
    ['451 4.3.0 try later', 'later'],
  ])('to a mailbox that answers %s is %s', async (answer, outcome) => {
    const { port } = await mailReceiver(() => answer);
    expect(await mail(port).send('kim@jari.test', message)).toMatchObject({ outcome });
  });

  test('without a mail server is tried later', async () => {
    expect(await mail(9).send('kim@jari.test', message)).toMatchObject({ outcome: 'later' });
  });
});

test.each(['ko', 'en'] as const)(
  'the link of a test is whole in an SMS in %s, however long the name of the gateway',
  async (language) => {
    const { url, received } = await httpReceiver();
    const channel = smsChannel({ url, token: 't', from: '0212345678', allowPrivate: true });
    const pages = () => `https://${'gateway-of-the-arcade.'.repeat(4)}example.kr`;
    const linked = withAnswerLink('sms', channel, { tokenOf: () => `123456789.${'x'.repeat(43)}`, pages });
    await linked.send('+821012345678', { ...message, language, title: reachTestWords.title[language] });
    const text = JSON.parse(received[0]?.body ?? '').parts.join('');
    expect(text).toContain(`${pages()}/arrived#123456789.${'x'.repeat(43)}\n`);
  },
);

test.each([
  [404, 'later'],
  [410, 'gone'],
  [401, 'refused'],
  [503, 'later'],
])(
  'an adapter that answers %i leaves a number %s: one that is not there says nothing of anybody',
  async (status, outcome) => {
    const { url } = await httpReceiver(() => status);
    const channel = smsChannel({ url, token: 'secret', from: '0212345678', allowPrivate: true });
    expect(await channel.send('01000000000', message)).toMatchObject({ outcome });
  },
);

test('an SMS goes to its adapter in parts that fit', async () => {
  const { url, received } = await httpReceiver();
  const channel = smsChannel({ url, token: 'secret', from: '0212345678', allowPrivate: true });
  const body = '가'.repeat(130 - message.title.length - 1);
  expect(await channel.send('01000000000', { ...message, body })).toMatchObject({ outcome: 'accepted' });
  const [{ headers, body: sent } = { headers: {}, body: '{}' }] = received;
  expect(headers.authorization).toBe('Bearer secret');
  const { key, to, parts } = JSON.parse(sent) as { key: string; to: string; parts: string[] };
  expect([key, to, parts.map((part) => part.length)]).toEqual([message.key, '01000000000', [67, 63]]);
});
