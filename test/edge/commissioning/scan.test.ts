import { describe, expect, test } from 'vitest';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import { Identifier } from '../../../edge/commissioning/identify.ts';
import type { Line } from '../../../edge/commissioning/lines.ts';
import { type ScanProgress, scan } from '../../../edge/commissioning/scan.ts';
import { modbusProfiles } from '../../../edge/commissioning/scan-command.ts';
import { firstSteps, laterSteps } from '../../../edge/commissioning/scan-plan.ts';
import { scanText } from '../../../edge/commissioning/scan-text.ts';
import { exceptionReply, honestReply, type Slave } from '../memory-line.ts';
import { memoryLines, serialLine } from './rig.ts';

const nothing: Slave = () => [];

/** What stands on a line, by unit. */
function slaves(byUnit: Readonly<Record<number, Slave>>): Slave {
  return (request, nth) => (byUnit[request[0] ?? 0] ?? nothing)(request, nth);
}

const answers: Slave = (request) => [{ afterMs: 5, bytes: honestReply(request) }];
const refuses: Slave = (request) => [{ afterMs: 5, bytes: exceptionReply(request, 2) }];
/** Where either of two drivers pulls the line down, it is down. */
const collides: Slave = (request) => [
  { afterMs: 5, bytes: honestReply(request).map((byte, nth, all) => (nth === 0 ? byte : byte & (all[nth - 1] ?? 0))) },
];
const otherSpeed: Slave = () => [{ afterMs: 5, bytes: Uint8Array.of(0xf8, 0x00, 0xf8, 0x80, 0x00) }];
const slow: Slave = (request) => [{ afterMs: 140, bytes: honestReply(request) }];
const foreign: Slave = (request) => [{ afterMs: 5, bytes: frameRtu(99, honestReply(request).slice(1, -2)) }];

function run(
  lines: readonly Line[],
  slaveAt: (line: Line) => Slave,
  more: {
    units?: readonly number[];
    signal?: AbortSignal;
    onProgress?: (p: ScanProgress) => void;
    identify?: true;
  } = {},
) {
  const rig = memoryLines(slaveAt);
  const result = rig.until(
    scan({
      clock: rig.clock,
      make: rig.make,
      lines,
      units: more.units ?? [1, 2, 3, 4, 5, 6, 7, 8],
      likely: new Set([1, 2]),
      probe: { fn: 3, address: 0 },
      pauseMs: 20,
      identifier: more.identify === true ? new Identifier(modbusProfiles()) : null,
      signal: more.signal ?? new AbortController().signal,
      onProgress: more.onProgress ?? (() => {}),
      onHeard: () => {},
    }),
  );
  return { ...rig, result };
}

