import { createServer, connect as dial, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CityRig } from '../city/rig/city-rig.ts';
import { cpuOf, spent, until } from './city-load.ts';
import { ofCity } from './city-outage.ts';
import { judge, note, type Row, residentMb, round } from './measure.ts';

/** How soon the city knows what has changed, and what gateways cost that say nothing but that they are well. */

const hourMs = 3_600_000;

/** A gateway hands on a day that had been summed already. */
export async function lateRows(): Promise<Row[]> {
  await using rig = await CityRig.start({ servers: 1, workers: 2, gateways: 1 });
  const box = rig.box(1, { begun: Date.now() - 26 * hourMs });
  box.sending.start();
  const summed = async () => {
    const [row] = await rig.sql<{ readings: number }[]>`select coalesce(sum(readings), 0)::int as readings from hours`;
    return row?.readings ?? 0;
  };
  box.commitReadings(100);
  await until('the day is summed', async () => (await summed()) === 5000, { withinMs: 120_000 });
  box.commitReadings(20);
  const ms = await until('its sums have changed', async () => (await summed()) === 6000, { withinMs: 120_000 });
  return [judge('a late day has changed its sums after', ms / 1000, { atMost: 60 }, { steady: true, unit: ' s' })];
}

/** The line of one gateway goes silent without being closed; that of another goes on. */
export async function halfOpenRows(): Promise<Row[]> {
  await using rig = await CityRig.start({ servers: 1, workers: 1, gateways: 2 });
  const line = await Line.open(rig.nats?.servers[0]?.port ?? 0);
  try {
    const boxes = [rig.box(1, { url: `nats://127.0.0.1:${line.port}` }), rig.box(2)];
    for (const box of boxes) box.sending.start();
    const connected = async () => {
      const { items } = JSON.parse(await ofCity(rig, '/api/v1/gateways')) as {
        items: { id: string; connected: boolean }[];
      };
      return ['g1', 'g2'].map((id) => items.some((row) => row.id === id && row.connected)).join();
    };
    await until('both are connected', async () => (await connected()) === 'true,true', { withinMs: 60_000 });
    await sleep(6000);
    line.goSilent();
    const ms = await until('one is not agreed', async () => (await connected()) === 'false,true', {
      withinMs: 120_000,
      everyMs: 200,
    });
    // The pages ask the database each time; the bar is that of the mark itself, and one look more.
    return [judge('a half-open gateway is not agreed after', ms / 1000, { atMost: 61 }, { steady: true, unit: ' s' })];
  } finally {
    await line.close();
  }
}

/** Passes bytes on, until it takes them and does nothing. */
class Line {
  readonly port: number;
  readonly #server: ReturnType<typeof createServer>;
  readonly #sockets = new Set<Socket>();
  #silent = false;

  private constructor(server: ReturnType<typeof createServer>, port: number) {
    this.#server = server;
    this.port = port;
  }

  static async open(to: number): Promise<Line> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const line = new Line(server, typeof address === 'object' && address !== null ? address.port : 0);
    server.on('connection', (near) => line.#join(near, to));
    return line;
  }

  goSilent(): void {
    this.#silent = true;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket, to: number): void {
    const far = dial(to, '127.0.0.1');
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.on('data', (bytes) => {
        if (!this.#silent) into.write(bytes);
      });
      from.on('error', () => {});
      from.on('close', () => {
        if (!this.#silent) into.destroy();
      });
    }
  }
}

const restMs = 30_000;

/** Gateways whose field does not change: a word every 5 s. */
export async function restRows({ gateways }: { gateways: number }): Promise<Row[]> {
  await using rig = await CityRig.start({ servers: 3, workers: 2, gateways });
  await sleep(5000);
  const quiet = cpuOf(rig);
  await sleep(restMs);
  const empty = spent(quiet, cpuOf(rig));
  const boxes = Array.from({ length: gateways }, (_, i) => rig.box(i + 1));
  for (const box of boxes) box.commit(1);
  for (const box of boxes) box.sending.start();
  await until('all gateways are heard', () => boxes.every(({ isDone }) => isDone), { withinMs: 120_000 });
  await sleep(5000);
  const before = cpuOf(rig);
  await sleep(restMs);
  const { workers, postgres, nats } = spent(before, cpuOf(rig));
  const each = (ms: number) => `${round(((ms * 1000) / restMs / gateways) * 1000)} µs/s`;
  const resident = rig.workers.reduce((sum, { pid }) => sum + residentMb(pid), 0);
  const ofNats = (rig.nats?.servers ?? []).reduce((sum, { pid }) => sum + residentMb(pid ?? 0), 0);
  return [
    note(`CPU of one gateway of ${gateways} at rest: workers`, each(workers - empty.workers)),
    note('… PostgreSQL', each(postgres - empty.postgres)),
    note('… three nats-servers', each(nats - empty.nats)),
    note(
      'a city without gateways: CPU',
      `${round((empty.workers + empty.postgres + empty.nats) / (restMs / 1000))} ms/s`,
    ),
    note('memory of two workers, three nats-servers', `${round(resident)}, ${round(ofNats)} MB`),
  ];
}
