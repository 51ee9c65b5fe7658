import { type Dice, mutated } from '../../edge/bus/fuzz-frames.ts';
import { person, point } from './world.ts';

/** HTTP requests as a peer might send them who is broken, of another protocol, or means harm. */

const rubbish = [
  '',
  '-1',
  '0',
  'null',
  '%00',
  '%',
  '%ff%fe',
  '..%2f..%2fetc',
  "' OR 1=1--",
  '1e309',
  '9'.repeat(40),
  '하나',
] as const;
const paths = [
  '/',
  '/healthz',
  '/metrics',
  '/api/openapi.json',
  '/api/v1/agents',
  '/api/v1/devices',
  '/api/v1/devices/meter-1',
  '/api/v1/latest',
  '/api/v1/readings',
  '/api/v1/events',
  '/api/v1/session',
  '/live.css',
  '/../../package.json',
  '//x',
  '/%2e%2e/%2e%2e/etc/passwd',
  '*',
  'http://elsewhere/healthz',
] as const;
const methods = [
  'GET',
  'GET',
  'GET',
  'POST',
  'DELETE',
  'PUT',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'TRACE',
  'CONNECT',
  'get',
  'X',
] as const;

export function requestBytes(dice: Dice, token: string): Uint8Array {
  const { chance, of, below } = dice;
  if (chance(0.05)) return dice.bytes(below(600));
  const isSignIn = chance(0.15);
  const path = isSignIn ? '/api/v1/session' : pathBy(dice);
  const method = isSignIn ? 'POST' : of(list(methods));
  const { headers, body } = bodyBy(dice, method === 'POST' || chance(0.1));
  const lines = [
    `${method} ${path} HTTP/${of(['1.1', '1.1', '1.1', '1.0', '2.0', '9'])}`,
    'Host: x',
    ...(chance(0.8) ? [`Authorization: Bearer ${chance(0.95) ? token : of(list(rubbish))}`] : []),
    ...headersBy(dice),
    ...headers,
  ];
  const bytes = Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
  return chance(0.6) ? bytes : spoilt(dice, bytes);
}

function pathBy(dice: Dice): string {
  const { of, chance } = dice;
  const names = [
    'point',
    'from',
    'to',
    'limit',
    'cursor',
    'site',
    'maxPoints',
    'lastEventId',
    '__proto__',
    'constructor',
  ];
  const values = [
    ...rubbish,
    `meter-1/${point}`,
    '2026-01-01T00:00:00.000Z',
    '5',
    'saesol',
    'eyJ4IjoxfQ',
    '[]',
    'x'.repeat(3000),
  ];
  const query = Array.from({ length: dice.below(5) }, () => `${of(list(names))}=${of(list(values))}`).join('&');
  const path = chance(0.95) ? of(list(paths)) : `/${of(list(rubbish))}`;
  return query === '' ? path : `${path}?${query}`;
}

function headersBy(dice: Dice): string[] {
  const { of, chance } = dice;
  const some = [
    `Last-Event-ID: ${of(list(rubbish))}`,
    `Cookie: jari_session=${of(list(rubbish))}`,
    `Cookie: ${';'.repeat(500)}`,
    `Accept: ${of(list(rubbish))}`,
    'Expect: 100-continue',
    'Upgrade: websocket',
    'Connection: upgrade',
    'Content-Encoding: gzip',
    'Range: bytes=0-99999999999999',
    `X: ${'y'.repeat(20_000)}`,
    ' folded',
    'no colon',
    'Host: second',
    'bad header: x',
    '\0: x',
  ];
  const headers = Array.from({ length: dice.below(4) }, () => of(list(some)));
  return chance(0.02) ? Array.from({ length: 3000 }, (_, n) => `h${n}: x`) : headers;
}

function bodyBy(dice: Dice, wanted: boolean): { headers: string[]; body: Uint8Array } {
  const { of, chance, below } = dice;
  if (!wanted) return { headers: [], body: new Uint8Array() };
  const value = of(['1', 'null', '[]', '{"toString":1}', '"x"', `"${'x'.repeat(2000)}"`, '1e999', '"\\ud800"']);
  const body = Buffer.from(
    of([
      // A name and a password of the right shape cost a tenth of a second of one core, so they are few.
      chance(0.05) ? JSON.stringify({ user: person.user, password: 'wrong' }) : '{}',
      `{"user":${value},"password":${value}}`,
      `{"__proto__":{"user":"x"},"constructor":{"prototype":${value}}}`,
      '{"user":"a"',
      '['.repeat(5000),
      'x'.repeat(17_000),
      '',
      '\ufeff{}',
    ]),
  );
  const type = of([
    'application/json',
    'application/json',
    'application/json',
    'text/plain',
    'multipart/form-data',
    '\u00ff',
  ]);
  if (chance(0.3))
    return { headers: [`Content-Type: ${type}`, 'Transfer-Encoding: chunked'], body: chunked(dice, body) };
  const length = chance(0.7) ? body.length : of([-1, 0, 1, 1e9, body.length + 1, Number.NaN, below(100)]);
  return { headers: [`Content-Type: ${type}`, `Content-Length: ${length}`], body };
}

function chunked(dice: Dice, body: Uint8Array): Uint8Array {
  const size = dice.of([body.length.toString(16), body.length.toString(16), 'zz', '-1', 'ffffffffffffffff', '0', '']);
  const end = dice.of(['0\r\n\r\n', '0\r\n\r\n', '', '0\r\nx: y\r\n\r\n', '0\n\n']);
  return Buffer.concat([Buffer.from(`${size}\r\n`), body, Buffer.from(`\r\n${end}`)]);
}

function spoilt(dice: Dice, bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  switch (dice.below(5)) {
    case 0:
      return bytes.length < 2000 ? mutated(bytes, dice) : bytes.slice(0, 2000);
    case 1:
      return bytes.slice(0, dice.below(bytes.length));
    case 2:
      return Buffer.from(text.replaceAll('\r\n', dice.of(['\n', '\r', '\r\n\r\n', ''])), 'latin1');
    case 3:
      return Buffer.concat([bytes, bytes, bytes]);
    default:
      return Uint8Array.from(bytes, (byte) => (dice.chance(0.01) ? dice.below(256) : byte));
  }
}

/** A list that has a first. */
function list<T>(all: readonly T[]): [T, ...T[]] {
  const [first, ...rest] = all;
  if (first === undefined) throw new Error('nothing to choose from');
  return [first, ...rest];
}
