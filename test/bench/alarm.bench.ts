import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createToken, jariOnce, startGateway, writeSite } from '../system/harness.ts';
import { RawAgent } from '../system/raw-agent.ts';
import { tempDir } from '../temp.ts';
import { judge, median, note, percentile, type Row, round, steadily } from './measure.ts';
import type { Bench } from './run.ts';
import { stickAReader } from './stuck-reader.ts';

const devices = 10;
const pointsPerDevice = 50;
/** 2,000 readings a second, a message of one device each time. */
const messageEveryMs = (1000 * pointsPerDevice) / 2000;
const alarmsPerRound = 300;
/** An agent's uplink sends so many messages before it waits for one to be acknowledged. */
const uplinkWindow = 20;
const pointsPerBacklogMessage = 50;
const floodMs = 4000;
const heldMs = 24 * 3_600_000;

/**
 * From outside, over MQTT: a message that meets a rule is acknowledged when its readings, the transition and its notices
 * are committed. 500 rules judge the 500 points of one agent; another agent drains a backlog meanwhile.
 */
export const bench: Bench = {
  title: 'an alarm at the broker → its transition committed; 2,000 readings/s and 500 rules on them',
  run: measure,
};

async function measure(): Promise<Row[]> {
  const { gateway, token, passwords } = await setUp();
  const talker = new Talker(await connected(gateway.mqttPort, 'box-1', passwords.box1));
  await alarms(talker); // each point has been heard of, and each rule judged
  const quiet = await steadily(() => alarms(talker));
  const reader = await stickAReader(gateway.mqttPort, token);
  const stuck = await steadily(() => alarms(talker));
  reader.destroy();
  const other = await connected(gateway.mqttPort, 'box-2', passwords.box2);
  const flood = new Flood(other);
  const now = await flood.rate(0, () => new Promise((resolve) => setTimeout(resolve, floodMs)));
  let backlog = quiet;
  const held = await flood.rate(heldMs, async () => {
    backlog = await steadily(() => alarms(talker));
  });
  const counted = await alarmsOf(gateway.http, token);
  const sentAlarms = talker.alarms;
  talker.close();
  other.destroy();
  const p99 = (values: readonly number[]) => percentile(values, 0.99);
  const ratio = (of: { result: number[]; steady: boolean }, what: string) =>
    judge(what, p99(of.result) / p99(quiet.result), { atMost: 3 }, { steady: of.steady && quiet.steady, unit: '×' });
  const figures = (values: readonly number[]) =>
    [median(values), p99(values), Math.max(...values)].map((value) => round(value)).join(' / ');
  return [
    judge('undisturbed: p99', p99(quiet.result), { atMost: 10 }, { steady: quiet.steady, unit: ' ms' }),
    ratio(stuck, 'a subscriber of everything that reads no more: p99 of undisturbed'),
    ratio(backlog, 'beside an agent that drains a backlog: p99 of undisturbed'),
    judge(
      'the backlog drains beside them, of the rate of readings of now alone',
      held / now,
      { atLeast: 0.5 },
      { steady: backlog.steady, unit: '×' },
    ),
    note('p50 / p99 / max ms: undisturbed', figures(quiet.result)),
    note('p50 / p99 / max ms: stuck subscriber', figures(stuck.result)),
    note('p50 / p99 / max ms: backlog', figures(backlog.result)),
    note('readings a second: of now, of the backlog', `${round(now)}, ${round(held)}`),
    note('alarms that the gateway counted, of those that were sent', `${counted} of ${sentAlarms}`),
  ];
}

/** Calm readings at their pace, and now and then one beyond its limit; ms from each of those to its acknowledgement. */
async function alarms(talker: Talker): Promise<number[]> {
  const tookMs: number[] = [];
  for (let n = 0; n < alarmsPerRound; n += 1) {
    for (let i = 0; i < 4; i += 1) {
      talker.say(n * 4 + i, 20 + ((n + i) % 7) / 10);
      await new Promise((resolve) => setTimeout(resolve, messageEveryMs));
    }
    const begun = performance.now();
    talker.alarms += 1;
    await talker.say(n, 95);
    tookMs.push(performance.now() - begun);
    await talker.say(n, 20);
  }
  return tookMs;
}

/** An agent of ten devices with fifty points each. */
class Talker {
  readonly #agent: RawAgent;
  #seq = 0;
  alarms = 0;

  constructor(agent: RawAgent) {
    this.#agent = agent;
  }

