import { describe, expect, test } from 'vitest';
import { SimClock } from '../../../contract/sim-clock.ts';
import { encodePdu } from '../../../devices/modbus/pdu.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import { AnswerWindow } from '../../../edge/bus/answer-window.ts';
import { command, missing } from '../../needs.ts';
import { honestReply, honestSlave, type Slave } from '../memory-line.ts';
import { honestMs, seeded } from './faults.ts';
import { pollInTurn, readsOf } from './polls.ts';
import { closed, memoryRtu, ptyRtu } from './rigs.ts';

const timeoutMs = 300;
const megabyte = 1_000_000;

describe('a megabyte of noise', () => {
  test('on an idle line costs at most the two polls after it', async () => {
    const rig = await memoryRtu(honestSlave(honestMs));
    for (let sent = 0; sent < megabyte; sent += 4000) {
      rig.line.hear([...noise(4000, sent)]);
      await rig.clock.advance(4000 * charMs);
    }
    expect(rig.bus.stats().discardedBytes).toBe(megabyte);
    await recovers(rig);
  });

  test('that never rests costs the polls that fall into it, and at most two after it', async () => {
    const rig = await memoryRtu(honestSlave(honestMs));
    const noisy = pollInTurn(rig.bus, { reads: readsOf('mixed'), polls: 5, timeoutMs, clock: rig.clock });
    for (let sent = 0; sent < 100_000; sent += 40) {
      rig.line.hear([...noise(40, sent)]);
      await rig.clock.advance(5);
    }
    const seen = await rig.until(noisy);
    expect(seen).toMatchObject({ wrong: [], lost: 5 });
    expect(rig.line.sent).toHaveLength(0);
    await recovers(rig);
  });

  test.each([
    { where: 'before', piecesOf: (reply: Uint8Array, rubbish: Uint8Array) => [rubbish, reply] },
    {
      where: 'in the middle of',
      piecesOf: (r: Uint8Array, rubbish: Uint8Array) => [r.slice(0, 5), rubbish, r.slice(5)],
    },
    { where: 'in place of', piecesOf: (_: Uint8Array, rubbish: Uint8Array) => [rubbish] },
  ])('$where the replies gives no wrong value, and costs at most two polls after it', async ({ piecesOf }) => {
    const perReply = megabyte / 250;
    const slave: Slave = (request, nth) =>
      piecesOf(honestReply(request), noise(perReply, nth)).map((bytes, i) => ({ afterMs: honestMs + i, bytes }));
    const rig = await memoryRtu(slave, { charMs: 0, silenceMs: 0 });
    const seen = await rig.until(
      pollInTurn(rig.bus, { reads: readsOf('mixed'), polls: 250, timeoutMs, clock: rig.clock }),
    );
    expect(seen.wrong).toEqual([]);
    rig.line.slave = honestSlave(honestMs);
    await recovers(rig);
  });

  test.skipIf(missing(command('script')))('on a pseudo-terminal costs at most the two polls after it', async () => {
    const rig = await ptyRtu(honestSlave());
    for (let sent = 0; sent < megabyte; sent += 50_000) await rig.noise(noise(50_000, sent));
    const heardAll = () => rig.bus.stats().discardedBytes >= megabyte * 0.9;
    for (let i = 0; i < 500 && !heardAll(); i++) await rig.clock.sleep(20);
    expect(heardAll()).toBe(true);
    await rig.clock.sleep(200);
    const seen = await pollInTurn(rig.bus, { reads: readsOf('mixed'), polls: 20, timeoutMs, clock: rig.clock });
    expect(seen.wrong).toEqual([]);
    expect(seen.lost).toBeLessThanOrEqual(2);
  });
});

describe('what one exchange keeps of it', () => {
  const request = { kind: 'read', fn: 3, address: 0, count: 125 } as const;
  const frame = frameRtu(1, encodePdu(request));

  test.each([1, 100, 511, 512, 513])('is at most 512 bytes, in pieces of %i', async (pieceBytes) => {
    const { clock, window } = open();
    for (let sent = 0; sent < 100_000; sent += pieceBytes) window.take(noise(pieceBytes, sent));
    await clock.advance(1000);
    const answer = await window.answer;
    if (answer.kind !== 'rubbish') throw new Error(answer.kind);
    expect(answer.bytes.length).toBeLessThanOrEqual(512);
    // Held by the views: with the last piece not yet thrown away, twice as much at most.
    expect(answer.bytes.buffer.byteLength).toBeLessThanOrEqual(1025);
  });

  test('has room for the longest echo and the longest reply behind noise', async () => {
    const { clock, window } = open();
    const reply = honestReply(frame);
    window.take(noise(10_000, 1));
    window.take(frame);
    window.take(reply);
    await clock.advance(10);
    expect(await window.answer).toMatchObject({ kind: 'reply', after: 0 });
  });

  function open() {
    const clock = new SimClock();
    const window = new AnswerWindow({
      clock,
      unit: 1,
      request,
      frame,
      echo: 'unknown',
      firstByteMs: 300,
      look() {},
      onReply() {},
      frameMs: 300,
      quiet: { leastMs: 4, settleMs: () => 4 },
      isUnique: true,
    });
    return { clock, window };
  }
});

const charMs = 10_000 / 9600;

async function recovers(rig: Awaited<ReturnType<typeof memoryRtu>>): Promise<void> {
  const seen = await rig.until(
    pollInTurn(rig.bus, { reads: readsOf('mixed'), polls: 40, timeoutMs, clock: rig.clock }),
  );
  expect(seen).toMatchObject({ wrong: [], polls: 40 });
  expect(seen.lost).toBeLessThanOrEqual(2);
  await closed(rig);
}

function noise(length: number, seed: number): Uint8Array {
  const dice = seeded(seed + 1);
  return Uint8Array.from({ length }, () => Math.floor(dice() * 256));
}
