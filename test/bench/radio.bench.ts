import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { atEnd, endAll } from '../cleanup.ts';
import { command, missing } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { pause, startBroker, started } from './agent-rig.ts';
import { cpuMs, judge, note, type Row, residentMb, round } from './measure.ts';
import { nodeRedFolder, startDecodingFlow } from './node-red.ts';
import { readings, startRadioAgent } from './radio-agent.ts';
import { type Plan, planDay } from './radio-day.ts';
import type { Bench } from './run.ts';

/**
 * A thousand bays behind ChirpStack and mosquitto for a day of 24 hours, of which each takes as long as its messages: an agent
 * that decodes, judges and commits each before it acknowledges it and publishes at QoS 1, and beside it, on the same messages, a
 * lean Node-RED flow that decodes them in a function node and publishes at QoS 0. A program of thirty lines that keeps nothing does it
 * too: what the mqtt library takes alone is the least that an agent which publishes at QoS 1 can.
 */
const bays = 1000;
const hours = 24;
const perSecond = 250;
const settleMs = 5000;
const longestMs = 120_000;
const bar = 0.5;
const mostGrowthMb = 10;

export const bench: Bench = {
  title: `${bays} bays by radio for a day: values, losses, memory, and CPU beside a lean Node-RED flow`,
  slow: true,
  async run(): Promise<Row[]> {
    if (missing(command('mosquitto'))) return [note('nothing was measured', 'no mosquitto')];
    return measure().finally(endAll);
  },
};

async function measure(): Promise<Row[]> {
  const port = await startBroker();
  const client = await connectAsync(`mqtt://127.0.0.1:${port}`);
  atEnd(() => client.endAsync());
  const got = await readings(client);
  const from = nodeRedFolder();
  const ours = startRadioAgent({ port, bays });
  const theirs = from === null ? null : started(startDecodingFlow(from, tempDir(), { brokerPort: port }));
  const bare = started(
    spawn(process.execPath, [join(import.meta.dirname, 'radio-bare.ts'), String(port)], {
      stdio: ['ignore', 'ignore', 'inherit'],
    }),
  );
  await seen(got.isListening);
  await pause(settleMs);
  const plan = planDay({ bays, hours });
  const cpu = () => ({ ours: cpuOf(ours), theirs: cpuOf(theirs), bare: cpuOf(bare) });
  const before = cpu();
  const memory: number[] = [];
  for (const hour of plan.hours) {
    await publish(client, hour);
    memory.push(residentMb(ours.pid ?? 0));
  }
  await seen(() => got.count() >= plan.values.size && got.lost() === plan.lost);
  const after = cpu();
  const uplinks = plan.hours.flat().filter(({ topic }) => topic.endsWith('/up')).length;
  const usEach = (who: keyof typeof before) => ((after[who] - before[who]) * 1000) / uplinks;
  const { right, wrong, doubled, late } = got.compare(plan);
  const growth = (memory.at(-1) ?? Number.NaN) - (memory[Math.floor(memory.length / 3)] ?? Number.NaN);
  return [
    judge('values that came as they were sent, of those that were', right / plan.values.size, { atLeast: 1 }, exactly),
    judge('values that were not sent', wrong, { atMost: 0 }, exactly),
    judge('values that came twice', doubled, { atMost: 0 }, exactly),
    judge(
      'lost uplinks that were not counted, or counted and not lost',
      Math.abs(got.lost() - plan.lost),
      { atMost: 0 },
      exactly,
    ),
    judge('late uplinks that did not come as history', Math.abs(late - plan.late), { atMost: 0 }, exactly),
    judge('memory from hour 8 to hour 24', growth, { atMost: mostGrowthMb }, { steady: true, unit: ' MB' }),
    note('uplinks, of them twice, late; lost', `${uplinks}, ${plan.twice}, ${plan.late}; ${plan.lost}`),
    note('ours, resident', `${round(memory.at(-1) ?? Number.NaN)} MB`),
    note('ours, µs CPU an uplink', usEach('ours').toFixed(1)),
    note('the mqtt library alone, µs CPU an uplink', usEach('bare').toFixed(1)),
    ...(theirs === null
      ? [note('Node-RED was not measured', 'JARI_NODE_RED is not set')]
      : [
          judge(
            'CPU of an uplink, ours of a lean Node-RED flow’s',
            usEach('ours') / usEach('theirs'),
            { atMost: bar },
            { steady: true, unit: '×' },
          ),
          note('the mqtt library alone of the flow’s', `${(usEach('bare') / usEach('theirs')).toFixed(2)}×`),
          note('Node-RED, µs CPU an uplink', usEach('theirs').toFixed(1)),
          note('Node-RED, values that it published', String(got.theirs())),
        ]),
  ];
}

/** Or not, after a while: what is judged then says so. */
async function seen(is: () => boolean): Promise<void> {
  for (let waited = 0; !is() && waited < longestMs; waited += 250) await pause(250);
}

const exactly = { steady: true };

async function publish(client: MqttClient, messages: Plan['hours'][number]): Promise<void> {
  const burst = perSecond / 10;
  for (let from = 0; from < messages.length; from += burst) {
    const part = messages.slice(from, from + burst);
    await Promise.all(part.map(({ topic, body }) => client.publishAsync(topic, body(Date.now()), { qos: 1 })));
    await pause(100);
  }
}

function cpuOf(child: ChildProcess | null): number {
  return child?.pid === undefined ? Number.NaN : cpuMs(child.pid);
}
