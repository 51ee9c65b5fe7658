/** Packets put together byte by byte, for topics that no library would send. */

/** 4 is MQTT 3.1.1. */
export type Level = 4 | 5;

export type ConnectBytes = {
  clientId: string;
  username?: string;
  password?: string;
  clean?: boolean;
  keepalive?: number;
  will?: { topic: Uint8Array; payload: string };
  level?: Level;
};

export function connectBytes(connect: ConnectBytes): Buffer {
  const { clientId, username, password, clean = true, keepalive = 10, will, level = 4 } = connect;
  const flags =
    (username === undefined ? 0 : 0x80) |
    (password === undefined ? 0 : 0x40) |
    (will === undefined ? 0 : 0x2c) | // at QoS 1, retained
    (clean ? 0x02 : 0);
  const body = [
    text(Buffer.from('MQTT')),
    Buffer.from([level, flags, keepalive >> 8, keepalive & 0xff]),
    noProperties(level),
    text(Buffer.from(clientId)),
    ...(will === undefined ? [] : [noProperties(level), text(will.topic), text(Buffer.from(will.payload))]),
    ...(username === undefined ? [] : [text(Buffer.from(username))]),
    ...(password === undefined ? [] : [text(Buffer.from(password))]),
  ];
  return packet(0x10, ...body);
}

export type PublishBytes = { topic: Uint8Array; payload: string; qos: 0 | 1; retain: boolean };

export function publishBytes({ topic, payload, qos, retain }: PublishBytes, level: Level = 4): Buffer {
  const id = qos === 0 ? Buffer.alloc(0) : Buffer.from([0, 7]);
  const first = 0x30 | (qos << 1) | (retain ? 1 : 0);
  return packet(first, text(topic), id, noProperties(level), Buffer.from(payload));
}

export function subscribeBytes(filters: readonly Uint8Array[], qos: 0 | 1, level: Level = 4): Buffer {
  const wanted = filters.flatMap((filter) => [text(filter), Buffer.from([qos])]);
  return packet(0x82, Buffer.from([0, 9]), noProperties(level), ...wanted);
}

function packet(first: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const length: number[] = [];
  for (let left = body.length; left > 0 || length.length === 0; left >>= 7) {
    length.push((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
  }
  return Buffer.concat([Buffer.from([first, ...length]), body]);
}

function noProperties(level: Level): Buffer {
  return Buffer.alloc(level === 5 ? 1 : 0);
}

function text(bytes: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
}
