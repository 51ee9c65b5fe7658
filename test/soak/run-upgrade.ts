import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomOf } from '../upgrade/random.ts';
import { quick, releaseOf, World } from '../upgrade/world.ts';
import { Box, scaled, until } from './upgrade-soak.ts';

/**
 * `npm run soak:upgrade [-- kills [seed [regressions|cuts|kills]]]`: kills a service at that many instants of an upgrade (200), cuts the power of a disk in
 * memory at ten times as many, and plants regressions. Real processes behind the launcher that is shipped, time thirty times as
 * fast. It ends with 1 when anything was neither old nor new, or lost.
 */
const [kills = 200, seed = 1] = process.argv.slice(2, 4).map(Number);
const part = process.argv[4];
const random = randomOf(seed);
const dir = mkdtempSync(join(tmpdir(), 'jari-upgrade-soak-'));
const wrong: string[] = [];
const boxes: Box[] = [];
const say = (line: string) => process.stdout.write(`${line}\n`);
const speed = 30;

try {
  if (part === undefined || part === 'regressions') await regressions();
  if (part === undefined || part === 'cuts') await cuts(kills * 10);
  if (part === undefined || part === 'kills') await kill(kills);
} finally {
  for (const each of boxes) await each.kill();
  rmSync(dir, { recursive: true, force: true });
}
for (const line of wrong) say(`WRONG: ${line}`);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function regressions(): Promise<void> {
  const planted = [
    ['none', null],
    ['network', null],
    ['schema', null],
    ['polls', 'polls-fell'],
    ['chain', 'chain-broken'],
    ['leak', 'memory-grew'],
    ['crash', 'crashed'],
    ['store', 'work-failing'],
  ] as const;
  say('planted      ended       why             after, scaled to minutes');
  for (const [fault, expected] of planted) {
    const box = new Box(join(dir, fault), fault === 'none' ? '' : fault);
    boxes.push(box);
    box.start();
    await until(`${fault}: up`, () => box.ups().length > 0, 120_000);
    await box.try(scaled(speed));
    let tried = 0;
    const trial = () => {
      const read = box.folder.state();
      if (tried === 0 && read.kind === 'there' && read.state.phase === 'trial') tried = performance.now();
      // Its own measure made it end; systemd starts it again.
      if (box.isOver) box.start();
      return box.outcome() !== null;
    };
    await until(`${fault}: over`, trial, 300_000);
    const minutes = ((performance.now() - tried) * speed) / 60_000;
    const { outcome, reason } = box.outcome() ?? {};
    const ups = box.ups().length;
    if (outcome === 'went-back')
      await until(`${fault}: the old one up`, () => box.ups().length > ups || box.ups().at(-1) === '0.1.0', 60_000);
    await box.kill();
    const lost = box.lost();
    say(
      `${fault.padEnd(12)} ${String(outcome).padEnd(11)} ${String(reason?.code ?? '-').padEnd(15)} ${minutes.toFixed(1)}, rows lost ${lost}`,
    );
    if ((reason?.code ?? null) !== expected || lost > 0)
      wrong.push(`${fault}: ${JSON.stringify(reason)}, lost ${lost}`);
  }
}

/** A disk in memory that loses what was not synced. */
async function cuts(count: number): Promise<void> {
  const ended = { committed: 0, 'went-back': 0 };
  const steps = await stepsOfAll();
  for (let n = 0; n < count; n++) {
    const world = new World({ '2.0.0': { schema: 2, ...(n % 2 === 0 ? {} : { endsAt: 1000 }) } });
    await world.try(releaseOf('2.0.0'), { limits: quick });
    world.disk.settle();
    const first = world.disk.steps;
    // Three power cuts in one upgrade, each anywhere in what is left of it.
    for (const _ of [1, 2, 3]) {
      world.disk.cutAt = world.disk.steps + Math.floor(random() * (steps - first));
      if (await world.run(6000)) world.disk.reboot(random);
      if (!world.disk.exists(`${world.chosen()}/jari`)) wrong.push(`cut ${n}: no program`);
    }
    world.disk.cutAt = Number.POSITIVE_INFINITY;
    await world.run(6000);
    const outcome = world.folder.last()?.outcome;
    const { schema, rows } = world.database();
    const isRight = outcome !== undefined && schema === (outcome === 'committed' ? 2 : 1) && rows[0] === 'first';
    if (!isRight) wrong.push(`cut ${n}: ${outcome}, schema ${schema}`);
    else ended[outcome] += 1;
  }
  say(`power cuts: ${count} upgrades with three each: ${ended.committed} committed, ${ended['went-back']} went back`);
}

async function stepsOfAll(): Promise<number> {
  const world = new World({ '2.0.0': { schema: 2 } });
  await world.try(releaseOf('2.0.0'), { limits: quick });
  await world.run(6000);
  return world.disk.steps;
}

/** SIGKILL of the whole service; what starts next has to come up, as the old version or the new. */
async function kill(count: number): Promise<void> {
  const limits = { ...scaled(400), interruptions: 1000, badForMs: 60_000, warmUpMs: 60_000 };
  const counts: Record<string, number> = {};
  const phases: Record<string, number> = {};
  let box: Box | undefined;
  let upgrades = 0;
  let lost = 0;
  const kinds = ['', 'schema', 'schema ends'];
  for (let n = 0; n < count; n++) {
    if (box === undefined) {
      upgrades += 1;
      box = new Box(join(dir, `kills-${upgrades}`), kinds[upgrades % kinds.length] ?? '');
      boxes.push(box);
      box.start();
      const fresh = box;
      await until('up', () => fresh.ups().length > 0, 120_000);
      await box.try(limits);
    }
    const own = box;
    await new Promise((resolve) => setTimeout(resolve, random() * 6000));
    const read = own.folder.state();
    await own.kill();
    const phase = read.kind === 'there' ? read.state.phase : 'over';
    phases[phase] = (phases[phase] ?? 0) + 1;
    const ups = own.ups().length;
    own.start();
    await until(
      `kill ${n} in ${phase}: something comes up`,
      () => {
        if (own.isOver) own.start();
        return own.ups().length > ups;
      },
      120_000,
    );
    const outcome = own.outcome();
    if (outcome === null) continue;
    await own.kill();
    const gone = own.lost();
    lost += gone;
    counts[outcome.outcome] = (counts[outcome.outcome] ?? 0) + 1;
    if (gone > 0) wrong.push(`kill ${n}: ${gone} acknowledged rows lost`);
    box = undefined;
  }
  await box?.kill();
  say(
    `kills: ${count} in ${upgrades} upgrades, by phase ${JSON.stringify(phases)}: ${JSON.stringify(counts)}, rows lost ${lost}`,
  );
}
