import { command, missing } from '../needs.ts';
import { tempDir } from '../temp.ts';
import { measureCoalescing } from './bus-coalescing.ts';
import { measureCpu } from './bus-cpu.ts';
import { measureDead } from './bus-dead.ts';
import { measureFaults } from './bus-faults.ts';
import { writeBusTable } from './bus-table.ts';
import { measureWire } from './bus-wire.ts';
import { note, type Row } from './measure.ts';
import { buildPrograms } from './paced-line/line.ts';
import type { Bench } from './run.ts';

/**
 * `npm run bench:bus` measures all of it in about five minutes and puts the table into edge/README.md; with
 * `-- --quick` it is over in two, judges by too little, and leaves the table alone.
 */

const isQuick = process.argv.includes('--quick');
const effort = isQuick
  ? {
      rounds: 1,
      runMs: 1200,
      oursMs: 10_000,
      theirsMs: 2500,
      faultsMs: 3000,
      waitMs: 4000,
      cpuWarmMs: 8000,
      cpuMs: 5000,
    }
  : {
      rounds: 3,
      runMs: 2200,
      oursMs: 60_000,
      theirsMs: 5000,
      faultsMs: 8000,
      waitMs: 10_000,
      cpuWarmMs: 75_000,
      cpuMs: 20_000,
    };

export const bench: Bench = {
  title: 'masters side by side on a paced RS-485 line, ours against node-modbus, modbus-serial and libmodbus',
  slow: true,
  async run(): Promise<Row[]> {
    if (missing(command('gcc'))) return [note('nothing was measured: the paced line is C', 'no gcc')];
    return measureAll();
  },
};

async function measureAll(): Promise<Row[]> {
  const dir = tempDir();
  const programs = buildPrograms(dir);
  const wire = await measureWire({ programs, ...effort });
  const cpu = await measureCpu({ programs, warmMs: effort.cpuWarmMs, runMs: effort.cpuMs });
  const dead = await measureDead({ programs, ...effort });
  const faults = await measureFaults({ programs, dir, runMs: effort.faultsMs, waitMs: effort.waitMs });
  const coalescing = await measureCoalescing({ programs, rounds: Math.min(effort.rounds, 2), runMs: 1200 });
  if (!isQuick) writeBusTable([...wire.table, ...cpu.table, ...dead.table, ...faults.table]);
  return [...wire.rows, ...cpu.rows, ...dead.rows, ...faults.rows, ...coalescing];
}
