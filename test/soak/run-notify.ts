import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fill, type Kill, live, PushServices, percentile } from './notify-soak.ts';

/**
 * `npm run soak:notify [-- kills [count]|fanout]`. kills: SIGKILL at so many instants (100) while 500 people are told, over as
 * many fan-outs as that takes; each person is to get it, and nobody two that are not the same. fanout: how long 2,000 take from the reading of a smoke contact to the push that their
 * browsers decrypted, alone and beside a push service that hangs, and what it costs the gateway (CPU, memory).
 */
const [which = 'both', count = '100'] = process.argv.slice(2);

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

/** Also before the first message is out, and while nothing is known yet of those that are. */
function instantOf(n: number): Kill {
  return n % 3 === 0 ? { ms: (n * 7) % 60 } : { messages: 1 + ((n * 17) % 43) };
}

async function kills(people: number, times: number): Promise<boolean> {
  const rows: Awaited<ReturnType<typeof killedOnce>>[] = [];
  for (let left = times; left > 0; left -= rows.at(-1)?.killed ?? 0) {
    const row = await killedOnce(people, { from: times - left, most: left });
    rows.push(row);
    // One that was over before anything could be killed would go on for ever.
    if (row.killed === 0) break;
  }
  console.table(rows);
  const killed = rows.reduce((sum, row) => sum + row.killed, 0);
  console.log(`killed ${killed} of ${times} times in ${rows.length} fan-outs of ${people}`);
  return killed === times && rows.every(({ reached, differing }) => reached === people && differing === 0);
}

/** One fan-out, killed until it is done. */
async function killedOnce(people: number, { from, most }: { from: number; most: number }) {
  return inFolder(async (dir, services) => {
    fill(dir, names(await services.listen('answers'), people));
    let killed = 0;
    while (killed < most && (await live(dir, services, instantOf(from + killed))) === null) killed += 1;
    if (killed === most) await live(dir, services, null);
    const got = [...services.got.values()];
    const doubled = got.filter((each) => each.length > 1).length;
    const differing = got.filter((each) => new Set(each.map(({ token }) => token)).size > 1).length;
    return { people, killed, reached: got.length, doubled, differing };
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
if (which !== 'fanout') ok = await kills(500, Number(count));
if (which !== 'kills') {
  const figures = [await fanout(200, 0), await fanout(2000, 0), await fanout(2000, 100)];
  console.table(figures);
  ok &&= figures.every(({ people, reached }) => reached === people);
}
console.log(ok ? 'met' : 'unmet');
process.exitCode = ok ? 0 : 1;
