import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt, { type MqttClient } from 'mqtt';
import { expect, test } from 'vitest';
import { frameTcp } from '../../devices/modbus/tcp.ts';
import { atEnd } from '../cleanup.ts';
import { command, missing } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { addAgent, createToken, start, startEdge, startGateway, until } from './harness.ts';
import { soleFrame, startTcpLine } from './tcp-slave.ts';

/**
 * Readers of others hear all that is said, once and in order: mosquitto_sub and MQTT.js at every QoS, beside our own agent
 * and agents of others that say several things in one breath, one of them at every QoS in turn.
 */

type Qos = 0 | 1 | 2;
const rounds = Number(process.env.JARI_ROUNDS ?? 60);

const noMosquitto = missing(command('mosquitto_sub'), command('stdbuf'));

test.skipIf(noMosquitto)(
  'live readers at every QoS miss nothing of agents at every QoS',
  { timeout: 120_000 },
  async () => {
    const dir = tempDir();
    const slave = await startTcpLine((request, nth) => {
      const { transaction, unit } = soleFrame(request);
      return [{ afterMs: 1, bytes: frameTcp(transaction, unit, Uint8Array.of(3, 2, nth >> 8, nth & 0xff)) }];
    });
    const strangers = ([[0], [1], [2], [1, 0, 2, 0, 1]] as const).map((levels, nth) => ({
      id: `box-${nth + 2}`,
      device: `far-${nth + 2}`,
      levels,
    }));
    const site = writeSiteFile(dir, slave.port, strangers);
    const gateway = await startGateway({ site, dir: join(dir, 'data') });
    const passwordOf = new Map<string, string>();
    for (const id of ['box-1', ...strangers.map((each) => each.id)]) {
      const passwordFile = join(dir, `${id}.password`);
      await addAgent({ id, site, dir: gateway.dir, passwordFile });
      passwordOf.set(id, passwordFile);
    }
    const token = await createToken(gateway.dir);
    const readers = await readersOf(gateway.mqttPort, token);
    startEdge({ site, agent: 'box-1', dir: join(dir, 'edge'), mqttPort: gateway.mqttPort });
    const near = (heard: readonly Heard[]) => heard.filter(({ topic }) => topic.endsWith('/near-1/readings')).length;
    await until('our own agent speaks', () => readers.every(({ heard }) => near(heard) > 0) || undefined);
    const before = readers.map(({ heard }) => near(heard));
    const said = new Map<string, string[]>();
    const late: Reader[] = [];
    const comers = await Promise.all(Array.from({ length: 16 }, () => connected(gateway.mqttPort, 'test', token)));
    await Promise.all(
      strangers.map(async ({ id, device, levels }) => {
        const client = await signIn(gateway.mqttPort, id, passwordOf.get(id) ?? '');
        for (let round = 0; round < rounds; round++) {
          const messages = messagesOf(`jari/v1/test/${id}`, device, round);
          for (const [nth, { topic, payload, retain }] of messages.entries()) {
            client.publish(topic, payload, { qos: levels[(round + nth) % levels.length] ?? 0, retain });
            said.set(id, [...(said.get(id) ?? []), `${topic} ${payload}`]);
          }
          if (round % 15 === 7) late.push(await reading(comers.pop(), levels[0]));
          await new Promise((resolve) => setTimeout(resolve, round % 3 === 0 ? 0 : 20));
        }
      }),
    );
    const ends = [...said.values()].map((texts) => texts.at(-1));
    const hasEnds = ({ heard }: Reader) => ends.every((end) => heard.some((each) => text(each) === end));
    const count = [...said.values()].reduce((sum, texts) => sum + texts.length, 0);
    const hasAll = (reader: Reader) =>
      hasEnds(reader) && reader.heard.filter(({ topic }) => !topic.includes('/box-1/')).length >= count;
    const isOver = () => readers.every(hasAll) && late.every(hasEnds);
    await until('everybody has heard the last', () => isOver() || undefined, 30_000);
    const mixed = strangers.filter(({ levels }) => levels.length > 1).map(({ id }) => id);
    for (const [id, texts] of said) {
      const of = (heard: readonly Heard[]) => heard.filter(({ topic }) => topic.includes(`/${id}/`));
      for (const { name, qos, heard } of readers) {
        const all = of(heard).map(text);
        // A client hands on at QoS 2 when the handshake is over, and what came at QoS 0 meanwhile before it (MQTT-4.3.3-2).
        const isSorted = qos === 2 && mixed.includes(id);
        expect(isSorted ? all.toSorted() : all, `${name} of ${id}`).toEqual(isSorted ? texts.toSorted() : texts);
      }
      for (const { name, qos, heard } of late) {
        if (qos === 2 && mixed.includes(id)) continue;
        const live = of(heard).filter(({ isKept }) => !isKept);
        expect(live.map(text), `${name}, late, of ${id}`).toEqual(texts.slice(-live.length));
        expect(goingBack(of(heard), texts), `${name}, late, of ${id}`).toEqual([]);
      }
    }
    expect(late.length).toBeGreaterThan(3);
    expect(readers.every(({ heard }, nth) => near(heard) > (before[nth] ?? 0))).toBe(true);
  },
);

type Heard = { topic: string; payload: string; isKept?: boolean };
type Reader = { name: string; qos: Qos; heard: readonly Heard[] };

function text({ topic, payload }: Heard): string {
  return `${topic} ${payload}`;
}

