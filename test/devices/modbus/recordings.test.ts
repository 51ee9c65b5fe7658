import { describe, expect, test } from 'vitest';
import { encodePdu, parseReplyPdu } from '../../../devices/modbus/pdu.ts';
import { findRtuReply, frameRtu, lineTiming, requestRtuLength, tryRtuFrame } from '../../../devices/modbus/rtu.ts';
import { type TcpFrame, takeTcpFrames } from '../../../devices/modbus/tcp.ts';
import { missing, sharedFile } from '../../needs.ts';
import { hex, joined } from '../builders.ts';
import { type Row, readSegments, readTable, type Segment } from '../recordings.ts';
import { requestOf } from './requests.ts';

const lines = 'data/modbus-rtu-lines';
const captures = 'data/modbus-tcp-captures';

describe.skipIf(missing(sharedFile(lines)))('serial lines recorded by a logic analyser', () => {
  test.each([
    ['flowmeter_target0_val0', 74],
    ['flowmeter_target_0liter_per_min', 112],
    ['wizmodbus', 88],
  ])('%s: every frame has a right CRC, and every request its reply', (name, count) => {
    const frames = readTable(`${lines}/${name}.frames.csv`);
    expect(frames).toHaveLength(count);
    for (const frame of frames) expect(frame.crc_ok === '1').toBe(tryRtuFrame(bytesOf(frame)) !== undefined);
    for (let i = 0; i < frames.length; i += 2) expectExchange(bytesOf(frames[i]), bytesOf(frames[i + 1]));
  });

  test.each([
    ['flowmeter_target0_val0', 'RXTX'],
    ['flowmeter_target_0liter_per_min', 'RXTX'],
    ['wizmodbus', 'TX'],
  ])('%s: each reply is found in all that the line carried, and only where it stood', (name, line) => {
    const bytes = readTable(`${lines}/${name}.bytes.csv`).filter((row) => row.line === line);
    const whole = hex(bytes.map((row) => row.byte_hex).join(''));
    const frames = readTable(`${lines}/${name}.frames.csv`);
    for (let i = 0; i < frames.length; i += 2) {
      const request = tryRtuFrame(bytesOf(frames[i]));
      const asked = request && requestOf(request.pdu);
      if (request === undefined || asked === undefined) throw new Error(`frame ${i} is no request`);
      const reply = bytesOf(frames[i + 1]);
      const from = bytes.findIndex((row) => row.start_us === frames[i + 1]?.start_us);
      const found = findRtuReply(whole.subarray(Math.max(0, from - 20)), request.unit, asked);
      expect(found).toBeDefined();
      const behind = findRtuReply(whole.subarray(from), request.unit, asked);
      expect(behind).toMatchObject({ start: 0, end: reply.length });
    }
  });

  test('the gap between frames is longer than 3.5 characters, and within them shorter than 1.5', () => {
    const { charMs, silenceMs } = lineTiming({ baudRate: 9600, parity: 'none', stopBits: 1 });
    const frames = readTable(`${lines}/wizmodbus.frames.csv`);
    const requests = frames.filter((frame) => frame.line === 'RX');
    for (const [i, frame] of requests.entries()) {
      const next = requests[i + 1];
      if (next !== undefined) expect((Number(next.start_us) - Number(frame.end_us)) / 1000).toBeGreaterThan(silenceMs);
      const spent = (Number(frame.end_us) - Number(frame.start_us)) / 1000;
      expect(spent).toBeLessThan(Number(frame.length) * charMs * 1.5);
    }
  });
});

describe.skipIf(missing(sharedFile(captures)))('captures of Modbus TCP', () => {
  test.each([
    ['all_function_codes', 48, 0],
    ['mixed_many_slaves', 6140, 0],
    ['plc_poll_write', 2257, 0],
    ['scada_6rtu_scan', 7919, 0],
    // Five packets of this one are malformed on purpose: wrong lengths and protocol ids, which the dissector leaves out.
    ['test_data_part1', 45, 5],
  ])('%s: the frames are those an independent dissector found', (name, packets, broken) => {
    const rows = readTable(`${captures}/${name}.decoded.csv.gz`);
    const capture = reassemble(readSegments(`${captures}/${name}.pcap.gz`));
    expect(rows).toHaveLength(packets);
    expect(capture.packets.map(({ number, frames }) => described(number, frames))).toEqual(rows.map(expectedOf));
    expect(capture.broken).toBe(broken);
  });

  test.each([
    ['all_function_codes', 13],
    ['mixed_many_slaves', 4175],
    ['plc_poll_write', 1115],
    ['scada_6rtu_scan', 3959],
    ['test_data_part1', 6],
  ])('%s: requests encode to the bytes recorded, and replies answer them', (name, pairs) => {
    const { packets } = reassemble(readSegments(`${captures}/${name}.pcap.gz`));
    expect(pairUp(packets)).toBe(pairs);
  });
});

