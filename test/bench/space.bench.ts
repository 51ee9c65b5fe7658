import { until } from '../system/harness.ts';
import { startTcpSlave } from '../system/tcp-slave.ts';
import { tempDir } from '../temp.ts';
import { judge, median, note, percentile, type Row, round, steadily } from './measure.ts';
import { startOneBox } from './one-box.ts';
import type { Bench } from './run.ts';

const pollMs = 500;
const debounceMs = 1000;
const marginMs = 100;
const moves = 30;

export const bench: Bench = {
  title: `a car moves over a contact → the space says so; poll ${pollMs} ms, debounce ${debounceMs} ms`,
  run: measure,
};

type Seen = { readonly api: number[]; readonly event: number[] };

async function measure(): Promise<Row[]> {
  let isOccupied = 0;
  const slave = await startTcpSlave((_unit, _address, count) => Array.from({ length: count }, () => isOccupied));
  const { stateOf, events } = await setUp(slave.port);
  await until('the space is known', async () => ((await stateOf()) === 'free' ? true : undefined));
  const { result, steady } = await steadily(async (): Promise<Seen> => {
    const seen: Seen = { api: [], event: [] };
    for (let n = 0; n < moves; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 200 + Math.random() * pollMs));
      isOccupied = 1 - isOccupied;
      const want = isOccupied === 1 ? 'occupied' : 'free';
      const from = performance.now();
      const event = events.next(want).then(() => seen.event.push(performance.now() - from));
      await until(`it is ${want}`, async () => ((await stateOf()) === want ? true : undefined));
      seen.api.push(performance.now() - from);
      await event;
    }
    return seen;
  });
  events.close();
  const figures = (values: readonly number[]) =>
    [median(values), percentile(values, 0.95), Math.max(...values)].map((value) => round(value)).join(' / ');
  const row = (what: string, values: readonly number[]) =>
    judge(what, percentile(values, 0.95), { atMost: pollMs + debounceMs + marginMs }, { steady, unit: ' ms' });
  return [
    row('at /api/v1/lots/{lot}/spaces: p95', result.api),
    row('as an event: p95', result.event),
    note('p50 / p95 / max ms: API', figures(result.api)),
    note('p50 / p95 / max ms: event', figures(result.event)),
  ];
}

async function setUp(port: number) {
  const { gateway, token } = await startOneBox({
    ...{ dir: tempDir(), port, device: 'bay-1', everyMs: pollMs },
    points: ['car: { table: holding, address: 0, type: bit, bit: 0, kind: occupied }'],
    extra: `lots:
  - id: yard
    name: { ko: 마당, en: Yard }
    kind: off-street
    operator: public
    location: { lat: 37.4812, lon: 127.0098 }
    hours: open24h
    detection: { occupiedAfter: ${debounceMs}ms, freeAfter: ${debounceMs}ms, source: made for this measurement, confirmedBy: test }
    spaces: [{ id: y1, type: general, occupancy: bay-1/car }]
`,
  });
  const headers = { authorization: `Bearer ${token}` };
  const stateOf = async (): Promise<string | undefined> => {
    const response = await fetch(`${gateway.http}/api/v1/lots/yard/spaces`, { headers });
    return ((await response.json()) as { items: { state: string }[] }).items[0]?.state;
  };
  return { stateOf, events: await listen(`${gateway.http}/api/v1/events`, headers) };
}

/** The stream of events; `next` resolves when the space is said to be so. */
async function listen(url: string, headers: Record<string, string>) {
  const ending = new AbortController();
  const response = await fetch(url, { headers, signal: ending.signal });
  const waits: { want: string; done: () => void } = { want: '', done: () => {} };
  const reading = (async () => {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      const lines = (text + decoder.decode(chunk, { stream: true })).split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const said = /"space":"y1".*"state":"(\w+)"/.exec(line)?.[1];
        if (said !== undefined && said === waits.want) waits.done();
      }
    }
  })().catch(() => {});
  return {
    next(want: string): Promise<void> {
      return new Promise((done) => {
        Object.assign(waits, { want, done });
      });
    },
    async close(): Promise<void> {
      ending.abort();
      await reading;
    },
  };
}
