import { setTimeout as sleep } from 'node:timers/promises';
import { type Box, readingsPerMessage } from '../city/rig/box.ts';
import { CityRig } from '../city/rig/city-rig.ts';
import { count } from '../city/rig/count.ts';
import { until } from './city-load.ts';
import { judge, note, percentile, type Row, round } from './measure.ts';

/** The city comes back after 30 minutes: the backlog of that time, what is made meanwhile, and alerts that overtake both. */

const awayMs = 30 * 60_000;
const perSecond = 4;
const drainWithinMs = 300_000;

export async function outageRows({ gateways }: { gateways: number }): Promise<Row[]> {
  await using rig = await CityRig.start({ servers: 3, workers: 2, gateways });
  const begun = Date.now() - awayMs;
  const boxes = Array.from({ length: gateways }, (_, i) => rig.box(i + 1, { begun }));
  const waiting = (awayMs / 1000) * perSecond;
  for (const box of boxes) box.commitReadings(waiting);
  const live = setInterval(() => {
    for (const box of boxes) box.commit(1);
  }, 1000 / perSecond);
  const began = performance.now();
  for (const box of boxes) box.sending.start();
  const alerts = new Alerts(rig, boxes);
  try {
    const watching = alerts.run();
    await until('the backlog is drained', () => boxes.every((box) => box.agreed.messages >= waiting), {
      withinMs: drainWithinMs,
    });
    const drainMs = performance.now() - began;
    alerts.stop();
    await watching;
    clearInterval(live);
    await until('what was made meanwhile is agreed', () => boxes.every(({ isDone }) => isDone), { withinMs: 60_000 });
    const { lost, doubled } = await count(rig.sql, boxes);
    const readings = gateways * waiting * readingsPerMessage;
    const { seen } = alerts;
    return [
      note(`${gateways} gateways × 200/s, city away for 30 min`, `${round(readings)} rows`),
      judge('drained, times real time', awayMs / drainMs, { atLeast: 10 }, { steady: true, unit: '×' }),
      note('… in', `${round(drainMs / 1000)} s, ${round((readings / drainMs) * 1000)} rows/s`),
      judge(
        `an alert meanwhile is at the city, worst of ${seen.length}`,
        Math.max(...seen),
        { atMost: 2000 },
        steadyMs,
      ),
      note('… the median', `${round(percentile(seen, 0.5))} ms`),
      judge('rows lost or doubled, by count', lost + doubled, { atMost: 0 }, { steady: true }),
    ];
  } finally {
    alerts.stop();
    clearInterval(live);
  }
}

const steadyMs = { steady: true, unit: ' ms' };

/** Raises one alert after another, and sees when the city's own interface has it. */
class Alerts {
  /** Ms from the gateway's commit to the answer that holds it. */
  readonly seen: number[] = [];
  readonly #rig: CityRig;
  readonly #boxes: readonly Box[];
  #stopped = false;

  constructor(rig: CityRig, boxes: readonly Box[]) {
    this.#rig = rig;
    this.#boxes = boxes;
  }

  stop(): void {
    this.#stopped = true;
  }

  async run(): Promise<void> {
    // What stands before the first word of the city is a backlog too.
    await until('a gateway reaches the city', () => this.#boxes.some(({ agreed }) => agreed.records > 0), {
      withinMs: 60_000,
    });
    for (let i = 0; !this.#stopped; i++) {
      const alert = `alert-${i}`;
      this.#boxes[i % this.#boxes.length]?.raise(alert);
      const took = await until(`${alert} at the city`, () => this.#has(alert), { withinMs: 60_000, everyMs: 20 });
      this.seen.push(took);
      await sleep(300);
    }
  }

  async #has(alert: string): Promise<boolean> {
    return (await ofCity(this.#rig, '/api/v1/alerts')).includes(`"${alert}"`);
  }
}

export async function ofCity({ workers, token }: CityRig, path: string): Promise<string> {
  const answer = await fetch(`${workers[0]?.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
  return answer.text();
}
