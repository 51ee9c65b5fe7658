import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fill, live, PushServices, percentile } from './notify-soak.ts';

/**
 * `npm run soak:notify [-- kills|fanout]`. kills: SIGKILL at 20 instants while 500 people are told; each is to get it, and
 * nobody two that are not the same. fanout: how long 2,000 take from the reading of a smoke contact to the push that their
 * browsers decrypted, alone and beside a push service that hangs, and what it costs the gateway (CPU, memory).
 */
const [which = 'both'] = process.argv.slice(2);

async function inFolder<T>(work: (dir: string, services: PushServices) => Promise<T>): Promise<T> {
  const dir = mkdtempSync(join(tmpdir(), 'jari-notify-'));
  const services = new PushServices();
  try {
    return await work(dir, services);
  } finally {
    services.close();
    rmSync(dir, { recursive: true, force: true });
  }
}

const names = (base: string, count: number) => Array.from({ length: count }, (_, n) => `${base}/p${n}`);

async function kills(people: number, times: number): Promise<boolean> {
  return inFolder(async (dir, services) => {
    fill(dir, names(await services.listen('answers'), people));
    let killed = 0;
    for (let n = 0; n < times; n++) {
      const told = await live(dir, services, { messages: 1 + ((n * 17) % 43) });
      if (told === null) killed += 1;
    }
    const last = await live(dir, services, null);
    const got = [...services.got.values()];
    const reached = got.length;
    const doubled = got.filter((each) => each.length > 1).length;
    const differing = got.filter((each) => new Set(each.map(({ token }) => token)).size > 1).length;
    console.table({ people, killed, reached, doubled, differing });
    return last !== null && killed > 0 && reached === people && differing === 0;
  });
}

async function fanout(people: number, hanging: number) {
  return inFolder(async (dir, services) => {
    const good = names(await services.listen('answers'), people);
    const bad = hanging === 0 ? [] : names(await services.listen('hangs'), hanging);
    fill(dir, [...bad, ...good], false);
    // With a service that hangs there is no end to wait for.
    const told = await live(dir, services, hanging === 0 ? null : { ms: 45_000 }, 'bit');
    const at = [...services.got.values()].flatMap((each) => each.map((one) => one.at));
    const begun = told?.begunAt ?? Math.min(...at);
    const of = at.map((one) => one - begun);
    return {
      people,
      hanging,
      reached: at.length,
      p50: percentile(of, 0.5),
      p99: percentile(of, 0.99),
      rssMB: told?.rss,
      cpuMs: told?.cpuMs,
    };
  });
}

let ok = true;
if (which !== 'fanout') ok = await kills(500, 20);
if (which !== 'kills') {
  const figures = [await fanout(200, 0), await fanout(2000, 0), await fanout(2000, 100)];
  console.table(figures);
  ok &&= figures.every(({ people, reached }) => reached === people);
}
console.log(ok ? 'met' : 'unmet');
process.exitCode = ok ? 0 : 1;
