import type { IConnectPacket, IPublishPacket } from 'mqtt-packet';
import { connectBytes, Departure, InteropClient, type Will } from './interop-client.ts';
import type { Peer } from './interop-peers.ts';

/**
 * What the Paho interoperability suite asks of an MQTT 3.1.1 broker, in our own words. A check returns when the broker does
 * as the suite asks; otherwise it throws a `Departure` that says what the broker did.
 */
export type Check = (peer: Peer) => Promise<void>;

const ask = (holds: boolean, instead: string) => {
  if (!holds) throw new Departure(instead);
};

const quality = [0, 1, 2] as const;

async function join(peer: Peer, who: Partial<IConnectPacket>, more: Partial<IConnectPacket> = {}) {
  const client = await InteropClient.open(peer.port);
  const connack = await client.connect({ ...who, ...more });
  return { client, connack };
}

/** The one who listens and the one who speaks, the same client where one may do both. */
async function pair(peer: Peer): Promise<{ speaker: InteropClient; listener: InteropClient }> {
  const { client: listener } = await join(peer, peer.listener);
  if (peer.speaker === peer.listener) return { speaker: listener, listener };
  const { client: speaker } = await join(peer, peer.speaker);
  return { speaker, listener };
}

function lastWords({ topic, payload }: Will): Partial<IConnectPacket> {
  return { will: { topic, payload: Buffer.from(payload), qos: 2, retain: false } };
}

export const comesAgain: Check = async (peer) => {
  const { client: first } = await join(peer, peer.listener);
  await first.disconnect();
  const { connack } = await join(peer, peer.listener);
  ask(!connack.sessionPresent, 'a session that nobody asked for');
};

export const hearsEachQuality: Check = async (peer) => {
  const { speaker, listener } = await pair(peer);
  const [said] = peer.topics;
  await listener.subscribe({ topic: said.topic, qos: 2 });
  for (const qos of quality) await speaker.publish({ ...said, qos });
  const qualities = (await listener.hears(3)).map(({ qos }) => qos).sort();
  ask(qualities.join() === '0,1,2', `heard at QoS ${qualities.join()}`);
  await listener.disconnect();
};

export const endsAtSecondConnect: Check = async (peer) => {
  const { client } = await join(peer, peer.listener);
  const answer = await client.connack(connectBytes(peer.listener));
  ask(answer === undefined, `CONNACK ${answer?.code} to the second CONNECT`);
};

export const endsAtOtherProtocol: Check = async (peer) => {
  const client = await InteropClient.open(peer.port);
  const bytes = connectBytes(peer.listener);
  bytes.write('MQTX', bytes.indexOf('MQTT'));
  const answer = await client.connack(bytes);
  ask(answer?.code !== 0, 'let in by a protocol of another name');
};

async function retain(peer: Peer, words: (said: Will) => string) {
  const { client: speaker } = await join(peer, peer.speaker);
  for (const qos of quality) {
    const { topic, payload } = peer.topics[qos];
    await speaker.publish({ topic, payload: words({ topic, payload }), qos, retain: true });
  }
  await speaker.disconnect();
}

async function retained(peer: Peer, count: number): Promise<number> {
  const { client } = await join(peer, peer.listener);
  await client.subscribe({ topic: peer.below, qos: 2 });
  const heard = await client.hears(count);
  await client.disconnect();
  return heard.filter((message) => message.retain).length;
}

export const retains: Check = async (peer) => {
  await retain(peer, ({ payload }) => payload);
  const count = await retained(peer, 3);
  ask(count === 3, `${count} of 3 retained`);
};

export const forgetsRetained: Check = async (peer) => {
  await retains(peer);
  await retain(peer, () => '');
  const count = await retained(peer, 0);
  ask(count === 0, `${count} of 3 still retained`);
};

export const keepsForTheAbsent: Check = async (peer) => {
  const stays = { ...peer.listener, clean: false, clientId: `${peer.topics[0].topic} absent` };
  const { client } = await join(peer, stays);
  await client.subscribe({ topic: peer.below, qos: 2 });
  await client.disconnect();
  const { client: speaker } = await join(peer, peer.speaker);
  for (const qos of quality) await speaker.publish({ ...peer.topics[qos], qos });
  const { client: back, connack } = await join(peer, stays);
  ask(connack.sessionPresent, 'the session was forgotten');
  const above0 = (await back.hears(2)).filter(({ qos }) => qos > 0);
  ask(above0.length === 2, `${above0.length} of 2 kept`);
  await back.disconnect();
};

export const speaksLastWords: Check = async (peer) => {
  const [will] = peer.topics;
  const { client: dying } = await join(peer, peer.speaker, { ...lastWords(will), clientId: dyingId(peer) });
  const { client: listener } = await join(peer, peer.listener, { clientId: 'listens' });
  await listener.subscribe({ topic: will.topic, qos: 2 });
  await dying.breakOff();
  const { length } = await listener.hears(1);
  ask(length === 1, `the will was heard ${length} times`);
};

export const noticesSilence: Check = async (peer) => {
  const [will] = peer.topics;
  const more = { ...lastWords(will), keepalive: 1, clientId: dyingId(peer) };
  const { client: silent } = await join(peer, peer.speaker, more);
  const { client: listener } = await join(peer, peer.listener, { clientId: 'listens' });
  await listener.subscribe({ topic: will.topic, qos: 2 });
  ask(await silent.isCutOff(10_000), 'still connected after ten keepalives');
  const { length } = await listener.hears(1);
  ask(length === 1, `the will was heard ${length} times`);
};