describe('a scan', () => {
  test('tells an answer, an exception, a collision and garbage from silence', async () => {
    const { result, wires } = run([serialLine()], () =>
      slaves({ 1: answers, 3: refuses, 5: collides, 7: otherSpeed, 8: foreign }),
    );
    const { heard, lines, isCut } = await result;
    expect(heard.map(({ unit, kind, value, exception }) => [unit, kind, value, exception])).toEqual([
      [1, 'answers', 1000, null],
      [3, 'exception', null, 2],
      [5, 'collision', null, null],
      [7, 'garbled', null, null],
      [8, 'wrong-unit', null, null],
    ]);
    expect(lines.map(({ asked, reason, noise }) => [asked, reason, noise])).toEqual([[8, null, null]]);
    expect(isCut).toBe(false);
    expect(wires[0]?.shortSilences).toBe(0);
  });

  test('keeps its pause before each request', async () => {
    const { result, wires } = run([serialLine()], () => answers, { units: [1, 2, 3] });
    await result;
    const sent = wires[0]?.sent ?? [];
    const replyMs = 8 * (10_000 / 9600) + 5 + 7 * (10_000 / 9600);
    for (const [nth, { at }] of sent.entries())
      if (nth > 0) expect(at - (sent[nth - 1]?.at ?? 0)).toBeGreaterThanOrEqual(replyMs + 20 - 0.01);
    expect(sent).toHaveLength(3);
  });

  test('finds a unit that answers later than it waits, when the next one is asked', async () => {
    const { result } = run([serialLine()], () => slaves({ 2: slow }), { units: [1, 2, 3, 4] });
    expect((await result).heard.map(({ unit, kind }) => [unit, kind])).toEqual([[2, 'answers']]);
  });

  test('asks the likely units at every setting first, and the others where somebody answered', async () => {
    const at9600 = serialLine(9600);
    const at19200 = serialLine(19_200);
    const { result, wires } = run([at9600, at19200], (line) =>
      line === at19200 ? slaves({ 2: answers, 7: answers }) : nothing,
    );
    const { heard } = await result;
    expect(heard.map(({ line, unit }) => [line.name, unit])).toEqual([
      ['/dev/x 19200 none', 2],
      ['/dev/x 19200 none', 7],
    ]);
    expect(wires.map(({ sent }) => sent.map(({ frame }) => frame[0]))).toEqual([
      [1, 2],
      [1, 2],
      [3, 4, 5, 6, 7, 8],
    ]);
  });

  test('asks everybody everywhere where nobody likely answered', () => {
    const lines = [serialLine(9600), serialLine(19_200)];
    const first = firstSteps(lines, [1, 2, 3], new Set([1]));
    expect(first.map(({ units }) => units)).toEqual([[1], [1]]);
    expect(laterSteps(first, [1, 2, 3], new Set()).map(({ units }) => units)).toEqual([
      [2, 3],
      [2, 3],
    ]);
  });

  test('that is stopped gives what it has', async () => {
    const stop = new AbortController();
    const { result } = run([serialLine()], () => answers, {
      signal: stop.signal,
      onProgress: ({ unit }) => unit === 3 && stop.abort(),
    });
    const { heard, isCut } = await result;
    expect(isCut).toBe(true);
    expect(heard.map(({ unit }) => unit)).toEqual([1, 2, 3]);
  });

  test('says how much is left, never less than it takes when all are silent', async () => {
    const seen: ScanProgress[] = [];
    const { result } = run([serialLine()], () => nothing, { onProgress: (progress) => seen.push(progress) });
    const { tookMs } = await result;
    expect(seen.map(({ total }) => total)).toEqual(new Array(8).fill(8));
    expect(seen[0]?.leftMs).toBeGreaterThan((tookMs - 600) * 0.9);
    expect(seen.at(-1)?.leftMs).toBeLessThan(200);
  });

  test('says that a line is noisy before anybody is asked', async () => {
    const rig = memoryLines(() => nothing);
    const result = scan({
      clock: rig.clock,
      make: rig.make,
      lines: [serialLine()],
      units: [1],
      likely: new Set(),
      probe: { fn: 3, address: 0 },
      pauseMs: 20,
      identifier: null,
      signal: new AbortController().signal,
      onProgress: () => {},
      onHeard: () => {},
    });
    await rig.clock.advance(1);
    rig.wires[0]?.noise([0x55, 0x12, 0x00], 50);
    const { lines, heard } = await rig.until(result);
    expect(heard).toEqual([]);
    expect(lines[0]?.noise).toBe('some');
  });

  test('of a port that does not open says why, and asks nobody', async () => {
    const rig = memoryLines(() => nothing);
    const make: typeof rig.make = (line) => {
      const bus = rig.make(line);
      const [wire] = rig.wires;
      if (wire !== undefined)
        wire.problem = { ok: false, why: 'taken', reason: { code: 'port-taken', port: '/dev/x' } };
      return bus;
    };
    const { lines } = await rig.until(
      scan({
        ...{ clock: rig.clock, make, lines: [serialLine()], units: [1], likely: new Set<number>() },
        ...{ probe: { fn: 3, address: 0 }, pauseMs: 20, identifier: null, signal: new AbortController().signal },
        onProgress: () => {},
        onHeard: () => {},
      }),
    );
    expect(lines.map(({ asked, reason }) => [asked, reason?.code])).toEqual([[0, 'port-taken']]);
  });

  test('names the profile that fits best, and says all this in both languages', async () => {
    const climate: Slave = (request) => {
      const [unit = 0, fn, high, address, , count] = request;
      const fits = fn === 4 && high === 0 && address === 1 && count === 2;
      const bytes = fits ? frameRtu(unit, Uint8Array.of(4, 4, 0, 214, 1, 238)) : exceptionReply(request, 2);
      return [{ afterMs: 5, bytes }];
    };
    const { result } = run([serialLine()], () => slaves({ 1: climate }), { units: [1, 2], identify: true });
    const found = await result;
    expect(found.heard[0]?.profiles[0]).toMatchObject({ profile: 'xy-md02', good: 2, points: 2, alive: 2 });
    expect(scanText(found, 'en')).toContain('xy-md02 2/2 (temperature 21.4 °C, humidity 49.4 %)');
    expect(scanText(found, 'ko')).toContain('추정 장치');
  });
});
