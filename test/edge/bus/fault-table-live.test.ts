import { describe, expect, test } from 'vitest';
import { command, missing } from '../../needs.ts';
import { honestReply } from '../memory-line.ts';
import { type Fault, honestTcpReply, rtuFaults, striking, tcpFaults } from './faults.ts';
import { pollInTurn, readsOf } from './polls.ts';
import { inParallel, ptyRtu, type Rig, socketTcp } from './rigs.ts';
import { rtuScenarios, tcpScenarios } from './scenarios.ts';

/** The fault table once more, each fault × 50 polls on a pseudo-terminal and a real socket, many side by side. */

const polls = 50;
const timeoutMs = 300;
/** What a stalled machine may cost here; in memory two in a row are the most. */
const longestRun = 3;

type Row = { name: string; strikes: number; lost: number; longestRun: number; wrong: readonly string[] };

describe.skipIf(missing(command('script')))('on a pseudo-terminal', () => {
  test('no fault gives a wrong value or costs more than two polls a strike', { timeout: 120_000 }, async () => {
    const rows = await inParallel(rtuFaults, 20, async (fault) => {
      const { slave, strikes } = striking(fault, { honest: honestReply, timeoutMs });
      return polled(fault, await ptyRtu(slave), strikes);
    });
    expect(rows.filter(isBad)).toEqual([]);
    console.log(`fault table on PTYs: ${summary(rows)}`);
  });

  test.each(rtuScenarios)('$name', async ({ slave, run }) => run(await ptyRtu(slave())));
});

describe('on a socket', () => {
  test('no fault gives a wrong value or costs more than two polls a strike', { timeout: 120_000 }, async () => {
    const rows = await inParallel(tcpFaults, 20, async (fault) => {
      const { slave, strikes } = striking(fault, { honest: honestTcpReply, timeoutMs });
      return polled(fault, await socketTcp(slave), strikes);
    });
    expect(rows.filter(isBad)).toEqual([]);
    console.log(`fault table on sockets: ${summary(rows)}`);
  });

  test.each(tcpScenarios)('$name', async ({ slave, run }) => run(await socketTcp(slave())));
});

async function polled({ name, pauseMs = 0 }: Fault, { bus, clock }: Rig, strikes: () => number): Promise<Row> {
  const { wrong, lost, longestRun } = await pollInTurn(bus, {
    reads: readsOf('mixed'),
    polls,
    timeoutMs,
    clock,
    pauseMs,
  });
  await bus.close();
  return { name, strikes: strikes(), lost, longestRun, wrong };
}

function isBad(row: Row): boolean {
  return row.wrong.length > 0 || row.strikes < 7 || row.lost > 2 * row.strikes || row.longestRun > longestRun;
}

function summary(rows: readonly Row[]): string {
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  return `${rows.length} faults, ${rows.length * polls} polls, ${sum((r) => r.strikes)} strikes, ${sum((r) => r.lost)} polls lost, 0 wrong`;
}