function expectExchange(requestBytes: Uint8Array, replyBytes: Uint8Array): void {
  const request = tryRtuFrame(requestBytes);
  const asked = request && requestOf(request.pdu);
  if (request === undefined || asked === undefined) throw new Error('no request');
  expect(requestRtuLength(requestBytes)).toBe(requestBytes.length);
  expect(frameRtu(request.unit, encodePdu(asked))).toEqual(requestBytes);
  const found = findRtuReply(replyBytes, request.unit, asked);
  expect(found).toMatchObject({ start: 0, end: replyBytes.length });
  expect(findRtuReply(joined(requestBytes, replyBytes), request.unit, asked)?.reply).toEqual(found?.reply);
}

function bytesOf(frame: Row | undefined): Uint8Array {
  return hex(frame?.hex ?? '');
}

type Packet = { number: number; flow: string; frames: TcpFrame[] };

/** The frames that each packet completes. A retransmitted segment is skipped; a broken stream starts again behind it. */
function reassemble(segments: readonly Segment[]): { packets: Packet[]; broken: number } {
  const streams = new Map<string, { next: number; rest: Uint8Array }>();
  const packets: Packet[] = [];
  let broken = 0;
  for (const { number, flow, seq, payload } of segments) {
    const stream = streams.get(flow) ?? { next: seq, rest: hex('') };
    if (((seq - stream.next) | 0) < 0) continue;
    expect(seq).toBe(stream.next);
    const taken = takeTcpFrames(joined(stream.rest, payload));
    const rest = taken.kind === 'broken' ? hex('') : taken.rest;
    streams.set(flow, { next: (seq + payload.length) >>> 0, rest });
    if (taken.kind === 'broken') broken++;
    else if (taken.frames.length > 0) packets.push({ number, flow, frames: taken.frames });
  }
  return { packets, broken };
}

function described(number: number, frames: readonly TcpFrame[]): string[] {
  const column = (of: (frame: TcpFrame) => number | undefined) => frames.map((frame) => of(frame)).join(';');
  const fn = ({ pdu }: TcpFrame) => (pdu[0] ?? 0) & 0x7f;
  const exceptions = frames.filter(({ pdu }) => (pdu[0] ?? 0) > 0x80).map(({ pdu }) => pdu[1]);
  return [
    String(number),
    column((frame) => frame.transaction),
    column((frame) => frame.unit),
    column((frame) => frame.pdu.length + 1),
    column(fn),
    exceptions.join(';'),
  ];
}

function expectedOf(row: Row): string[] {
  const columns = ['frame', 'transaction_id', 'unit_id', 'length', 'function_code', 'exception_code'] as const;
  return columns.map((column) => row[column] ?? '');
}

/**
 * Checks every reply whose request was recorded before it, and gives their number. One of the masters has several
 * requests on their way under one transaction id, so the oldest is answered first.
 */
function pairUp(packets: readonly Packet[]): number {
  const asked = new Map<string, TcpFrame[]>();
  let pairs = 0;
  for (const { flow, frames } of packets) {
    const [hosts = '', ports = ''] = flow.split(' ');
    const toDevice = ports.endsWith('-502');
    const back = `${hosts.slice(8)}${hosts.slice(0, 8)} ${ports.split('-').reverse().join('-')}`;
    for (const frame of frames) {
      const key = `${toDevice ? flow : back} ${frame.transaction} ${frame.unit}`;
      const waiting = asked.get(key) ?? [];
      if (toDevice) asked.set(key, [...waiting, frame]);
      else if (answers(waiting.shift(), frame)) pairs++;
    }
  }
  return pairs;
}

/** Whether a reply has a request that this master could have sent; if it has, the reply must answer it. */
function answers(request: TcpFrame | undefined, reply: TcpFrame): boolean {
  const fn = (reply.pdu[0] ?? 0) & 0x7f;
  const known = request && request.pdu[0] === fn ? requestOf(request.pdu) : undefined;
  if (request === undefined || known === undefined) return false;
  expect(encodePdu(known)).toEqual(Uint8Array.from(request.pdu));
  expect(parseReplyPdu(known, reply.pdu)).toBeDefined();
  return true;
}