/** What came behind something newer of its own topic. */
function goingBack(heard: readonly Heard[], texts: readonly string[]): string[] {
  const newest = new Map<string, number>();
  return heard.flatMap((each) => {
    const at = texts.indexOf(text(each));
    const isOld = at < (newest.get(each.topic) ?? -1);
    newest.set(each.topic, Math.max(at, newest.get(each.topic) ?? -1));
    return isOld ? [text(each)] : [];
  });
}

/** All that an agent says in one breath: what is kept first, and readings right behind it; a kept one is replaced at once. */
function messagesOf(base: string, device: string, round: number) {
  const about = { v: 1, epoch: 'far', start: 1 };
  const status = (n: number) => ({ ...about, state: 'online', version: `${round}.${n}`, simulated: false, lost: [] });
  const point = { kind: 'test', type: 'number', unit: null, valid: null, maxSilence: 60_000 + round, writable: false };
  const birth = { v: 1, epoch: 'far', bus: 'lan', profile: 'p', simulated: false, points: { a: point } };
  const health = {
    ...{ v: 1, at: Date.now(), clock: 'synced', backlog: round, diskFree: 1, rss: 1, loopP99Ms: 0, buses: {} },
    devices: { [device]: { state: 'online', since: 1, why: null } },
  };
  const readings = (n: number) => ({
    ...{ ...about, seq: 3 * round + n, at: Date.now(), age: 0, clock: 'synced' },
    points: { a: { dt: [0], v: [3 * round + n] } },
  });
  const say = (topic: string, payload: object, retain = false) => ({
    topic: `${base}/${topic}`,
    payload: JSON.stringify(payload),
    retain,
  });
  return [
    say('status', status(1), true),
    say(`${device}/birth`, birth, true),
    say(`${device}/readings`, readings(1)),
    say('health', health, true),
    say(`${device}/readings`, readings(2)),
    say('status', status(2), true),
    say(`${device}/readings`, readings(3)),
  ];
}

async function readersOf(port: number, token: string): Promise<Reader[]> {
  const own = await Promise.all(
    ([0, 1, 2] as const).map(async (qos) => reading(await connected(port, 'test', token), qos)),
  );
  return [...own, ...(await Promise.all(([0, 1, 2] as const).map((qos) => subscribed(port, token, qos))))];
}

async function reading(client: MqttClient | undefined, qos: Qos): Promise<Reader> {
  if (client === undefined) throw new Error('nobody comes any more');
  const heard: Heard[] = [];
  client.on('message', (topic, payload, { retain }) =>
    heard.push({ topic, payload: payload.toString(), isKept: retain }),
  );
  await client.subscribeAsync({ 'jari/v1/test/#': { qos } });
  return { name: `MQTT.js at QoS ${qos}`, qos, heard };
}

async function subscribed(port: number, token: string, qos: Qos): Promise<Reader> {
  const heard: Heard[] = [];
  const about = ['-h', '127.0.0.1', '-p', String(port), '-u', 'test', '-P', token];
  const running = start('stdbuf', [
    '-oL',
    'mosquitto_sub',
    ...about,
    '-q',
    String(qos),
    '-t',
    'jari/v1/test/#',
    '-F',
    '%t %p',
    '-d',
  ]);
  let rest = '';
  running.child.stdout?.on('data', (chunk: Buffer) => {
    const lines = (rest + chunk.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines)
      if (line.startsWith('jari/'))
        heard.push({ topic: line.slice(0, line.indexOf(' ')), payload: line.slice(line.indexOf(' ') + 1) });
  });
  await until('mosquitto_sub has subscribed', () => running.output().includes('SUBACK') || undefined);
  return { name: `mosquitto_sub at QoS ${qos}`, qos, heard };
}

async function signIn(port: number, id: string, passwordFile: string): Promise<MqttClient> {
  return connected(port, id, readFileSync(passwordFile, 'utf8').trim());
}

async function connected(port: number, username: string, password: string): Promise<MqttClient> {
  const clientId = username.startsWith('box-') ? username : `${username}-${Math.random().toString(36).slice(2)}`;
  const options = { username, password, clientId, reconnectPeriod: 0, keepalive: 10 };
  // Many at once are told to come a little later.
  const client = await until(`${clientId} is let in`, () =>
    mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, options).catch(() => undefined),
  );
  atEnd(() => client.endAsync(true));
  return client;
}

function writeSiteFile(dir: string, port: number, strangers: readonly { id: string; device: string }[]): string {
  const site = join(dir, 'site.yaml');
  const agent = (id: string, device: string) => `
  - id: ${id}
    uplink: { url: "mqtt://127.0.0.1:1883", username: ${id}, passwordFile: ${id}.password }
    buses:
      - id: lan-${id}
        kind: modbus-tcp
        host: 127.0.0.1
        port: ${port}
        devices:
          - { id: ${device}, profile: one, unit: 1, every: 500ms }`;
  const profile = `id: one
maker: nobody
model: none
source: this test
verified: none
points:
  a: { table: holding, address: 0, type: u16, kind: test }
`;
  mkdirSync(join(dir, 'profiles'));
  writeFileSync(join(dir, 'profiles', 'one.yaml'), profile);
  const agents = [{ id: 'box-1', device: 'near-1' }, ...strangers].map(({ id, device }) => agent(id, device)).join('');
  writeFileSync(
    site,
    `site: test
name: { ko: 시험장, en: Test site }
timezone: Asia/Seoul
profiles: [./profiles]
agents:${agents}
`,
  );
  return site;
}