/** An agent's client id is its own name; everyone else may choose. */
const dyingId = (peer: Peer) => peer.speaker.clientId ?? 'dies';

export const overlaps: Check = async (peer) => {
  const { speaker, listener } = await pair(peer);
  await listener.subscribe({ topic: peer.below, qos: 2 }, { topic: peer.oneLevel, qos: 1 });
  await speaker.publish({ ...peer.topics[1], qos: 2 });
  const qualities = (await listener.hears(1)).map(({ qos }) => qos).sort();
  ask(['2', '1,2'].includes(qualities.join()), `heard at QoS ${qualities.join()}`);
};

/** What a client hears on its return of what it left unanswered. */
async function afterReturn(peer: Peer): Promise<readonly IPublishPacket[]> {
  const stays = { ...peer.listener, clean: false, clientId: `${peer.topics[0].topic} again` };
  const { client } = await join(peer, stays);
  await client.subscribe({ topic: peer.below, qos: 2 });
  client.answers = false;
  const { client: speaker } = await join(peer, peer.speaker);
  await speaker.publish({ ...peer.topics[1], qos: 1 });
  await speaker.publish({ ...peer.topics[2], qos: 2 });
  await client.leavesUnanswered(2);
  await client.disconnect();
  const { client: back } = await join(peer, stays);
  return back.hears(2);
}

export const deliversAgain: Check = async (peer) => {
  const { length } = await afterReturn(peer);
  ask(length === 2, `${length} of 2 delivered again`);
};

export const marksRepetition: Check = async (peer) => {
  const marked = (await afterReturn(peer)).filter(({ dup }) => dup).length;
  ask(marked === 2, `${marked} of 2 marked`);
};

export const refusesFilter: Check = async (peer) => {
  const { client } = await join(peer, peer.listener);
  const refusal = await client.subscribe({ topic: peer.forbidden, qos: 2 }).catch((error: unknown) => error);
  if (refusal instanceof Departure && refusal.message === 'SUBACK 0x80') return;
  throw refusal ?? new Departure('granted');
};

export const hidesDollarTopics: Check = async (peer) => {
  const { speaker, listener } = await pair(peer);
  const [{ topic, payload }] = peer.topics;
  const levels = topic.split('/').map(() => '+');
  await listener.subscribe({ topic: levels.join('/'), qos: 2 });
  await speaker.publish({ topic: `$${topic}`, payload, qos: 1 });
  await speaker.publish({ topic, payload, qos: 1 });
  // What earlier tests retained comes through such a filter as well.
  const fresh = (await listener.hears(1)).filter((message) => !message.retain).map((message) => message.topic);
  ask(fresh.join() === topic, `heard of ${fresh.join()}`);
};

export const unsubscribes: Check = async (peer) => {
  const { client: listener } = await join(peer, peer.listener, { clientId: 'listens' });
  for (const { topic } of peer.topics) await listener.subscribe({ topic, qos: 2 });
  await listener.unsubscribe(peer.topics[0].topic);
  const { client: speaker } = await join(peer, peer.speaker);
  for (const said of peer.topics) await speaker.publish({ ...said, qos: 1 });
  const topics = (await listener.hears(2)).map(({ topic }) => topic);
  ask(topics.length === 2 && !topics.includes(peer.topics[0].topic), `${topics.length} heard of 2`);
};

export const refusesNamelessSession: Check = async (peer) => {
  const client = await InteropClient.open(peer.port);
  const bytes = connectBytes({ ...peer.listener, clientId: '' });
  // The library does not write such a packet, so the clean flag is taken out of the byte behind protocol name and level.
  const flags = bytes.indexOf('MQTT') + 5;
  bytes.writeUInt8(bytes.readUInt8(flags) & ~0x02, flags);
  const answer = await client.connack(bytes);
  ask(answer?.code !== 0, 'let in');
};

export const namesTheNameless: Check = async (peer) => {
  const { client } = await join(peer, peer.listener, { clientId: '' });
  await client.disconnect();
};

export const letsStrangersIn: Check = async (peer) => {
  const { client } = await join(peer, { clientId: 'stranger' });
  await client.disconnect();
};

export const letsInWithoutKeepalive: Check = async (peer) => {
  const { client } = await join(peer, peer.listener, { keepalive: 0 });
  await client.disconnect();
};

export const tellsEverything: Check = async (peer) => {
  const { client } = await join(peer, peer.listener);
  await client.subscribe({ topic: '#', qos: 0 });
  await client.disconnect();
};

export const keepsToQuality: Check = async (peer) => {
  const { speaker, listener } = await pair(peer);
  await listener.subscribe({ topic: peer.below, qos: 1 });
  await speaker.publish({ ...peer.topics[1], qos: 2 });
  ask((await heardOnce(listener)).qos === 1, 'QoS 2 where 1 was granted');
};

export const keepsToQualityOfRetained: Check = async (peer) => {
  await retain(peer, ({ payload }) => payload);
  const { client } = await join(peer, peer.listener);
  await client.subscribe({ topic: peer.below, qos: 0 });
  const above = (await client.hears(3)).filter(({ qos }) => qos > 0).length;
  ask(above === 0, `${above} of 3 above QoS 0, which was granted`);
};

async function heardOnce(client: InteropClient): Promise<IPublishPacket> {
  const [first, ...more] = await client.hears(1);
  if (first === undefined || more.length > 0) throw new Departure(`heard ${more.length + (first ? 1 : 0)} times`);
  return first;
}
