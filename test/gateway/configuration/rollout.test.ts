import { describe, expect, test } from 'vitest';
import type { ConfigurationReport } from '../../../contract/configuration.ts';
import type { ConfigurationFailure } from '../../../contract/reasons/configuration.ts';
import {
  type AgentFacts,
  begin,
  gatewayStarted,
  noWatch,
  type Rollout,
  type RolloutFacts,
  rolloutSchema,
  step,
} from '../../../gateway/configuration/rollout.ts';

const trial = { ms: 600_000, settleMs: 30_000, pollShare: 0.9, starts: 3, loopMs: 500 };
const report = (of: Partial<ConfigurationReport> = {}): ConfigurationReport => ({
  ...{ pull: true, version: null, highest: 0, trial: null, last: null },
  ...of,
});
const trying = report({ version: 5, highest: 5, trial: { version: 5, leftMs: 1 } });
const keeping = report({ version: 5, highest: 5, last: { version: 5, outcome: 'kept', reason: null } });

/** Two agents with a device each, and a gateway; `tell` changes what is seen of one. */
class World {
  mono = 0;
  agents = new Map<string, AgentFacts>([
    ['a', { heard: true, report: report(), devices: { 'a-1': 'online' } }],
    ['b', { heard: true, report: report(), devices: { 'b-1': 'online' } }],
  ]);
  hops: string[] = [];
  failing: string[] = [];
  cannotStore = false;
  rollout: Rollout;
  watch = noWatch;

  constructor(agents = ['a', 'b']) {
    const steps = agents.map((agent) => ({ agent, step: 'waiting' as const, before: null }));
    this.rollout = begin(
      { version: 5, by: 'person:kim', why: null, at: 0, trial, losses: [], agents: steps },
      this.facts,
    );
  }

  get facts(): RolloutFacts {
    const { mono, agents, hops, failing, cannotStore } = this;
    return { mono, agents, hops, failing, cannotStore };
  }

  tell(agent: string, facts: Partial<AgentFacts>): this {
    this.agents.set(agent, { ...(this.agents.get(agent) ?? { heard: true, report: null, devices: {} }), ...facts });
    return this;
  }

  /** So many seconds, looked at every 5 s. A restart of the gateway forgets what it watched, and no more. */
  pass(seconds: number): this {
    for (let s = 0; s < seconds; s += 5) {
      this.mono += 5000;
      const stepped = step(rolloutSchema.parse(JSON.parse(JSON.stringify(this.rollout))), this.watch, this.facts);
      this.rollout = stepped.rollout;
      this.watch = stepped.watch;
    }
    return this;
  }

  restart(): this {
    this.watch = noWatch;
    this.mono = 0;
    return this;
  }

  get said(): string {
    return `${this.rollout.stage}: ${this.rollout.agents.map(({ agent, step: at }) => `${agent} ${at}`).join(', ')}`;
  }
}

/** Until the gateway has taken it. */
function atGateway(world = new World()): World {
  world.pass(5).tell('a', { report: keeping }).pass(5).tell('b', { report: keeping }).pass(5);
  world.rollout = gatewayStarted(world.rollout);
  return world.restart();
}

