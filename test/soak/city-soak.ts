import { setTimeout as sleep } from 'node:timers/promises';
import type { Sql } from '../../city/store/database.ts';
import { dayMs } from '../../city/store/partitions.ts';
import { sumDirtyHours } from '../../city/store/sums.ts';
import { CityRig } from '../city/rig/city-rig.ts';
import { count } from '../city/rig/count.ts';

/** Simulated gateways hand on to real workers, PostgreSQL and nats-servers while these are killed; then everything is counted. */

/** Of a machine that does other work as well. */
const drainWithinMs = 900_000;

export type SoakOptions = {
  /** nats-servers; 0: over HTTP. */
  servers: number;
  kills: number;
  gateways: number;
  seed: number;
};

export async function runCitySoak({ servers, kills, gateways, seed }: SoakOptions): Promise<boolean> {
  const lacks = CityRig.lacks({ servers });
  if (lacks !== null) {
    console.log(`skipped: ${lacks}`);
    return process.env.CI === undefined;
  }
  await using rig = await CityRig.start({ servers, workers: 2, gateways });
  const boxes = Array.from({ length: gateways }, (_, i) => rig.box(i + 1));
  for (const box of boxes) box.sending.start();
  const random = randomFrom(seed);
  const pace = setInterval(() => {
    for (const box of boxes) box.commit(4);
  }, 200);
  const killed = { worker: 0, postgres: 0, nats: 0, wiped: 0 };
  const began = performance.now();
  for (let i = 0; i < kills; i++) {
    await sleep(500 + random() * 2500);
    await strike(rig, random, killed);
  }
  if (rig.nats !== null) await wipe(rig.nats, killed);
  await sleep(2000);
  clearInterval(pace);
  const took = performance.now() - began;
  console.log(`killed ${JSON.stringify(killed)} in ${Math.round(took / 1000)} s; draining`);
  const draining = performance.now();
  while (!boxes.every(({ isDone }) => isDone) && performance.now() - draining < drainWithinMs) await sleep(200);
  const drainedMs = Math.round(performance.now() - draining);
  const counted = await count(rig.sql, boxes);
  const late = await lateDay(rig.sql);
  console.log(JSON.stringify({ killed, ...counted, drainedMs, late }));
  return counted.lost === 0 && counted.doubled === 0 && late;
}

type Killed = { worker: number; postgres: number; nats: number; wiped: number };

async function strike(rig: CityRig, random: () => number, killed: Killed): Promise<void> {
  const which = random();
  const server = rig.nats?.servers[Math.floor(random() * (rig.nats?.servers.length ?? 0))];
  if (server !== undefined && which < 0.4) {
    await server.end();
    await sleep(random() * 2000);
    server.up();
    await server.answers();
    killed.nats++;
  } else if (which < 0.75) {
    const worker = rig.workers[random() < 0.5 ? 0 : 1];
    await worker?.kill();
    worker?.start();
    killed.worker++;
  } else {
    await rig.postgres.kill();
    await sleep(random() * 1000);
    await rig.postgres.up();
    killed.postgres++;
  }
}

/** All servers at once, and everything that they have stored. */
async function wipe(nats: NonNullable<CityRig['nats']>, killed: Killed): Promise<void> {
  await Promise.all(nats.servers.map((server) => server.end()));
  for (const server of nats.servers) server.forget();
  for (const server of nats.servers) server.up();
  for (const server of nats.servers) await server.answers();
  killed.wiped++;
}

/** Sums of a whole hour change when readings of it come late, and a second run changes nothing. */
async function lateDay(sql: Sql): Promise<boolean> {
  const later = Date.now() + dayMs;
  const sum = async () => {
    while (((await sumDirtyHours(sql, later)) ?? 1) > 0);
    const [row] = await sql<
      { sum: number; readings: number }[]
    >`select sum(sum), sum(readings)::int as readings from hours`;
    return row;
  };
  const first = await sum();
  const [any] = await sql<
    { at: number; series: number; epoch: number }[]
  >`select at, series, epoch from readings limit 1`;
  if (any === undefined || first === undefined) return false;
  await sql`insert into readings (at, series, epoch, seq, value, fault, flags) values (${any.at}, ${any.series}, ${any.epoch}, 0, 1000, 0, 1)`;
  await sql`insert into dirty (hour, epoch) values (${Math.floor(any.at / 3_600_000)}, ${any.epoch})`;
  const second = await sum();
  const third = await sum();
  return (
    second?.readings === first.readings + 1 &&
    Math.abs(second.sum - first.sum - 1000) < 1e-3 &&
    third?.sum === second.sum
  );
}

/** The same seed, the same kills. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0 || 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
