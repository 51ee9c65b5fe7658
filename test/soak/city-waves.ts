import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { decide, SetError } from '../../city/store/configurations.ts';
import type { SignedByKey } from '../../contract/configuration.ts';
import { CityRig } from '../city/rig/city-rig.ts';
import { gateways, WaveCity } from './wave-city.ts';

/** Configuration in waves over three nats-servers, to gateways as processes, while they, workers and nats-servers are killed. */

export async function runCityWaves(): Promise<boolean> {
  const lacks = CityRig.lacks({ servers: 3 });
  if (lacks !== null) {
    console.log(`skipped: ${lacks}`);
    return process.env.CI === undefined;
  }
  await using rig = await CityRig.start({ servers: 3, workers: 2, gateways });
  const waves = new WaveCity(rig);
  try {
    waves.startAll();
    for (const [title, holds] of Object.entries(cases)) {
      const began = performance.now();
      const wrong = await holds(waves);
      console.log(`${wrong === null ? 'ok' : 'WRONG'} ${title} (${Math.round((performance.now() - began) / 1000)} s)`);
      if (wrong !== null) {
        console.log(JSON.stringify(wrong, null, 1));
        return false;
      }
    }
    return true;
  } finally {
    await waves.end();
  }
}

/** Each ends with what is wrong, or null. They follow each other: what runs after one is what the next begins with. */
const cases: Record<string, (waves: WaveCity) => Promise<unknown>> = {
  'a set reaches 1, 2, then all 20, with a worker, a nats-server and gateways killed in every wave; clocks are wrong':
    async (waves) => {
      await waves.publish(10, 8, { first: ['g1', 'g2'] });
      await waves.until(10, ({ targets }) => targets.some(({ reason }) => reason?.code === 'clock-unset'));
      waves.setClockOf('g1');
      const killed = waves.killIn(10);
      const set = await waves.until(10, ({ state }) => state !== 'running');
      console.log(`  killed ${JSON.stringify(await killed)}`);
      const wrong = await waves.allRun(8000);
      const tries = waves.tries();
      if (set.state !== 'done' || set.waves !== 3) return set;
      return wrong ?? (tries.every((count) => count === 1) ? null : { tries });
    },
  'the same version and an older one are not published, and nothing is tried twice': async (waves) => {
    const codes = [];
    for (const version of [10, 9, 11]) codes.push(await waves.publish(version, 7).then(() => null, codeOf));
    return codes.join() === 'older,older,older' ? waves.allRun(8000) : codes;
  },
  'what another key signed, what was changed by a byte, what it has and what is older: no gateway takes it, and the set halts':
    async (waves) => {
      const other = generateKeyPairSync('ed25519').privateKey;
      const signed = (version: number) => waves.signed(version, 7, waves.key).sites[0]?.signed;
      const offers: [string, (version: number) => SignedByKey | undefined][] = [
        ['not-signed', (version) => waves.signed(version, 7, other).sites[0]?.signed],
        ['not-signed', (version) => changedByte(signed(version))],
        // The gateway speaks of the version that was signed, so that the city never hears of its own.
        ['overdue', () => signed(10)],
        ['overdue', () => signed(9)],
      ];
      for (const [nth, [code, offer]] of offers.entries()) {
        const version = 20 + nth * 2;
        const overdueMs = code === 'overdue' ? { overdueMs: 20_000 } : {};
        await waves.publish(version, 7, { first: ['g1'], ...overdueMs }, offer(version));
        const set = await waves.until(version, ({ state }) => state !== 'running');
        const halt = set.halt?.code === 'refused' ? set.halt.why?.code : set.halt?.code;
        if (set.state !== 'halted' || halt !== code) return { code, set: { ...set, targets: set.targets.slice(0, 2) } };
        if (set.targets.filter(({ wave }) => wave !== null).length !== 1) return set;
      }
      return waves.tries().every((count) => count === 1) ? waves.allRun(8000) : { tries: waves.tries() };
    },
  'when fewer devices answer it halts, and the word of somebody brings all back to what ran': async (waves) => {
    await waves.publish(30, 3, { first: ['g3'] });
    const set = await waves.until(30, ({ state }) => state !== 'running');
    if (set.state !== 'halted' || set.halt?.code !== 'devices-fewer') return set;
    await decide(waves.rig.sql, 30, 'return', { by: 'soak', why: null });
    await waves.killProcessOf('g3');
    const back = await waves.until(30, ({ state }) => state !== 'returning');
    return back.state === 'returned' ? waves.allRun(8000) : back;
  },
  'one that goes back by itself halts it': async (waves) => {
    await waves.publish(40, 4, { first: ['g4'] });
    const set = await waves.until(40, ({ state }) => state !== 'running');
    return set.state === 'halted' && set.halt?.code === 'returned' ? waves.allRun(8000) : set;
  },
  'one that falls silent in its trial halts it; it goes on when somebody says so': async (waves) => {
    await waves.publish(50, 6, { first: ['g5'] });
    await waves.until(50, ({ targets }) => targets.some(({ state }) => state === 'trying'));
    await waves.killProcessOf('g5', { again: false });
    const set = await waves.until(50, ({ state }) => state !== 'running');
    if (set.state !== 'halted' || set.halt?.code !== 'silent') return set;
    waves.startProcessOf('g5');
    await waves.until(50, ({ targets }) => targets.some(({ gateway, state }) => gateway === 'g5' && state === 'kept'));
    await sleep(6000);
    await decide(waves.rig.sql, 50, 'go', { by: 'soak', why: null });
    const done = await waves.until(50, ({ state }) => state !== 'running');
    return done.state === 'done' ? waves.allRun(6000) : done;
  },
  'what all have kept is brought back from all': async (waves) => {
    await decide(waves.rig.sql, 50, 'return', { by: 'soak', why: null });
    await waves.rig.workers[0]?.kill();
    waves.rig.workers[0]?.start();
    const back = await waves.until(50, ({ state }) => state !== 'returning');
    return back.state === 'returned' ? waves.allRun(8000) : back;
  },
};

const codeOf = (error: unknown) => (error instanceof SetError ? error.code : String(error));

function changedByte(signed: SignedByKey | undefined): SignedByKey | undefined {
  return signed && { ...signed, body: signed.body.replace('every: 7s', 'every: 6s') };
}
