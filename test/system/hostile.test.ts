import { expect, test } from 'vitest';
import { residentMb } from '../bench/measure.ts';
import { Api, until } from './harness.ts';
import { fuzzHttp } from './hostile/fuzz-http.ts';
import { fuzzMqtt } from './hostile/fuzz-mqtt.ts';
import { EventStreams, neverRead, takeOver } from './hostile/insiders.ts';
import { SteadyAgent, steadyValue } from './hostile/steady-agent.ts';
import { dribble, guess, sendOversize, slowConnect, slowRequest } from './hostile/unauthenticated.ts';
import { lenient, startLenientWorld, startWorld, type World } from './hostile/world.ts';
import { RawAgent } from './raw-agent.ts';

/** How much rubbish, and from where: a failure names the seed to begin from. */
const count = Number(process.env.JARI_FUZZ ?? 2000);
const seed = Number(process.env.JARI_FUZZ_SEED ?? 4711);

/**
 * Growth is measured against the same rubbish a first time round: by then code is compiled, buffers are pooled and the
 * heap has its working size, and what a leak would add goes on. The world's process collects as on a small machine, so
 * garbage does not pass for growth.
 */
test.each([
  ['MQTT packets', fuzzMqtt],
  ['HTTP requests', fuzzHttp],
])(
  `${count} broken %s end no process, leave nothing behind and keep nobody out`,
  {
    timeout: 60_000 + count * 5,
  },
  async (_what, fuzz) => {
    const world = await startLenientWorld({ agents: 17 }, lenient);
    try {
      const warmUp = Math.ceil(Math.min(count, 20_000) / 5);
      await fuzz(world, warmUp, seed);
      const before = residentMb(world.pid);
      const { sent } = await fuzz(world, count, seed + warmUp);
      expect(sent).toBeGreaterThanOrEqual(count);
      expect(residentMb(world.pid) - before).toBeLessThan(50);
      await isWell(world);
    } catch (cause) {
      throw new Error(`again with JARI_FUZZ=${count} JARI_FUZZ_SEED=${seed}: ${String(cause)}`, { cause });
    }
  },
);

test('a hundred strangers with packets too long are all cut off at once and cost less than 20 MB', async () => {
  const world = await startWorld({ agents: 2 });
  await sendOversize(world, 10);
  const { openMs, growthMb } = await sendOversize(world, 100);
  expect(openMs).toHaveLength(100);
  // Some 100 ms on a machine of its own; the deadline that would cut them off anyway is far above.
  console.log(`cut off after at most ${Math.round(Math.max(...openMs))} ms`);
  expect(Math.max(...openMs)).toBeLessThan(4000);
  expect(growthMb).toBeLessThan(20);
  await isWell(world);
});

test('who dribbles a CONNECT or a request is cut off at its deadline, and others come in meanwhile', async () => {
  const world = await startWorld({ agents: 2 });
  const both = [dribble(world.mqttPort, slowConnect(world), 80), dribble(world.httpPort, slowRequest(), 80)] as const;
  await isWell(world);
  const [mqtt, http] = await Promise.all(both);
  // 5 s each, plus what the look for late requests takes, and a machine that is busy.
  expect(Math.max(...mqtt, ...http)).toBeLessThan(10_000);
  // They were cut off as late, not turned away as they came.
  expect(Math.min(...mqtt, ...http)).toBeGreaterThan(4000);
  await isWell(world);
});

test('guesses, and boxes that drive each other out, cost no reading and are held back', async () => {
  const world = await startWorld({ agents: 3 });
  const steady = await SteadyAgent.start(world, 50);
  const [storm, guesses] = [takeOver(world, 4), guess(world, 4)];
  const from = performance.now();
  await steady.pace(2000);
  const api = apiOf(world);
  const turnedAway = () => api.counter('jari_mqtt_turned_away_connections_total');
  await until('a box is told to come back later', async () => (await turnedAway()) > 0 || undefined);
  const { tries, admitted } = await storm.stop();
  const seconds = (performance.now() - from) / 1000;
  expect(await guesses.stop()).toBeGreaterThan(100);
  await allAcknowledged(world, steady);
  // Ten in hand and one more a second.
  expect(admitted).toBeLessThanOrEqual(10 + seconds + 1);
  expect(tries).toBeGreaterThan(admitted);
  expect(await api.counter('jari_mqtt_takeover_storms_total')).toBe(1);
  await isWell(world);
});

test('a thousand event streams all get the same readings in order, and one more is refused', {
  timeout: 120_000,
}, async () => {
  const world = await startWorld({ agents: 2 });
  const streams = await EventStreams.open(world, 1000);
  const steady = await SteadyAgent.start(world, 50);
  await steady.pace(2000);
  await streams.add(world);
  expect(streams.statuses().filter((status) => status === 200)).toHaveLength(1000);
  expect(streams.statuses().at(-1)).toBe(503);
  // What one commit brings is one event, so there may be fewer of them than readings, and the same for all.
  await until('several commits were told', () => ((streams.events()[0] ?? 0) > 5 ? true : undefined));
  const sent = await allAcknowledged(world, steady);
  // Every fiftieth reading has the same value, so it may be that of an event before the last.
  const counts = () => new Set(streams.events().slice(0, 1000));
  await until('every stream has the last reading', () => {
    const last = streams.lastValues().filter((value) => value === steadyValue(sent));
    return last.length === 1000 && counts().size === 1 ? true : undefined;
  });
  expect(counts().size).toBe(1);
  await streams.close();
  await isWell(world);
});

test('readers that never read are let go, and no reading waits for them', async () => {
  const world = await startWorld({ agents: 3, tokens: 11 });
  const steady = await SteadyAgent.start(world, 50);
  const readers = await neverRead(world);
  const api = apiOf(world);
  await until('all ten are cut off', async () =>
    (await api.counter('jari_mqtt_connections')) === 2 ? true : undefined,
  );
  await readers.stop();
  await allAcknowledged(world, steady);
  await isWell(world);
});

/** What was published in all: every message is acknowledged, and stored once. */
async function allAcknowledged(world: World, steady: SteadyAgent): Promise<number> {
  const { sent, acked } = await steady.end();
  expect(sent).toBeGreaterThan(50);
  expect(acked).toBe(sent);
  const agent = (await apiOf(world).agents()).get(world.agents[0]?.id ?? '');
  expect(agent).toMatchObject({ received: [[1, sent]], missing: 0 });
  return sent;
}

/** The same process takes a reading and answers a request, and nothing in its log says that it erred. */
async function isWell(world: World): Promise<void> {
  const agent = world.agents.at(-1);
  if (agent === undefined) throw new Error('a world without agents');
  const client = await until('an agent comes in', () =>
    RawAgent.connect({ port: world.mqttPort, ...agent }).catch(() => undefined),
  );
  await client.published(`jari/v1/saesol/${agent.id}/health`, '{}');
  client.destroy();
  expect((await fetch(`http://127.0.0.1:${world.httpPort}/healthz`)).status).toBe(200);
  expect(await apiOf(world).agents()).toHaveProperty('size', world.agents.length);
  process.kill(world.pid, 0);
  const bad = world
    .log()
    .split('\n')
    .filter((line) => /"level":[56]0|broker-hook-failed|request-failed/.test(line));
  expect(bad).toEqual([]);
}

const apiOf = (world: World) => new Api(`http://127.0.0.1:${world.httpPort}`, world.tokens[0]?.token ?? '');
