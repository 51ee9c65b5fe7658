import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Value } from '../../contract/reading.ts';
import { encodeSeries } from '../../gateway/store/columns.ts';
import { walAutocheckpoint } from '../../gateway/store/database.ts';
import {
  chunkBytes,
  logBytes,
  type Message,
  makeMessages,
  type Run,
  readBack,
  readingsOf,
  runBare,
  runClustered,
  runIngest,
  sameRows,
  standardLoad,
} from './ingest-load.ts';
import { judge, median, note, type Row, round, steadily } from './measure.ts';
import type { Bench } from './run.ts';

const rounds = 3;
const load = standardLoad;
const readings = readingsOf(load);

export const bench: Bench = { title: 'readings into the store: time, bytes written, bytes at rest', run };

async function run(): Promise<Row[]> {
  const messages = makeMessages(load);
  const { result: speeds, steady } = await steadily(async () => measureSpeeds(messages));
  return [...speedRows(speeds, steady), ...byteRows(messages), ...seriesRows()];
}

type Speeds = { rate: number; sealing: number; ingest: number[]; sealed: number[]; bare: number[]; cpu: Cpu };
/** ms of this process for the whole load. */
type Cpu = { ingest: number; sealed: number; bare: number };

/** Ours and the bare loop in turn, so that a busy moment hits both. */
function measureSpeeds(messages: readonly (readonly Message[])[]): Speeds {
  const speeds: Pick<Speeds, 'ingest' | 'sealed' | 'bare'> = { ingest: [], sealed: [], bare: [] };
  let cpu: Cpu = { ingest: Number.POSITIVE_INFINITY, sealed: Number.POSITIVE_INFINITY, bare: Number.POSITIVE_INFINITY };
  for (let i = 0; i <= rounds; i++) {
    const ingest = inFolder((dir) => runIngest(dir, load, messages, { seal: false }));
    const bare = inFolder((dir) => runBare(dir, load, messages));
    const sealed = inFolder((dir) => runIngest(dir, load, messages, { seal: true }));
    if (i === 0) continue; // compiles
    speeds.ingest.push(ingest.readingsPerSecond);
    speeds.bare.push(bare.readingsPerSecond);
    speeds.sealed.push(sealed.readingsPerSecond);
    cpu = {
      ingest: Math.min(cpu.ingest, ingest.cpuMs),
      sealed: Math.min(cpu.sealed, sealed.cpuMs),
      bare: Math.min(cpu.bare, bare.cpuMs),
    };
  }
  const bare = median(speeds.bare);
  return { ...speeds, cpu, rate: median(speeds.ingest) / bare, sealing: median(speeds.sealed) / bare };
}

function speedRows({ rate, sealing, ingest, sealed, bare, cpu }: Speeds, steady: boolean): Row[] {
  const span = (all: readonly number[]) => `${round(Math.min(...all))}–${round(Math.max(...all))}/s`;
  return [
    judge(
      'ingest of 50-reading batches, against a bare loop that writes the same rows',
      rate,
      { atLeast: 0.6 },
      { steady, unit: '×' },
    ),
    judge(
      'the same with its sealing, which the bare loop does not do',
      sealing,
      { atLeast: 0.8 },
      { steady, unit: '×' },
    ),
    note(
      'by CPU, of the rounds that others disturbed least: ingest, with its sealing',
      `${round(cpu.bare / cpu.ingest)}×, ${round(cpu.bare / cpu.sealed)}×`,
    ),
    note(
      'CPU a reading: bare loop / ingest / ingest and sealing',
      `${[cpu.bare, cpu.ingest, cpu.sealed].map((ms) => round((1000 * ms) / readings)).join(' / ')} µs`,
    ),
    note('readings stored: ingest', span(ingest)),
    note('readings stored: ingest and sealing', span(sealed)),
    note('readings stored: bare loop', span(bare)),
  ];
}

function byteRows(messages: readonly (readonly Message[])[]): Row[] {
  let chunks = { bodies: 0, readings: 0 };
  let equal = 0;
  let tail = { bytes: 0, readings: 0 };
  const ours = inFolder((dir) =>
    runIngest(dir, load, messages, {
      seal: true,
      after(store) {
        chunks = chunkBytes(store);
        equal = readBack(store, load, messages);
        tail = logBytes(store);
      },
    }),
  );
  const clustered = inFolder((dir) => runClustered(dir, load, messages));
  const steady = true;
  return [
    note('the bare loop wrote the very same rows', sameAsBare(messages) ? 'yes' : 'NO'),
    note('wal_autocheckpoint of both, pages', String(walAutocheckpoint)),
    judge(
      'bytes written a reading: log, last values, ranges, digests, chunks',
      ours.written / readings,
      { atMost: 130 },
      { steady },
    ),
    judge(
      'a clustered (series, time) table writes',
      clustered.written / ours.written,
      { atLeast: 15 },
      { steady, unit: '×' },
    ),
    judge('bytes at rest a reading in chunks', chunks.bodies / chunks.readings, { atMost: 4 }, { steady }),
    judge('readings that came back exactly', equal / readings, { atLeast: 1 }, { steady }),
    note('bytes at rest a reading in the log, before it is sealed', round(tail.bytes / tail.readings)),
  ];
}

function sameAsBare(messages: readonly (readonly Message[])[]): boolean {
  return inFolder((one) =>
    inFolder((other) => {
      runIngest(one, load, messages, { seal: false });
      runBare(other, load, messages);
      return sameRows(one, other);
    }),
  );
}

/** Chunks of 60 readings of other kinds of series. */
function seriesRows(): Row[] {
  const wave = (i: number) => Math.round(200 + 30 * Math.sin(i / 9) + (i % 3)) / 10;
  const kinds: Record<string, { valueAt(i: number): Value; dt(i: number): number }> = {
    'one decimal, times ± 20 ms': { valueAt: wave, dt: (i) => 1000 + ((i * 7) % 41) - 20 },
    'float as a device sends it': { valueAt: (i) => Math.fround(wave(i) * 1.0137), dt: () => 1000 },
    'a contact': { valueAt: (i) => i % 5 === 0, dt: (i) => 60_000 - ((i * 37) % 20_000) },
    'late, one in ten of another minute': { valueAt: wave, dt: (i) => (i % 10 === 0 ? -61_000 : 7000) },
  };
  return Object.entries(kinds).map(([name, { valueAt, dt }]) => {
    let at = Date.UTC(2026, 10, 21);
    const places = Array.from({ length: 60 }, (_, i) => i);
    const t = places.map((i) => {
      at += dt(i);
      return at;
    });
    const zeros = places.map(() => 0);
    const body = encodeSeries({ t, epoch: zeros, seq: places, faults: zeros, values: places.map(valueAt) });
    return note(`bytes a reading in a chunk of 60: ${name}`, round(body.length / 60));
  });
}

function inFolder<T extends Run | boolean>(work: (dir: string) => T): T {
  const dir = mkdtempSync(join(tmpdir(), 'jari-bench-'));
  try {
    return work(dir);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
