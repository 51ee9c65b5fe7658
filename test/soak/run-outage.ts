import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../contract/clock.ts';
import { deviceIdSchema } from '../../contract/ids.ts';
import { silentLog } from '../../edge/log.ts';
import type { NewRow } from '../../edge/outbox/outbox.ts';
import { workerOutbox } from '../../edge/outbox/worker-outbox.ts';
import type { Link } from '../../edge/uplink/link.ts';
import { Uplink } from '../../edge/uplink/uplink.ts';

/**
 * `npm run soak:outage [-- hours]`: a broker that is away while 100 channels are read each second, 24 hours without an
 * argument. The time is not waited for: rows go into the real outbox as fast as it takes them. Then the broker is back,
 * and it is counted what comes: in order, all of it, once, and how soon a live alarm comes amidst the backlog.
 */
const hours = Number(process.argv[2] ?? 24);
const devices = Array.from({ length: 10 }, (_, n) => deviceIdSchema.parse(`box-${n + 1}`));
const pointsOf = (second: number) =>
  JSON.stringify(
    Object.fromEntries(Array.from({ length: 10 }, (_, p) => [`p_${p}`, { dt: [0], v: [second + p / 10] }])),
  );
const begun = Date.UTC(2026, 0, 1);
const secondsAtOnce = 50;
const bars = { diskBytes: 1.5e9, residentMb: 150, timesRealTime: 20, alarmMs: 2000 };

const dir = mkdtempSync(join(tmpdir(), 'jari-outage-'));
const mb = (bytes: number) => Math.round(bytes / 1e5) / 10;
const diskBytes = () => readdirSync(dir).reduce((sum, name) => sum + statSync(join(dir, name)).size, 0);
let most = 0;
const look = () => {
  most = Math.max(most, process.memoryUsage.rss());
};

function rowsOf(second: number): NewRow[] {
  const points = pointsOf(second);
  return devices.map((device) => ({ device, at: begun + second * 1000, mono: second, clock: 'synced', points }));
}

/** Acknowledges at once; notes what came. */
class Broker implements Link {
  readonly last = new Map<string, number>();
  came = 0;
  outOfOrder = 0;
  alarmAt: number | null = null;
  async connect(): Promise<void> {}
  async subscribe(): Promise<void> {}
  async disconnect(): Promise<void> {}
  async publish(topic: string, payload: string): Promise<void> {
    if (topic === 'status') return;
    if (topic.endsWith('/alarm')) {
      this.alarmAt = performance.now();
      return;
    }
    const seq = Number(/"seq":(\d+)/.exec(payload)?.[1]);
    if (seq <= (this.last.get(topic) ?? 0)) this.outOfOrder += 1;
    this.last.set(topic, seq);
    this.came += 1;
    // As over a network: nothing is acknowledged within the same turn.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

try {
  const outbox = workerOutbox({ clock: systemClock, log: silentLog, dir });
  const opened = await outbox.open();
  const atStart = process.memoryUsage.rss();
  const seconds = hours * 3600;
  const filling = performance.now();
  for (let second = 0; second < seconds; second += secondsAtOnce) {
    await outbox.append(Array.from({ length: secondsAtOnce }, (_, n) => rowsOf(second + n)).flat());
    look();
  }
  const rows = outbox.backlog();
  const disk = diskBytes();
  const filled = { s: Math.round((performance.now() - filling) / 1000), mostMb: mb(most) };

  most = 0;
  const broker = new Broker();
  const uplink = new Uplink({
    ...{ clock: systemClock, log: silentLog, random: Math.random, link: broker, outbox, epoch: opened.epoch },
    topicOf: (device) => `readings/${device}`,
    will: { topic: 'status', payload: 'offline' },
    hello: () => [],
    onConnected: () => {},
    onStoreFailure: (error) => {
      throw error;
    },
  });
  const draining = performance.now();
  uplink.start();
  const alarmsMs: number[] = [];
  const alarm = deviceIdSchema.parse('alarm');
  let nextAlarm = draining + 1000;
  while (outbox.backlog() > 0) {
    await systemClock.sleep(50);
    look();
    if (performance.now() < nextAlarm || outbox.backlog() < 1000) continue;
    nextAlarm = performance.now() + 1000;
    broker.alarmAt = null;
    const from = performance.now();
    const [row] = rowsOf(seconds);
    if (row === undefined) break;
    uplink.offer(await outbox.append([{ ...row, device: alarm }]));
    while (broker.alarmAt === null) await systemClock.sleep(1);
    alarmsMs.push(broker.alarmAt - from);
  }
  const drainS = (performance.now() - draining) / 1000;
  await uplink.close(500);
  await outbox.close();
  const timesRealTime = seconds / drainS;
  const worstAlarmMs = Math.max(...alarmsMs, 0);
  console.table({
    'readings that waited': rows * 10,
    'filled in, s': filled.s,
    'disk, MB': mb(disk),
    'disk, bytes a reading': Math.round((10 * disk) / (rows * 10)) / 10,
    'resident at the start, MB': mb(atStart),
    'resident at most while filling, MB': filled.mostMb,
    'resident at most while draining, MB': mb(most),
    'drained in, s': Math.round(drainS),
    'times real time': Math.round(timesRealTime),
    'messages a second': Math.round(rows / drainS),
    'rows that came': broker.came,
    'out of order or twice': broker.outOfOrder,
    'alarms amidst it': alarmsMs.length,
    'slowest of them, ms': Math.round(worstAlarmMs),
    'disk after it, MB': mb(diskBytes()),
  });
  const isMet =
    broker.came === rows &&
    broker.outOfOrder === 0 &&
    disk <= bars.diskBytes * (hours / 24) + 10e6 &&
    mb(Math.max(most, 0)) <= bars.residentMb &&
    timesRealTime >= bars.timesRealTime &&
    worstAlarmMs <= bars.alarmMs;
  console.log(isMet ? 'met' : 'unmet', JSON.stringify(bars));
  process.exitCode = isMet ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
