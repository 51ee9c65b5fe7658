import { createPublicKey, verify } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SimClock } from '../../../../contract/sim-clock.ts';
import type { Outgoing } from '../../../../gateway/notify/channels/channel.ts';
import { pushChannel, topicOf } from '../../../../gateway/notify/channels/push.ts';
import { encryptPush } from '../../../../gateway/notify/channels/push-encryption.ts';
import { PushKeys } from '../../../../gateway/notify/push-keys.ts';
import { makeBrowser, openPush } from '../open-push.ts';
import { httpReceiver } from '../receivers.ts';

const clock = new SimClock();
const keys = new PushKeys(new Uint8Array(32).fill(5));
const browser = makeBrowser();
const message: Outgoing = {
  key: 'fire-7/1/resident',
  language: 'ko',
  urgency: 'life-safety',
  title: '[훈련] 심각 화재 – 한빛상가',
  body: '계단으로 나가세요',
  data: {},
  at: clock.now(),
  until: clock.now() + 1_800_000,
  topic: 'fire-7',
  path: '/public/buildings/hanbit',
  row: 12,
};

function channel(allowHosts: readonly string[] = ['127.0.0.1'], timeoutMs = 10_000) {
  return pushChannel({
    ...{ clock, keys: keys.vapid, subject: 'mailto:safety@jari.kr', allowHosts, timeoutMs },
    subscriptionOf: (endpoint) => (endpoint.includes('unknown') ? undefined : browser.keys),
    receiptOf: ({ row, key }) => (row === null ? null : keys.tokenOf({ row, key })),
    pages: () => 'https://jari.example.kr',
  });
}

/** RFC 8291 appendix A. */
test('the example of RFC 8291 comes out byte for byte', () => {
  const to = {
    p256dh: 'BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4',
    auth: 'BTBZMqHH6r4Tts7J_aSIgg',
  };
  const once = {
    privateKey: Buffer.from('yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw', 'base64url'),
    salt: Buffer.from('DGv6ra1nlYgDCS1FRnbzlw', 'base64url'),
  };
  expect(encryptPush(to, 'When I grow up, I want to be a watermelon', once).toString('base64url')).toBe(
    'DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN',
  );
});

describe('a push', () => {
  test('is opened by the browser that it is for, and says all that Safari needs to show it by itself', async () => {
    const { url, received } = await httpReceiver(() => 201);
    expect(await channel().send(url, message)).toEqual({ outcome: 'accepted', detail: 'HTTP 201' });
    const [got] = received;
    expect(JSON.parse(openPush(browser, got?.bytes ?? Buffer.alloc(0)))).toEqual({
      web_push: 8030,
      notification: {
        title: '[훈련] 심각 화재 – 한빛상가',
        body: '계단으로 나가세요',
        lang: 'ko',
        dir: 'ltr',
        navigate: 'https://jari.example.kr/public/buildings/hanbit',
        tag: 'fire-7',
        silent: false,
        requireInteraction: true,
        data: { receipt: keys.tokenOf({ row: 12, key: message.key }) },
      },
      mutable: true,
    });
    expect(() => openPush(makeBrowser(), got?.bytes ?? Buffer.alloc(0))).toThrow();
    expect(got?.headers).toMatchObject({
      'content-encoding': 'aes128gcm',
      ttl: '1800',
      urgency: 'high',
      topic: 'fire-7',
    });
  });

  test('is signed by the gateway’s own key for its push service, and one signature serves all messages there', async () => {
    const { url, received } = await httpReceiver(() => 201);
    const pushing = channel();
    await pushing.send(url, message);
    await pushing.send(url, message);
    const [one, two] = received.map(({ headers }) => headers.authorization ?? '');
    expect(one).toBe(two);
    const [, token = '', key = ''] = /^vapid t=(\S+), k=(\S+)$/.exec(one ?? '') ?? [];
    expect(key).toBe(keys.vapid.publicKey);
    const [head = '', claims = '', signature = ''] = token.split('.');
    const point = Buffer.from(key, 'base64url');
    const jwk = { kty: 'EC', crv: 'P-256', x: b64(point.subarray(1, 33)), y: b64(point.subarray(33)) };
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    const isSigned = verify(
      'sha256',
      Buffer.from(`${head}.${claims}`),
      { key: publicKey, dsaEncoding: 'ieee-p1363' },
      Buffer.from(signature, 'base64url'),
    );
    expect(isSigned).toBe(true);
    const said = JSON.parse(Buffer.from(claims, 'base64url').toString());
    expect(said).toMatchObject({ aud: new URL(url).origin, sub: 'mailto:safety@jari.kr' });
    expect(said.exp * 1000 - clock.now()).toBeLessThanOrEqual(24 * 3_600_000);
  });

  test.each([
    [404, 'gone'],
    [410, 'gone'],
    [413, 'refused'],
    [429, 'later'],
    [503, 'later'],
  ] as const)('answered with %i is %s', async (status, outcome) => {
    const { url } = await httpReceiver(() => status);
    expect(await channel().send(url, message)).toMatchObject({ outcome });
  });

  test('to a service that hangs comes to an end', async () => {
    const { url } = await httpReceiver(() => 'hang');
    expect(await channel(['127.0.0.1'], 50).send(url, message)).toMatchObject({ outcome: 'later' });
  });

  test('is not sent to an address of this network, nor where nobody is subscribed any more', async () => {
    const { url, received } = await httpReceiver(() => 201);
    expect(await channel([]).send(url, message)).toMatchObject({ outcome: 'later' });
    expect(await channel().send(`${url}/unknown`, message)).toMatchObject({ outcome: 'gone' });
    expect(received).toHaveLength(0);
  });
});

test.each([
  ['fire-7', 'fire-7'],
  ['a'.repeat(32), 'a'.repeat(32)],
])('the topic of %s is itself', (text, topic) => expect(topicOf(text)).toBe(topic));

test.each(['a'.repeat(33), 'fire-7/help/3', '화재'])('the topic of %s is of 32 url-safe characters', (text) => {
  expect(topicOf(text)).toMatch(/^[\w-]{32}$/);
});

const b64 = (bytes: Buffer) => bytes.toString('base64url');
