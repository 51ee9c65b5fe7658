import { monitorEventLoopDelay } from 'node:perf_hooks';
import { afterAll, describe, expect, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { command, missing } from '../../needs.ts';
import { startTcpLine } from '../../system/tcp-slave.ts';
import { honestReply, registerOf, type Slave } from '../memory-line.ts';
import { openPty } from '../pty-slave.ts';
import { type Fault, honestTcpReply, rtuFaults, tcpFaults } from './faults.ts';
import { type Master, type Name, rtuMasters, tcpMasters } from './masters.ts';
import { inParallel } from './rigs.ts';

/**
 * Why the framing is our own: the same slave misbehaves once, in its first reply, towards three masters. Each reads two
 * registers at 10, 20, 30 … of a slave whose registers name their address.
 */

const timeoutMs = 300;
const reads = 6;
const names: readonly Name[] = ['ours', 'node-modbus', 'modbus-serial'];

/**
 * What a master made of it. wrong: it took values for others', or fewer than asked for · deaf: nothing good came after
 * the fault · takes: the faulty reply went for a good one · ok: reads were lost at most, and others came after them.
 */
type Class = 'wrong' | 'deaf' | 'takes' | 'ok';
/** Kept over retries: on a busy machine the libraries may have luck, and ours needs none. */
const ourFaults: string[] = [];

afterAll(() => expect(ourFaults).toEqual([]));

type Row = { fault: string; nodeModbus: Class; modbusSerial: Class; isEvery?: true };
type Tally = { right: number; wrong: number; none: number; after: number };

const rtuRows: readonly Row[] = [
  { fault: 'a reply 1.5 timeouts late', nodeModbus: 'wrong', modbusSerial: 'wrong' },
  { fault: 'a late reply that falls into an idle gap', nodeModbus: 'ok', modbusSerial: 'ok' },
  { fault: 'the reply twice, 30 ms apart', nodeModbus: 'wrong', modbusSerial: 'wrong' },
  { fault: 'the reply twice in one piece, and polls 400 ms apart', nodeModbus: 'ok', modbusSerial: 'wrong' },
  { fault: 'a stray 00 before the reply', nodeModbus: 'deaf', modbusSerial: 'ok' },
  { fault: 'ff ff fe before the reply', nodeModbus: 'deaf', modbusSerial: 'ok' },
  { fault: 'a fake header before the reply', nodeModbus: 'deaf', modbusSerial: 'ok' },
  { fault: '20 bytes of noise before the reply', nodeModbus: 'deaf', modbusSerial: 'ok' },
  { fault: 'a cut reply', nodeModbus: 'deaf', modbusSerial: 'ok' },
  { fault: 'a wrong byte count', nodeModbus: 'deaf', modbusSerial: 'ok' },
  { fault: 'fewer registers than asked, with a right CRC', nodeModbus: 'wrong', modbusSerial: 'ok' },
  { fault: 'another unit answering', nodeModbus: 'ok', modbusSerial: 'ok' },
  { fault: 'another function answering', nodeModbus: 'ok', modbusSerial: 'ok' },
  { fault: 'a wrong CRC', nodeModbus: 'ok', modbusSerial: 'ok' },
  { fault: 'exception 2', nodeModbus: 'ok', modbusSerial: 'ok' },
  { fault: 'byte by byte with 12 ms between', nodeModbus: 'ok', modbusSerial: 'ok' },
  { fault: 'the line hears itself now and then', isEvery: true, nodeModbus: 'deaf', modbusSerial: 'deaf' },
];

const tcpRows: readonly Row[] = [
  { fault: 'a late reply', nodeModbus: 'ok', modbusSerial: 'ok' },
  { fault: 'the reply twice, 5 ms apart', nodeModbus: 'deaf', modbusSerial: 'ok' },
  { fault: 'another transaction id', nodeModbus: 'ok', modbusSerial: 'ok' },
  { fault: 'protocol id 1', nodeModbus: 'ok', modbusSerial: 'takes' },
  { fault: 'fewer registers than asked', nodeModbus: 'wrong', modbusSerial: 'ok' },
  { fault: 'length 0xffff', nodeModbus: 'takes', modbusSerial: 'deaf' },
  { fault: 'a length too short', nodeModbus: 'deaf', modbusSerial: 'deaf' },
  { fault: 'length 0', nodeModbus: 'deaf', modbusSerial: 'deaf' },
  { fault: 'garbage', nodeModbus: 'deaf', modbusSerial: 'deaf' },
  { fault: 'an unknown function', nodeModbus: 'deaf', modbusSerial: 'ok' },
  { fault: 'a connection that ends', nodeModbus: 'deaf', modbusSerial: 'deaf' },
];

describe.skipIf(missing(command('script')))('on a pseudo-terminal', () => {
  test('ours takes no wrong value, and the libraries fail where they are known to', {
    timeout: 120_000,
    retry: 2,
  }, async () => {
    const delay = loopDelay();
    const seen = await inParallel(trials(rtuRows), 18, async ({ row, name }) => {
      const pty = await openPty(slaveOf(faultOf(rtuFaults, row), row, honestReply));
      return {
        row,
        name,
        tally: await tallied(await rtuMasters[name](pty.path, { timeoutMs }), faultOf(rtuFaults, row)),
      };
    });
    judge(seen, rtuFaults, delay.max / 1e6);
    console.log(`fault table beside the libraries, PTYs: ${summary(seen)}`);
  });

  test('only ours does not take the echo of a write for its success, with no slave at all', async () => {
    const said = await Promise.all(
      names.map(async (name) => {
        const pty = await openPty((request) => [{ afterMs: 1, bytes: request }]);
        const master = await rtuMasters[name](pty.path, { timeoutMs });
        return [name, await master.write(6), await master.write(5)];
      }),
    );
    expect(said).toEqual([
      ['ours', false, false],
      ['node-modbus', true, true],
      ['modbus-serial', true, true],
    ]);
  });

  test('only ours is heard again after three noise bytes, with at most one read lost', {
    timeout: 60_000,
  }, async () => {
    const slave: Slave = (request, nth) => [
      { afterMs: 5, bytes: nth === 1 ? Uint8Array.of(0x55, 0x00, 0xff) : honestReply(request) },
    ];
    const [ours, nodeModbus] = await Promise.all(
      (['ours', 'node-modbus'] as const).map(async (name) => {
        const master = await rtuMasters[name]((await openPty(slave)).path, { timeoutMs });
        return tallied(master, { pauseMs: 0 }, name === 'node-modbus' ? 20 : 300);
      }),
    );
    expect(ours).toMatchObject({ wrong: 0 });
    expect(ours?.none).toBeLessThanOrEqual(1);
    expect(nodeModbus).toMatchObject({ right: 0 });
  });

  test('only ours keeps a second call off the line while one is under way', { timeout: 60_000 }, async () => {
    const seen = await Promise.all(
      names.map(async (name) => {
        let [waiting, together] = [0, 0];
        const pty = await openPty((request) => {
          if (++waiting > 1) together++;
          setTimeout(() => waiting--, 50);
          return [{ afterMs: 50, bytes: honestReply(request) }];
        });
        const master = await rtuMasters[name](pty.path, { timeoutMs });
        let answered = 0;
        for (let i = 0; i < 5; i++) {
          const both = await Promise.all([master.read(1, 10 + i), master.read(2, 40 + i)]);
          answered += both.filter((words) => words !== undefined).length;
        }
        return { name, together, answered };
      }),
    );
    expect(seen[0]).toEqual({ name: 'ours', together: 0, answered: 10 });
    expect(seen[1]?.together).toBeGreaterThan(0);
    expect(seen[2]?.answered).toBeLessThan(10);
  });
});

describe('on a socket', () => {
  test('ours takes no wrong value, and the libraries fail where they are known to', {
    timeout: 120_000,
    retry: 2,
  }, async () => {
    const delay = loopDelay();
    const seen = await inParallel(trials(tcpRows), 18, async ({ row, name }) => {
      const server = await startTcpLine(slaveOf(faultOf(tcpFaults, row), row, honestTcpReply));
      return {
        row,
        name,
        tally: await tallied(await tcpMasters[name](server.port, { timeoutMs }), faultOf(tcpFaults, row)),
      };
    });
    judge(seen, tcpFaults, delay.max / 1e6);
    console.log(`fault table beside the libraries, sockets: ${summary(seen)}`);
  });
});

/** Faults that each got through without a wrong value and without going deaf. */
function summary(seen: readonly { row: Row; name: Name; tally: Tally }[]): string {
  const passed = (name: Name) =>
    seen.filter((one) => one.name === name && one.tally.wrong === 0 && one.tally.after > 0);
  return names.map((name) => `${name} ${passed(name).length} of ${seen.length / names.length}`).join(', ');
}

function trials(rows: readonly Row[]): { row: Row; name: Name }[] {
  return rows.flatMap((row) => names.map((name) => ({ row, name })));
}

function faultOf(faults: readonly Fault[], row: Row): Fault {
  const found = faults.find(({ name }) => name === row.fault);
  if (found === undefined) throw new Error(`no fault ${row.fault}`);
  return found;
}

function slaveOf(fault: Fault, { isEvery }: Row, honest: (request: Uint8Array) => Uint8Array): Slave {
  return (request, nth) => {
    const reply = honest(request);
    if (isEvery || nth === 1) return fault.strike({ reply, request, timeoutMs });
    // The others take 100 ms, so that a late or second copy of the first falls into the middle of one.
    return [{ afterMs: 100, bytes: reply }];
  };
}

async function tallied(master: Master, { pauseMs = 0 }: Pick<Fault, 'pauseMs'>, count = reads): Promise<Tally> {
  const seen: Tally = { right: 0, wrong: 0, none: 0, after: 0 };
  for (let i = 1; i <= count; i++) {
    const words = await master.read(1, i * 10);
    const isRight = words?.length === 2 && words.every((word, n) => word === registerOf(1, i * 10 + n));
    if (words === undefined) seen.none++;
    else if (isRight) seen.right++;
    else seen.wrong++;
    if (isRight && i > 1) seen.after++;
    if (pauseMs > 0) await systemClock.sleep(pauseMs);
  }
  return seen;
}

function classOf({ wrong, none, after }: Tally, fault: Fault): Class {
  if (wrong > 0) return 'wrong';
  if (after === 0) return 'deaf';
  if (none === 0 && fault.costs > 0) return 'takes';
  return 'ok';
}

/** Longest stop of this process since, ns. */
function loopDelay() {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  return delay;
}

/**
 * Ours on any machine. The libraries only where this process was never held up for as long as a late reply is late, or
 * the slave's own lateness is what they are judged by.
 */
function judge(
  seen: readonly { row: Row; name: Name; tally: Tally }[],
  faults: readonly Fault[],
  stopMs: number,
): void {
  const classes = new Map<string, Partial<Record<Name, Class>>>();
  for (const { row, name, tally } of seen) {
    const fault = faultOf(faults, row);
    if (name === 'ours') {
      if (tally.wrong > 0 || tally.none > 2) ourFaults.push(`${row.fault}: ${JSON.stringify(tally)}`);
    }
    classes.set(row.fault, { ...classes.get(row.fault), [name]: classOf(tally, fault) });
  }
  if (stopMs > timeoutMs / 6) {
    console.log(`held up for ${Math.round(stopMs)} ms: the libraries are not judged`);
    return;
  }
  const told = [...classes].map(([fault, by]) => `${fault}: ${by['node-modbus']}, ${by['modbus-serial']}`);
  const known = [...new Set(seen.map(({ row }) => row))].map(
    ({ fault, nodeModbus, modbusSerial }) => `${fault}: ${nodeModbus}, ${modbusSerial}`,
  );
  expect(told).toEqual(known);
}
