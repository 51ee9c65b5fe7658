import { generate, type Packet } from 'mqtt-packet';
import { type Dice, mutated } from '../../edge/bus/fuzz-frames.ts';
import { point, siteId } from './world.ts';

/** MQTT packets as a peer might send them who is broken, of another protocol, or means harm. */

type Account = { readonly id: string; readonly password: string; readonly device: string };

/** What opens a connection: most of it good enough to be looked at, little of it let in. */
export function connectBytes(dice: Dice, { id, password }: Account): Uint8Array {
  const { chance, of } = dice;
  const old = chance(0.1);
  const clientId = old ? id : of([id, id, '', 'x'.repeat(500), '__proto__', '하나']);
  const right = generate({
    cmd: 'connect',
    protocolId: old ? 'MQIsdp' : 'MQTT',
    protocolVersion: old ? 3 : 4,
    clean: clientId === '' || chance(0.9),
    keepalive: of([10, 10, 0, 1, 65_535]),
    clientId,
    username: of([id, id, 'admin', '']),
    password: Buffer.from(of([password, 'guess', ''])),
    ...(chance(0.3)
      ? {
          will: { topic: topicBy(dice, id, 'meter-1'), payload: Buffer.from('gone'), qos: of([0, 1, 2]), retain: true },
        }
      : {}),
  });
  return spoilt(dice, right);
}

/** What a signed-in agent sends, sound or not. */
export function packetBytes(dice: Dice, { id, device }: Account): Uint8Array {
  const packet = packetBy(dice, id, device);
  const bytes = generate(packet);
  return dice.chance(0.5) ? bytes : spoilt(dice, bytes);
}

function packetBy(dice: Dice, id: string, device: string): Packet {
  const { below, chance, of } = dice;
  const messageId = dice.between(1, 65_535);
  const base = `jari/v1/${siteId}/${id}`;
  switch (below(12)) {
    case 0:
      return {
        cmd: 'subscribe',
        messageId,
        subscriptions: Array.from({ length: dice.between(1, 5) }, () => ({
          topic: filterBy(dice, base),
          qos: of([0, 1, 2]),
        })),
      };
    case 1:
      return { cmd: 'unsubscribe', messageId, unsubscriptions: [filterBy(dice, base)] };
    case 2:
      return { cmd: of(['puback', 'pubrec', 'pubrel', 'pubcomp']), messageId };
    case 3:
      return of([{ cmd: 'pingreq' }, { cmd: 'pingresp' }, { cmd: 'disconnect' }] as [Packet, ...Packet[]]);
    default: {
      const topic = chance(0.8)
        ? `${base}/${of([`${device}/readings`, 'status', 'health'])}`
        : topicBy(dice, id, device);
      const payload = Buffer.from(payloadBy(dice));
      return {
        cmd: 'publish',
        topic,
        payload,
        qos: of([0, 1, 1, 2]),
        messageId,
        dup: chance(0.1),
        retain: chance(0.2),
      };
    }
  }
}

const filterBy = (dice: Dice, base: string) =>
  dice.of([
    `${base}/command`,
    '#',
    '+/+',
    '$SYS/#',
    `$share/g/${base}/command`,
    `${base}/+`,
    'a/b#',
    '/'.repeat(40),
    'x'.repeat(900),
  ]);

const topicBy = (dice: Dice, id: string, device: string) =>
  dice.of([
    `jari/v1/${siteId}/${id}/status`,
    `jari/v1/${siteId}/${id}/${device}/birth`,
    `jari/v1/${siteId}/${id}/made-up-${dice.below(1e6)}/birth`,
    `jari/v1/${siteId}/${id}/command/result`,
    `jari/v1/${siteId}/${id}/command`,
    `jari/v1/${siteId}/other/status`,
    `jari/v1/${siteId}/parking/lot-1`,
    '$SYS/broker',
    '/'.repeat(30),
    'jari/v1/../../x',
    'x'.repeat(2000),
  ]);

const deep = `${'['.repeat(2000)}${']'.repeat(2000)}`;

function payloadBy(dice: Dice): Uint8Array | string {
  const value = dice.of(['1', 'null', '"x"', '1e999', '-0', '9007199254740993', '{"__proto__":1}', '[1]', deep, 'NaN']);
  const points = { [point]: { dt: [0], v: [0] } };
  const readings = {
    v: 1,
    epoch: 'fuzz',
    start: 1,
    seq: dice.below(1e6),
    at: Date.now(),
    age: 0,
    clock: 'synced',
    points,
  };
  const text = JSON.stringify(readings);
  switch (dice.below(6)) {
    case 0:
      return text;
    case 1:
      return text.replace(/:(\d+|\[0\]|"[^"]*")/g, (all) => (dice.chance(0.3) ? `:${value}` : all));
    case 2:
      return mutated(Buffer.from(text), dice);
    case 3:
      return dice.bytes(dice.below(400));
    case 4:
      return `{"v":1,"constructor":{"prototype":${value}},"__proto__":${value},"points":${value}}`;
    default:
      return value;
  }
}

/** A packet that is not as it was: bits, pieces, its length field, its strings, its type. */
function spoilt(dice: Dice, bytes: Uint8Array): Uint8Array {
  switch (dice.below(8)) {
    case 0:
      return mutated(bytes, dice);
    case 1:
      return bytes.slice(0, dice.below(bytes.length));
    case 2:
      return withLength(bytes, dice.of([0, 1, 2, 127, 128, 16_383, 16_384, 2_097_152, 268_435_455, dice.below(300)]));
    case 3:
      return Uint8Array.from(bytes, (byte, n) => (n > 3 && dice.chance(0.05) ? dice.of(notUtf8) : byte));
    case 4:
      return Uint8Array.from([dice.below(256), ...bytes.slice(1)]);
    case 5:
      return Uint8Array.from([...bytes, ...bytes]);
    case 6:
      return dice.bytes(dice.between(1, 300));
    default:
      return bytes;
  }
}

/** Bytes that no UTF-8 text holds, and the null that MQTT forbids in one (§1.5.3). */
const notUtf8 = [0xff, 0xc0, 0x80, 0xed, 0xf5, 0x00] as [number, ...number[]];

function withLength(bytes: Uint8Array, length: number): Uint8Array {
  const header = [bytes[0] ?? 0];
  let left = length;
  do {
    header.push((left % 128) | (left >= 128 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  let end = 1;
  while (((bytes[end] ?? 0) & 0x80) !== 0) end++;
  return Uint8Array.from([...header, ...bytes.slice(end + 1)]);
}