describe('a rollout', () => {
  test('goes to one agent, then to the rest, then to the gateway, each after its trial', () => {
    const world = new World();
    expect(world.said).toBe('first: a offered, b waiting');
    expect(world.tell('a', { report: trying }).pass(60).said).toBe('first: a trial, b waiting');
    expect(world.tell('a', { report: keeping }).pass(5).said).toBe('rest: a passed, b offered');
    expect(world.tell('b', { report: trying }).pass(5).said).toBe('rest: a passed, b trial');
    expect(world.tell('b', { report: keeping }).pass(5).said).toBe('gateway: a passed, b passed');
    world.rollout = gatewayStarted(world.rollout);
    expect(world.restart().pass(590).said).toBe('gateway: a passed, b passed');
    expect(world.pass(20).rollout.stage).toBe('done');
  });

  test('that concerns no agent goes to the gateway at once, and is not done before it has started with it', () => {
    const world = new World([]);
    expect(world.rollout.stage).toBe('gateway');
    expect(world.pass(1000).rollout.stage).toBe('gateway');
  });

  test('waits for an agent that was not heard when its turn came', () => {
    const world = new World().tell('b', { heard: false, report: null });
    world.tell('a', { report: keeping }).pass(600);
    expect(world.said).toBe('rest: a passed, b offered');
    expect(world.tell('b', { heard: true, report: keeping }).pass(5).rollout.stage).toBe('gateway');
  });

  test.each<[string, (world: World) => World, ConfigurationFailure]>([
    [
      'the agent went back by itself',
      (world) =>
        world
          .tell('a', {
            report: report({
              highest: 5,
              last: { version: 5, outcome: 'returned', reason: { code: 'polls-fewer', before: 100, now: 80 } },
            }),
          })
          .pass(5),
      { code: 'polls-fewer', before: 100, now: 80 },
    ],
    [
      'the agent did not take it',
      (world) =>
        world
          .tell('a', { report: report({ last: { version: 5, outcome: 'refused', reason: { code: 'no-trust' } } }) })
          .pass(5),
      { code: 'agent-refused', agent: 'a', why: { code: 'no-trust' } },
    ],
    [
      'the box takes none',
      (world) => world.tell('a', { report: report({ pull: false }) }).pass(5),
      { code: 'agent-refused', agent: 'a', why: { code: 'pull-off' } },
    ],
    [
      'the agent is not heard any more',
      (world) => world.tell('a', { heard: false }).pass(70),
      { code: 'agent-silent', agent: 'a', seconds: 60 },
    ],
    [
      'a device that was good is not, and the agent says nothing',
      (world) => world.tell('a', { report: trying, devices: { 'a-1': 'offline' } }).pass(60),
      { code: 'devices-worse', devices: ['a-1'] },
    ],
  ])('halts when %s', (_what, happen, reason) => {
    const world = happen(new World().pass(5));
    expect([world.rollout.stage, world.rollout.reason]).toEqual(['halted', reason]);
    expect(world.rollout.agents[1]?.step).toBe('waiting');
  });

  test('bears an agent that begins again, and a device that is silent for a moment', () => {
    const world = new World()
      .pass(5)
      .tell('a', { heard: false })
      .pass(30)
      .tell('a', { heard: true, report: trying })
      .pass(20);
    world
      .tell('a', { devices: { 'a-1': 'offline' } })
      .pass(25)
      .tell('a', { devices: { 'a-1': 'online' } })
      .pass(25);
    expect(world.rollout.stage).toBe('first');
  });

  test('does not mind what was bad before it', () => {
    const world = new World();
    world.agents.set('a', { heard: true, report: report(), devices: { 'a-1': 'offline' } });
    const { losses, agents, version, by, why, at } = world.rollout;
    const waiting = agents.map(({ agent }) => ({ agent, step: 'waiting' as const, before: null }));
    world.rollout = begin({ version, by, why, at, trial, losses, agents: waiting }, world.facts);
    expect(world.tell('a', { report: trying }).pass(300).rollout.stage).toBe('first');
  });

  test('goes on where it was after a restart of the gateway, at every stage', () => {
    const world = new World().restart().pass(5).tell('a', { report: trying }).restart().pass(5);
    expect(world.tell('a', { report: keeping }).restart().pass(5).said).toBe('rest: a passed, b offered');
    expect(world.tell('b', { report: keeping }).restart().pass(5).rollout.stage).toBe('gateway');
  });

  test.each<[string, (world: World) => World, ConfigurationFailure]>([
    [
      'the chain of alerts breaks',
      (world) => {
        world.hops = ['rule'];
        return world.pass(5);
      },
      { code: 'chain-broken', hops: ['rule'] },
    ],
    [
      'a service fails',
      (world) => {
        world.failing = ['alerts'];
        return world.pass(5);
      },
      { code: 'service-failing', services: ['alerts'] },
    ],
    [
      'nothing can be stored',
      (world) => {
        world.cannotStore = true;
        return world.pass(5);
      },
      { code: 'store-failing' },
    ],
    [
      'an agent does not come back',
      (world) => world.tell('b', { heard: false }).pass(70),
      { code: 'agent-silent', agent: 'b', seconds: 60 },
    ],
    [
      'a device is worse',
      (world) => world.tell('b', { devices: { 'b-1': 'offline' } }).pass(60),
      { code: 'devices-worse', devices: ['b-1'] },
    ],
  ])('halts at the gateway when %s', (_what, happen, reason) => {
    const world = happen(atGateway().pass(5));
    expect([world.rollout.stage, world.rollout.reason]).toEqual(['halted', reason]);
  });

  test('at the gateway does not mind a device that the file takes out', () => {
    const world = atGateway().tell('b', { devices: {} });
    expect(world.pass(620).rollout.stage).toBe('done');
  });

  test('halts when the gateway has to start again and again', () => {
    const world = atGateway();
    const again = [1, 2, 3].reduce((rollout) => gatewayStarted(rollout), world.rollout);
    expect([again.stage, again.reason]).toEqual(['halted', { code: 'restarts', times: 3 }]);
  });

  test('that is over stays as it is', () => {
    const halted = new World().pass(5).tell('a', { heard: false }).pass(100);
    const before = halted.rollout;
    expect(halted.tell('a', { heard: true, report: keeping }).pass(100).rollout).toEqual(before);
  });
});
