import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuMs, judge, median, note, percentile, type Row, round, steadily } from './measure.ts';
import { encodeStream, publishAll, type Stream } from './publishers.ts';
import type { Bench } from './run.ts';

const publishers = 20;
const window = 10;
const perPublisher = 3000;
const rounds = 3;
const modes = ['none', 'unparsed', 'full'] as const;
type Mode = (typeof modes)[number];
type Run = { perSecond: number; p50Ms: number; p99Ms: number; brokerUs: number; loadUs: number };

/**
 * One broker process a mode, all up at once, taking turns. Each round sends fresh sequence numbers, so that ingest has
 * nothing to recognise as sent before.
 */
export const bench: Bench = {
  title: `durable acknowledgement: ${publishers} publishers × ${window} in flight, QoS 1`,
  async run(): Promise<Row[]> {
    const dir = mkdtempSync(join(tmpdir(), 'jari-bench-'));
    const site = writeSite(dir);
    const servers = new Map<Mode, Server>();
    try {
      for (const mode of modes) servers.set(mode, await startServer(mode, site));
      let epoch = 0;
      const { result, steady } = await steadily(async () => {
        const runs: Record<Mode, Run[]> = { none: [], unparsed: [], full: [] };
        for (let i = -1; i < rounds; i++) {
          epoch++;
          for (const [mode, server] of servers) {
            const run = await measure(server, epoch);
            if (i >= 0) runs[mode].push(run); // the first round only warms up
          }
        }
        return runs;
      });
      return rowsOf(result, steady);
    } finally {
      for (const { child } of servers.values()) {
        child.stdin.end();
        await once(child, 'exit');
      }
      rmSync(dir, { recursive: true, force: true });
    }
  },
};

type Server = { child: ChildProcessWithoutNullStreams; port: number; passwords: Record<string, string> };

async function startServer(mode: Mode, site: string): Promise<Server> {
  const script = fileURLToPath(new URL('ack-server.ts', import.meta.url));
  const child = spawn(process.execPath, [script, mode, site], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stderr.pipe(process.stderr);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return { child, ...(JSON.parse(line.toString()) as Omit<Server, 'child'>) };
}

async function measure(server: Server, epoch: number): Promise<Run> {
  const streams = Object.entries(server.passwords).map(([agent, password]) => stream(agent, password, epoch));
  const pid = server.child.pid ?? -1;
  const [brokerFrom, loadFrom] = [cpuMs(pid), process.cpuUsage()];
  const { acked, ms, ackMs } = await publishAll(server.port, streams, window);
  const load = process.cpuUsage(loadFrom);
  return {
    perSecond: acked / (ms / 1000),
    p50Ms: percentile(ackMs, 0.5),
    p99Ms: percentile(ackMs, 0.99),
    brokerUs: ((cpuMs(pid) - brokerFrom) * 1000) / acked,
    loadUs: (load.user + load.system) / acked,
  };
}

function stream(agent: string, password: string, round: number): Stream {
  const epoch = `bench${round}`;
  const at = Date.now();
  const status = { v: 1, state: 'online', epoch, start: round, version: '0.1.0', simulated: true, lost: [] };
  const messages = Array.from({ length: perPublisher }, (_, i) => {
    const points = {
      temperature: { dt: [0], v: [20 + (i % 50) / 10] },
      humidity: { dt: [0], v: [40 + (i % 70) / 10] },
    };
    const body = { v: 1, epoch, start: round, seq: i + 1, at: at + i, age: 12, clock: 'synced', points };
    return { topic: `jari/v1/bench/${agent}/dev-${agent}/readings`, payload: JSON.stringify(body) };
  });
  const first = { topic: `jari/v1/bench/${agent}/status`, payload: JSON.stringify(status) };
  return encodeStream({ clientId: agent, username: agent, password }, [first, ...messages]);
}

function rowsOf(runs: Record<Mode, Run[]>, steady: boolean): Row[] {
  const rate = (mode: Mode) => median(runs[mode].map((run) => run.perSecond));
  const of = (mode: Mode, pick: (run: Run) => number) => median(runs[mode].map(pick));
  const figures = (pick: (run: Run) => number) => modes.map((mode) => round(of(mode, pick))).join(' / ');
  const share = of('none', (run) => run.loadUs / run.brokerUs);
  return [
    judge(
      'stored unparsed against storing nothing',
      rate('unparsed') / rate('none'),
      { atLeast: 0.5 },
      { steady, unit: '×' },
    ),
    judge('full ingest against storing nothing', rate('full') / rate('none'), { atLeast: 0.2 }, { steady, unit: '×' }),
    judge(
      'full ingest against storing unparsed',
      rate('full') / rate('unparsed'),
      { atLeast: 0.55 },
      { steady, unit: '×' },
    ),
    judge(
      "the load's CPU a message against the broker's that stores nothing",
      share,
      { atMost: 0.5 },
      { steady, unit: '×' },
    ),
    note(
      'acknowledged a second: nothing / unparsed / full',
      figures((run) => run.perSecond),
    ),
    note(
      'broker CPU a message, µs',
      figures((run) => run.brokerUs),
    ),
    note(
      'load CPU a message, µs',
      figures((run) => run.loadUs),
    ),
    note(
      'acknowledged after, p50 ms',
      figures((run) => run.p50Ms),
    ),
    note(
      'acknowledged after, p99 ms',
      figures((run) => run.p99Ms),
    ),
  ];
}

function writeSite(dir: string): string {
  const file = join(dir, 'site.yaml');
  const agents = Array.from(
    { length: publishers },
    (_, i) => `  - id: a-${i}
    uplink: { url: "mqtt://127.0.0.1:1883" }
    buses:
      - { id: lan, kind: modbus-tcp, host: 127.0.0.1, port: ${1600 + i}, devices: [{ id: dev-a-${i}, profile: xy-md02, unit: 1, every: 1s }] }`,
  );
  writeFileSync(file, `site: bench\nname: { ko: 부하, en: Load }\nagents:\n${agents.join('\n')}\n`);
  return file;
}
