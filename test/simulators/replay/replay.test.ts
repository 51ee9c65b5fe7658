import { writeFileSync } from 'node:fs';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../contract/clock.ts';
import { hexOfBytes, parseRecording, type Recording } from '../../../contract/recording.ts';
import { encodePdu, type ModbusRequest } from '../../../devices/modbus/pdu.ts';
import { frameRtu } from '../../../devices/modbus/rtu.ts';
import { requestTcp } from '../../../devices/modbus/tcp.ts';
import { runSniff } from '../../../edge/commissioning/sniff-command.ts';
import { RecordedDevices } from '../../../simulators/replay/recorded-devices.ts';
import { exchangesIn } from '../../../simulators/replay/recorded-exchanges.ts';
import { openReplay } from '../../../simulators/replay/replay-command.ts';
import { tempDir } from '../../temp.ts';

const head = {
  v: 1,
  kind: 'jari-recording',
  at: Date.UTC(2026, 10, 21),
  line: { kind: 'modbus-rtu', baudRate: 9600, parity: 'none', stopBits: 1 },
  simulated: true,
};

const read = (address: number, count: number): ModbusRequest => ({ kind: 'read', fn: 3, address, count });
const words = (...items: number[]) =>
  Uint8Array.of(3, 2 * items.length, ...items.flatMap((word) => [word >>> 8, word & 0xff]));
const line = (t: number, d: string, unit: number, pdu: Uint8Array) => ({ t, d, x: hexOfBytes(frameRtu(unit, pdu)) });

const chunks = [
  line(0, 'tx', 7, encodePdu(read(10, 2))),
  line(30, 'rx', 7, words(1, 2)),
  line(1000, 'tx', 7, encodePdu(read(12, 1))),
  line(1020, 'rx', 7, words(3)),
  line(2000, 'tx', 7, encodePdu(read(10, 2))),
  line(2040, 'rx', 7, words(100, 200)),
  line(3000, 'tx', 7, encodePdu(read(50, 1))),
  line(3010, 'rx', 7, Uint8Array.of(0x83, 2)),
  line(4000, 'tx', 9, encodePdu(read(0, 1))),
];

const text = (lines: readonly object[]) => `${[head, ...lines].map((each) => JSON.stringify(each)).join('\n')}\n`;

function recording(): Recording {
  const parsed = parseRecording(text(chunks));
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.recording;
}

describe('a recording', () => {
  test('that was cut off is good up to its last whole line', () => {
    const parsed = parseRecording(text(chunks).slice(0, -20));
    expect(parsed).toMatchObject({ ok: true, recording: { isCut: true } });
    expect(parsed.ok ? parsed.recording.chunks : []).toHaveLength(chunks.length - 1);
  });

  test('that is broken further up is refused with the line', () => {
    const [first = ''] = text([]).split('\n');
    expect(parseRecording(`${first}\n{"t":0}\n${JSON.stringify(chunks[0])}\n`)).toMatchObject({ ok: false, line: 2 });
    expect(parseRecording('hello\n')).toMatchObject({ ok: false, line: 1 });
  });

  test('is sniffed as if it passed now, with what nobody answered', async () => {
    const file = join(tempDir(), 'line.jsonl');
    writeFileSync(file, text([...chunks, { t: 4500, d: 'any', x: 'ff00aa' }]));
    const said: string[] = [];
    const { text: sum, json } = await runSniff({ from: file, language: 'en' }, (one) => said.push(one));
    expect(said[1]).toMatch(/← {2}unit 7 · fn 3 · 2 words · CRC ok · 1 2 · 30 ms/);
    expect(said.at(-1)).toMatch(/\? {2}ff 00 aa/);
    expect(json).toMatchObject({
      spoilt: 0,
      unknownBytes: 3,
      units: [{ unit: 7, requests: 4, replies: 4 }, { unit: 9 }],
    });
    expect(sum).toContain('3 unknown bytes');
  });
});

describe('devices of a recording', () => {
  const devices = new RecordedDevices(exchangesIn(recording()));
  const ask = (unit: number, request: ModbusRequest, at = 0) => {
    const { pdu } = devices.answer(unit, encodePdu(request), at);
    return pdu === null ? null : [...pdu];
  };

  test('say what they said last at that moment, and begin again at the end', () => {
    expect(ask(7, read(10, 2), 500)).toEqual([...words(1, 2)]);
    expect(ask(7, read(10, 2), 2500)).toEqual([...words(100, 200)]);
    expect(ask(7, read(10, 2), 4001 + 500)).toEqual([...words(1, 2)]);
  });

  test('put registers together that were read in other pieces', () => {
    expect(ask(7, read(11, 2), 1500)).toEqual([...words(2, 3)]);
  });

  test.each([
    ['what nobody read', 7, read(60, 1), [0x83, 2]],
    ['what was refused then', 7, read(50, 1), [0x83, 2]],
    ['a write that nobody recorded', 7, { kind: 'write', fn: 6, address: 10, word: 5 } as const, [0x86, 1]],
    ['a unit that was silent', 9, read(0, 1), null],
    ['a unit that nobody asked', 30, read(0, 1), null],
  ])('of %s answer as a device would', (_name, unit, request, wanted) => {
    expect(ask(unit, request)).toEqual(wanted);
  });
});

test('a recording of a serial line is served over TCP, and named in ports.json', async () => {
  const dir = tempDir();
  const file = join(dir, 'line.jsonl');
  writeFileSync(file, text(chunks));
  const options = { file, dir, bus: 'cabinet-1/rs485-1', as: 'modbus-tcp', language: 'en' } as const;
  const replay = await openReplay(options, systemClock);
  try {
    const address = replay.ports.buses['cabinet-1/rs485-1'];
    if (address === undefined || !('host' in address)) throw new Error('no address');
    const answer = await new Promise<Buffer>((resolve, reject) => {
      const socket = new Socket();
      socket.on('error', reject);
      socket.on('data', (bytes) => {
        socket.destroy();
        resolve(bytes);
      });
      socket.connect(address.port, address.host, () => socket.write(requestTcp(5, 7, read(10, 2))));
    });
    expect([...answer.subarray(7)]).toEqual([...words(1, 2)]);
  } finally {
    await replay.close();
  }
});

test.each([
  ['a line that is none', { as: 'usb' }, /--as usb/],
  ['playing over TCP', { passing: true, as: 'modbus-tcp' }, /serial line only/],
  ['a file that is not there', { file: '/nowhere' }, /^\/nowhere: there is no such file or folder$/],
])('%s is refused', async (_name, options, wanted) => {
  const file = join(tempDir(), 'line.jsonl');
  writeFileSync(file, text(chunks));
  await expect(openReplay({ file, dir: tempDir(), language: 'en', ...options }, systemClock)).rejects.toThrow(wanted);
});
