import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { atEnd } from '../cleanup.ts';
import { until } from '../system/harness.ts';
import { startTcpSlave } from '../system/tcp-slave.ts';
import { tempDir } from '../temp.ts';
import { judge, median, note, percentile, type Row, round, steadily } from './measure.ts';
import { startOneBox } from './one-box.ts';
import type { Bench } from './run.ts';

/** Detectors, each a rule and a role of its own, so that no two alerts are told in one message. */
const fires = 40;
/** A round that the machine disturbed is measured again, with detectors that did not speak yet. */
const detectors = 5 * fires;
const pollMs = 1000;

export const bench: Bench = {
  title: `a detector's bit is set on the slave → the first notice is at its receiver; poll ${pollMs} ms, ${fires} fires`,
  run: measure,
};

async function measure(): Promise<Row[]> {
  const bits = new Set<number>();
  let silent = false;
  const slave = await startTcpSlave((_unit, address, count) =>
    silent ? undefined : Array.from({ length: count }, (_, n) => (bits.has(address + n) ? 1 : 0)),
  );
  const receiver = await startReceiver();
  const { latest } = await setUp(slave.port, receiver.url);
  let used = 0;
  const { result, steady } = await steadily(async () => {
    const tookMs: number[] = [];
    const from = used;
    used += fires;
    for (let n = from; n < used; n += 1) {
      await new Promise((resolve) => setTimeout(resolve, 100 + Math.random() * pollMs));
      const set = performance.now();
      bits.add(n);
      await receiver.heardOf(`fire-${n}`);
      tookMs.push(performance.now() - set);
    }
    return tookMs;
  });
  silent = true;
  const from = performance.now();
  await until('it is unknown', async () => ((await latest('smoke/s_0')) !== 'good' ? true : undefined), 60_000);
  const silentMs = performance.now() - from;
  return [
    judge('bit → first notice: p99', percentile(result, 0.99), { atMost: 2000 }, { steady, unit: ' ms' }),
    judge('bit → first notice: the longest', Math.max(...result), { atMost: 5000 }, { steady, unit: ' ms' }),
    judge('a detector that is silent → not good any more', silentMs, { atMost: 30_000 }, { steady, unit: ' ms' }),
    note(
      'p50 / p99 / max ms',
      `${[median(result), percentile(result, 0.99), Math.max(...result)].map(round).join(' / ')}`,
    ),
  ];
}

/** A program that is told by webhook, and remembers the rules that it was told of. */
async function startReceiver() {
  const heard = new Set<string>();
  let wake: () => void = () => {};
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      for (const [, rule = ''] of Buffer.concat(chunks)
        .toString()
        .matchAll(/"rule":"tower\/(fire-\d+)"/g))
        heard.add(rule);
      response.writeHead(204).end();
      wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/told`,
    async heardOf(rule: string): Promise<void> {
      const until = performance.now() + 20_000;
      while (!heard.has(rule)) {
        if (performance.now() > until) throw new Error(`nobody was told of ${rule}`);
        await new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, 1000);
        });
      }
    },
  };
}

async function setUp(port: number, url: string) {
  const dir = tempDir();
  const numbers = Array.from({ length: detectors }, (_, n) => n);
  writeFileSync(join(dir, 'hook.secret'), `whsec_${randomBytes(24).toString('base64')}\n`, { mode: 0o600 });
  const rules = numbers.map(
    (n) => `      - { use: fire-smoke, id: fire-${n}, who: role-${n}, confirmedBy: test,
          condition: { witnesses: [{ points: [smoke/s_${n}], is: true }], levels: { 경계: 1 } }, source: made for this measurement }`,
  );
  const { gateway, token } = await startOneBox({
    ...{ dir, port, device: 'smoke', everyMs: pollMs },
    points: numbers.map((n) => `s_${n}: { table: holding, address: ${n}, type: bit, bit: 0, kind: smoke }`),
    extra: `roles:
${numbers.map((n) => `  role-${n}: { ko: 역할 ${n}, en: Role ${n} }`).join('\n')}
gateway:
  notify:
    webhooks: [{ id: told, url: "${url}", secretFile: hook.secret, roles: [${numbers.map((n) => `role-${n}`).join(', ')}], allowPrivate: true }]
buildings:
  - id: tower
    name: { ko: 탑, en: Tower }
    rules:
${rules.join('\n')}
`,
  });
  const latest = async (ref: string): Promise<string | undefined> => {
    const headers = { authorization: `Bearer ${token}` };
    const response = await fetch(`${gateway.http}/api/v1/latest?point=${ref}`, { headers });
    return ((await response.json()) as { items: { quality: string }[] }).items[0]?.quality;
  };
  await until('readings flow', async () => ((await latest(`smoke/s_${detectors - 1}`)) === 'good' ? true : undefined));
  return { latest };
}