  /** One message of the n-th device: its first point at `value`, the others calm. Resolves when it is committed. */
  say(n: number, value: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const values = Array.from({ length: pointsPerDevice }, (_, i) => (i === 0 ? value : 20 + ((n + i) % 7) / 10));
    const device = `dev-${n % devices}`;
    this.#agent.publish(`jari/v1/test/box-1/${device}/readings`, readings(++this.#seq, Date.now(), values), resolve);
    return promise;
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Readings of one agent, as fast as they are acknowledged. */
class Flood {
  readonly #agent: RawAgent;
  #seq = 0;

  constructor(agent: RawAgent) {
    this.#agent = agent;
  }

  /** Acknowledged readings a second while `during` lasts, each read `ageMs` before it is sent. */
  async rate(ageMs: number, during: () => Promise<void>): Promise<number> {
    let acked = 0;
    let isOver = false;
    const begun = performance.now();
    const over = during().then(() => {
      isOver = true;
    });
    while (!isOver) {
      while (this.#agent.unacked() >= uplinkWindow && !isOver) await new Promise((resolve) => setTimeout(resolve, 1));
      const seq = ++this.#seq;
      const values = Array.from({ length: pointsPerBacklogMessage }, (_, i) => 20 + ((seq + i) % 9) / 10);
      this.#agent.publish('jari/v1/test/box-2/held-1/readings', readings(seq, Date.now() - ageMs, values), () => {
        acked += 1;
      });
    }
    await over;
    return (acked * pointsPerBacklogMessage * 1000) / (performance.now() - begun);
  }
}

function readings(seq: number, at: number, values: readonly number[]): string {
  const points = Object.fromEntries(values.map((v, i) => [`p_${i}`, { dt: [0], v: [v] }]));
  return JSON.stringify({ v: 1, epoch: 'bench', start: 1, seq, at, age: Date.now() - at, clock: 'synced', points });
}

async function alarmsOf(http: string, token: string): Promise<number> {
  const answer = await fetch(`${http}/api/v1/alert-figures`, { headers: { authorization: `Bearer ${token}` } });
  return ((await answer.json()) as { alarms: number }).alarms;
}

async function connected(port: number, id: string, password: string): Promise<RawAgent> {
  const agent = await RawAgent.connect({ port, id, password });
  const status = { v: 1, state: 'online', epoch: 'bench', start: 1, version: '0', simulated: true, lost: [] };
  await agent.published(`jari/v1/test/${id}/status`, JSON.stringify(status), true);
  return agent;
}

async function setUp() {
  const dir = tempDir();
  const points = Array.from({ length: pointsPerDevice }, (_, i) => i);
  mkdirSync(join(dir, 'profiles'));
  writeFileSync(
    join(dir, 'profiles', 'fifty.yaml'),
    `id: fifty
maker: Test
model: Fifty
source: made for this measurement
verified: field
points:
${points.map((i) => `  p_${i}: { table: holding, address: ${i}, type: u16, scale: 0.1, unit: "°C", kind: temperature }`).join('\n')}
`,
  );
  const ids = Array.from({ length: devices }, (_, n) => `dev-${n}`);
  const deviceLines = ids.map((id, n) => `    - { id: ${id}, profile: fifty, unit: ${n + 1}, every: 1s }`);
  const rules = ids.flatMap((id) =>
    points.map(
      (i) => `      - use: equipment-fault
        id: hot-${id}-${i}
        points: [${id}/p_${i}]
        hazard: fire
        condition: { kind: threshold, levels: { 경계: { above: 60 } }, hysteresis: 5 }
        source: made for this measurement
        confirmedBy: test`,
    ),
  );
  const second = `  - id: box-2
    uplink: { url: "mqtt://127.0.0.1:1883", passwordFile: box-2.password }
    buses:
      - { id: lan, kind: modbus-tcp, host: 127.0.0.1, port: 1602, devices: [{ id: held-1, profile: fifty, unit: 1, every: 1s }] }
profiles: [./profiles]
buildings:
  - id: tower
    name: { ko: 탑, en: Tower }
    rules:
${rules.join('\n')}
`;
  const bus = `- id: lan\n  kind: modbus-tcp\n  host: 127.0.0.1\n  port: 1601\n  devices:\n${deviceLines.join('\n')}`;
  const { site } = writeSite(dir, bus, second);
  const gateway = await startGateway({ site, dir: join(dir, 'gateway') });
  const box1 = await passwordOf('box-1', site, gateway.dir);
  const box2 = await passwordOf('box-2', site, gateway.dir);
  const token = await createToken(gateway.dir);
  return { gateway, token, passwords: { box1, box2 } };
}

async function passwordOf(id: string, site: string, dir: string): Promise<string> {
  const { output } = await jariOnce(['agent', 'add', id, '--site', site, '--data', dir, '--json']);
  return (JSON.parse(output) as { password: string }).password;
}
