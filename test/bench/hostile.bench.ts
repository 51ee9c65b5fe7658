import { Api, until } from '../system/harness.ts';
import { EventStreams, neverRead, takeOver } from '../system/hostile/insiders.ts';
import { Returning } from '../system/hostile/returning.ts';
import { SteadyAgent } from '../system/hostile/steady-agent.ts';
import { dribble, guess, sendOversize, slowConnect, slowRequest } from '../system/hostile/unauthenticated.ts';
import { startAgain, startWorld, type World } from '../system/hostile/world.ts';
import { judge, note, percentile, type Row, residentMb, round, steadily } from './measure.ts';
import type { Bench } from './run.ts';

const perSecond = 100;
const paceMs = 5000;
const returning = 200;
/** Acknowledged a second under attack, against the quiet time beside it; what is under way at either end is 1 or 2 %. */
const leastPace = 0.95;

type Attack = { readonly what: string; begin(world: World): Promise<{ stop(): Promise<unknown> }> };

const attacks: readonly Attack[] = [
  { what: 'takeover storm of 4 boxes', begin: async (world) => takeOver(world, 4) },
  { what: 'guesses at passwords, 8 at a time', begin: async (world) => guess(world, 8) },
  { what: '1,000 event streams', begin: async (world) => stoppable(await EventStreams.open(world, 1000)) },
  { what: '10 readers that never read', begin: neverRead },
  { what: '160 sockets that dribble', begin: async (world) => dribblers(world) },
];

export const bench: Bench = {
  title: `one agent sends ${perSecond} readings a second; attacked against quiet, and ${returning} agents come back`,
  slow: true,
  async run() {
    return [...(await underAttack()), ...(await oversize()), ...(await afterARestart())];
  },
};

async function underAttack(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const attack of attacks) {
    const world = await startWorld({ agents: 4, tokens: 11 });
    const steady = await SteadyAgent.start(world, perSecond);
    await steady.pace(1000);
    const { result, steady: isSteady } = await steadily(async () => {
      const quiet = await steady.pace(paceMs);
      const running = await attack.begin(world);
      const attacked = await steady.pace(paceMs);
      await running.stop();
      return { quiet, attacked };
    });
    const { sent, acked } = await steady.end();
    const { quiet, attacked } = result;
    const pace = attacked.acked / attacked.ms / (quiet.acked / quiet.ms);
    const ms = (share: number) =>
      `${round(percentile(quiet.ackMs, share))} → ${round(percentile(attacked.ackMs, share))} ms`;
    rows.push(
      judge(`${attack.what}: acknowledged a second`, pace, { atLeast: leastPace }, { steady: isSteady, unit: '×' }),
      judge('  of all that was sent, acknowledged', acked / sent, { atLeast: 1 }, { steady: true, unit: '×' }),
      note('  acknowledged after, p50', ms(0.5)),
      note('  acknowledged after, p99', ms(0.99)),
      note('  resident memory of the gateway', `${round(residentMb(world.pid))} MB`),
    );
    await world.kill();
  }
  return rows;
}

async function oversize(): Promise<Row[]> {
  const world = await startWorld({ agents: 1 });
  await sendOversize(world, 10);
  const { openMs, growthMb } = await sendOversize(world, 100);
  await world.kill();
  return [
    judge('100 strangers with packets too long: growth', growthMb, { atMost: 20 }, { steady: true, unit: ' MB' }),
    judge('  the last is cut off after', Math.max(...openMs), { atMost: 1000 }, { steady: true, unit: ' ms' }),
  ];
}

async function afterARestart(): Promise<Row[]> {
  const world = await startWorld({ agents: returning });
  const agents = new Returning({ port: world.mqttPort, agents: world.agents });
  const allIn = async () => {
    await until('all are in', () => (agents.connected === returning ? true : undefined), 180_000);
    return performance.now();
  };
  await allIn();
  await world.kill();
  await until('all are out', () => (agents.connected === 0 ? true : undefined));
  agents.begin();
  const again = await startAgain(world);
  const from = performance.now();
  const seconds = ((await allIn()) - from) / 1000;
  const [peak, refused, first] = [agents.peak(), agents.refused, agents.signIns[0] ?? Number.NaN];
  const spread = ((agents.signIns.at(-1) ?? Number.NaN) - first) / 1000;
  const api = new Api(`http://127.0.0.1:${again.httpPort}`, again.tokens[0]?.token ?? '');
  const told = await api.counter('jari_mqtt_held_back_connects_total');
  await agents.close();
  return [
    judge(`${returning} agents after a restart: most sign-ins in a second`, peak, { atMost: 20 }, { steady: true }),
    judge('  all are back after', seconds, { atMost: 90 }, { steady: true, unit: ' s' }),
    note('  spread over', `${round(spread)} s`),
    note('  told to come back later, by the agents / the gateway', `${refused} / ${told}`),
  ];
}

function stoppable(streams: EventStreams): { stop(): Promise<void> } {
  return { stop: () => streams.close() };
}

function dribblers(world: World): { stop(): Promise<unknown> } {
  const both = [dribble(world.mqttPort, slowConnect(world), 80), dribble(world.httpPort, slowRequest(), 80)];
  return { stop: () => Promise.all(both) };
}
