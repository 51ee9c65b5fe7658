import { expect, onTestFinished, test } from 'vitest';
import { SimClock } from '../../contract/sim-clock.ts';
import { silentLog } from '../../edge/log.ts';
import { Uplink } from '../../edge/uplink/uplink.ts';
import { ConnectRateLimit } from '../../gateway/mqtt/connect-rate-limit.ts';
import { diceOf } from '../edge/bus/fuzz-frames.ts';
import { Api, until } from './harness.ts';
import { Returning } from './hostile/returning.ts';
import { startAgain, startWorld } from './hostile/world.ts';

const agents = 200;
const backWithinMs = 90_000;

test.each([
  [0, 1],
  [3000, 2],
  [30_000, 3],
  [600_000, 4],
])('200 agents whose gateway was gone for %i ms are back within 90 s, 20 a second', async (downMs, seed) => {
  const clock = new SimClock();
  const gateway = new SimulatedGateway(clock);
  const dice = diceOf(seed);
  const uplinks = Array.from({ length: agents }, (_, n) => gateway.uplink(`box-${n}`, () => dice.below(1e9) / 1e9));
  for (const uplink of uplinks) uplink.start();
  await clock.advance(200_000);
  expect(gateway.connected).toBe(agents);
  gateway.stop();
  await clock.advance(downMs);
  gateway.begin();
  const signIns: number[] = [];
  for (let ms = 0; gateway.connected < agents && ms < 2 * backWithinMs; ms += 50) {
    const before = gateway.connected;
    await clock.advance(50);
    for (let n = before; n < gateway.connected; n++) signIns.push(ms);
  }
  expect(gateway.connected).toBe(agents);
  expect(signIns.at(-1)).toBeLessThan(backWithinMs);
  const inSecond = (at: number) => signIns.filter((other) => other >= at && other < at + 1000).length;
  expect(Math.max(...signIns.map(inSecond))).toBeLessThanOrEqual(20);
  const closing = uplinks.map((uplink) => uplink.close(0));
  await clock.advance(5000);
  await Promise.all(closing);
});

test('40 agents come back to a gateway that was killed, at most 20 in any second', { timeout: 120_000 }, async () => {
  const world = await startWorld({ agents: 40 });
  const returning = new Returning({ port: world.mqttPort, agents: world.agents });
  onTestFinished(() => returning.close());
  const allIn = () => until('all are in', () => (returning.connected === 40 ? true : undefined), backWithinMs);
  await allIn();
  await world.kill();
  await until('all are out', () => (returning.connected === 0 ? true : undefined));
  returning.begin();
  const again = await startAgain(world);
  await allIn();
  expect(returning.peak()).toBeLessThanOrEqual(20);
  const api = new Api(`http://127.0.0.1:${again.httpPort}`, again.tokens[0]?.token ?? '');
  expect(await api.counter('jari_mqtt_held_back_connects_total')).toBe(returning.refused);
  expect(await api.counter('jari_mqtt_connects_total')).toBe(40);
});

/** The gateway's connectRate before agents' own uplinks, with nothing else between them. */
class SimulatedGateway {
  readonly #clock: SimClock;
  readonly #lost = new Map<string, (why: string) => void>();
  #connectRate: ConnectRateLimit | undefined = new ConnectRateLimit();

  constructor(clock: SimClock) {
    this.#clock = clock;
  }

  get connected(): number {
    return this.#lost.size;
  }

  stop(): void {
    this.#connectRate = undefined;
    for (const lose of this.#lost.values()) lose('the broker closed the connection');
    this.#lost.clear();
  }

  begin(): void {
    this.#connectRate = new ConnectRateLimit();
  }

  uplink(id: string, random: () => number): Uplink {
    return new Uplink({
      clock: this.#clock,
      log: silentLog,
      random,
      link: {
        connect: async ({ onLost }) => {
          if (this.#connectRate?.ask(id, this.#clock.monotonic()) !== 'yes') throw new Error('not now');
          this.#lost.set(id, onLost);
        },
        publish: async () => {},
        subscribe: async () => {},
        disconnect: async () => {
          this.#lost.delete(id);
        },
      },
      outbox: { page: async () => [], ack: () => {} },
      epoch: 'e',
      topicOf: (device) => device,
      will: { topic: 'status', payload: '' },
      hello: () => [],
      onConnected: () => {},
      onStoreFailure: (error) => {
        throw error;
      },
    });
  }
}
