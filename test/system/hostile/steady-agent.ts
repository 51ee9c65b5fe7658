import { fileURLToPath } from 'node:url';
import { until } from '../harness.ts';
import { RawAgent } from '../raw-agent.ts';
import { Child } from './child.ts';
import { point, siteId, type World } from './world.ts';

/**
 * An agent that publishes a reading so many times a second, whatever becomes of the earlier ones. In a process of its
 * own, so that what the attackers cost is not put down to the gateway.
 */

export type Pace = {
  readonly sent: number;
  readonly acked: number;
  readonly ms: number;
  readonly ackMs: readonly number[];
};
type Account = { port: number; id: string; password: string; device: string; perSecond: number };

/** What the reading of this number says. */
export const steadyValue = (seq: number) => 200 + (seq % 50);

export class SteadyAgent {
  readonly #child: Child;

  private constructor(child: Child) {
    this.#child = child;
  }

  static async start(world: World, perSecond: number): Promise<SteadyAgent> {
    const [agent] = world.agents;
    if (agent === undefined) throw new Error('a world without agents');
    const child = new Child(fileURLToPath(import.meta.url), { port: world.mqttPort, perSecond, ...agent });
    await child.ask('begin');
    return new SteadyAgent(child);
  }

  /** What was sent and acknowledged in the next `ms`. */
  pace(ms: number): Promise<Pace> {
    return this.#child.ask('pace', ms);
  }

  /** Sends no more, waits until all is acknowledged; what was sent and acknowledged in all. */
  async end(): Promise<{ sent: number; acked: number }> {
    const total = await this.#child.ask<{ sent: number; acked: number }>('end');
    await this.#child.end();
    return total;
  }
}

async function serve({ port, id, password, device, perSecond }: Account): Promise<void> {
  const agent = await RawAgent.connect({ port, id, password });
  const base = `jari/v1/${siteId}/${id}`;
  const epoch = `steady${process.pid}`;
  let [sent, acked] = [0, 0];
  let ackMs: number[] = [];
  const publish = () => {
    const from = performance.now();
    const points = { [point]: { dt: [0], v: [steadyValue(++sent)] } };
    const body = { v: 1, epoch, start: 1, seq: sent, at: Date.now(), age: 0, clock: 'synced', points };
    agent.publish(`${base}/${device}/readings`, JSON.stringify(body), () => {
      acked++;
      ackMs.push(performance.now() - from);
    });
  };
  let timer: NodeJS.Timeout | undefined;
  await Child.serve({
    async begin() {
      const status = { v: 1, state: 'online', epoch, start: 1, version: 'x', simulated: true, lost: [] };
      await agent.published(`${base}/status`, JSON.stringify(status), true);
      const from = performance.now();
      let due = 0;
      timer = setInterval(() => {
        for (; due < ((performance.now() - from) / 1000) * perSecond; due++) publish();
      }, 2);
    },
    async pace(ms) {
      ackMs = [];
      const before = { sent, acked, at: performance.now() };
      await new Promise((resolve) => setTimeout(resolve, Number(ms)));
      return { sent: sent - before.sent, acked: acked - before.acked, ms: performance.now() - before.at, ackMs };
    },
    async end() {
      clearInterval(timer);
      await until('all is acknowledged', () => (acked === sent || agent.closed ? true : undefined));
      agent.destroy();
      return { sent, acked };
    },
  });
}

const account = Child.task<Account>(import.meta.url);
if (account !== undefined) await serve(account);
