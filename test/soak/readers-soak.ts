import { connect, type Socket } from 'node:net';
import { setTimeout as pass } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { median, percentile } from '../bench/measure.ts';
import { freezeBrowsers } from './frozen-browsers.ts';
import { type LargeSite, openLargeSite } from './page-site.ts';
import { changing, row, type Soaked } from './page-soak.ts';

/** What readers cost that stop reading. */

const frozenReaders = 50;
const warmReaders = 5;

/** They are frozen for `minutes` in all, in so many turns; a reader alone is measured before each turn, for two minutes at most. */
export async function soakReaders(minutes: number, turns: number, kind: keyof typeof freezers): Promise<Soaked[]> {
  const site = await openLargeSite();
  try {
    return await besideFrozen(site, { seconds: (minutes * 60) / turns, turns, kind });
  } finally {
    await site.close();
  }
}

/** A reader that reads, alone and beside 50 that opened a stream and read no more, in turns. */
async function besideFrozen(
  site: LargeSite,
  { seconds, turns, kind }: { seconds: number; turns: number; kind: keyof typeof freezers },
): Promise<Soaked[]> {
  const stop = changing(site);
  const alive = await follow(site);
  await pass(20_000);
  // What a gateway keeps once it has served its pages is not of those that stop reading.
  await (await freezers[kind](site, warmReaders))();
  await pass(5000);
  const before = residentMb();
  const [alone, beside]: [number[], number[]] = [[], []];
  let most = before;
  for (let turn = 0; turn < turns; turn += 1) {
    alive.take();
    await pass(Math.min(120, seconds) * 1000);
    alone.push(percentile(alive.take(), 0.99));
    const release = await freezers[kind](site, frozenReaders);
    alive.take();
    await pass(seconds * 1000);
    beside.push(percentile(alive.take(), 0.99));
    most = Math.max(most, residentMb());
    await release();
  }
  stop();
  alive.close();
  const [p99Alone, p99Beside] = [median(alone), median(beside)];
  return [
    row(
      `${frozenReaders} ${kind} that read no more, ${turns} × ${Math.round(seconds)} s: memory of the gateway`,
      most - before,
      ' MB more',
      10,
    ),
    row('  p99 of an event on its way to one that reads', p99Beside - p99Alone, ' ms more', 20),
    { what: '  p99 alone; beside them', seen: `${ms(p99Alone)}; ${ms(p99Beside)}`, bar: '–', ok: true },
  ];
}

const freezers = {
  async readers(site: LargeSite, count: number): Promise<() => Promise<void>> {
    const sockets = await Promise.all(Array.from({ length: count }, () => freeze(site)));
    return async () => {
      for (const socket of sockets) socket.destroy();
    };
  },
  browsers: (site: LargeSite, count: number) => freezeBrowsers(site, count),
};

async function freeze(site: LargeSite): Promise<Socket> {
  const socket = await ask(site);
  socket.once('data', () => socket.pause());
  return socket;
}

/** Times from an event's being told to its arrival, ms; each event says when it was told. */
async function follow(site: LargeSite) {
  const socket = await ask(site);
  let times: number[] = [];
  let told = new Map<number, number>();
  const unsubscribe = site.events.subscribe(({ id }) => told.set(id, performance.now()));
  let rest = '';
  socket.setEncoding('utf8');
  socket.on('data', (text: string) => {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const at = line.startsWith('id: ') ? told.get(Number(line.slice(4))) : undefined;
      if (at !== undefined) times.push(performance.now() - at);
    }
  });
  return {
    take(): number[] {
      const taken = times;
      times = [];
      told = new Map();
      return taken;
    },
    close() {
      unsubscribe();
      socket.destroy();
    },
  };
}

async function ask(site: LargeSite): Promise<Socket> {
  const socket = connect(Number(new URL(site.url).port), '127.0.0.1');
  socket.on('error', () => socket.destroy());
  socket.write(`GET /api/v1/events HTTP/1.1\r\nhost: ${new URL(site.url).host}\r\ncookie: ${site.cookie}\r\n\r\n`);
  await new Promise((resolve) => socket.once('connect', resolve));
  return socket;
}

setFlagsFromString('--expose-gc');
const collect: () => void = runInNewContext('gc');

/** After a collection; the readers' own ends are in this process as well, and hold nothing while they do not read. */
function residentMb(): number {
  collect();
  return process.memoryUsage().rss / 1e6;
}

const ms = (value: number) => `${value.toFixed(1)} ms`;
