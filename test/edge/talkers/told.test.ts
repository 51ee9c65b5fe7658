import { describe, expect, test } from 'vitest';
import { deviceReasonText } from '../../../contract/words/devices.ts';
import { bytes, frames, lines } from '../../devices/serial/builders.ts';
import { start, talkerOf } from './builders.ts';

/** What a sensor that talks is told of: by what came, and never by what the agent said itself. */

describe('a line that hears itself', () => {
  // As CO₂ sensors with start byte, eight bytes and a sum are asked and answer.
  const co2 = frames({
    every: '1s',
    poll: { send: [0xff, 1, 0x86, 0, 0, 0, 0, 0, 0x79], answer: '200ms' },
    frame: { start: [0xff], length: 9, checksum: { kind: 'neg8', from: 1, to: 7, at: 8 } },
    points: { value: { at: 2, type: 'u16', kind: 'co2' } },
  });
  const answer = Uint8Array.of(0xff, 0x86, 800 >> 8, 800 & 0xff, 0, 0, 0, 0, 0x57);

  test('with a silent sensor has no value, and the echo is named', async () => {
    const bench = await start([talkerOf('co2', co2)]);
    bench.line.answer = (request) => bench.line.say(bytes(request), 1);
    await bench.clock.advance(20_000);
    expect(bench.readings.filter(({ value }) => value !== null)).toEqual([]);
    expect(bench.stateOf('co2')).toMatchObject({ state: 'offline', reason: { code: 'no-reply', echo: true } });
  });

  test.each([10, 60])('gives what the sensor says %i ms after it', async (afterMs) => {
    const bench = await start([talkerOf('co2', co2)]);
    bench.line.answer = (request) => {
      bench.line.say(bytes(request), 1);
      bench.line.say(answer, afterMs);
    };
    await bench.clock.advance(20_000);
    expect(new Set(bench.news())).toEqual(new Set([800]));
    expect(bench.stateOf('co2')).toMatchObject({ state: 'online', why: null });
  });

  test('takes no frame for its echo that only begins as the request does', async () => {
    const short = frames({ every: '1s', poll: { send: [0xff], answer: '200ms' } });
    const bench = await start([talkerOf('level', short)]);
    bench.line.answer = () => bench.line.say(Uint8Array.of(0xff, 0, 7, 0x06), 30);
    await bench.clock.advance(5000);
    expect(new Set(bench.news())).toEqual(new Set([7]));
  });

  describe('where the request has no end, so that it stands before its answer', () => {
    const plain = lines({ every: '1s', poll: { send: '1', answer: '200ms' }, frame: { layout: '{value}' } });

    test('has no value, and the echo is named', async () => {
      const bench = await start([talkerOf('level', plain)]);
      bench.line.answer = (request) => {
        bench.line.say(request, 1);
        bench.line.say('23.4\r\n', 30);
      };
      await bench.clock.advance(20_000);
      expect(bench.readings.filter(({ value }) => value !== null)).toEqual([]);
      expect(bench.stateOf('level')).toMatchObject({ state: 'offline', reason: { code: 'no-reply', echo: true } });
    });

    test('a line without an echo is told from it by an answer that begins otherwise', async () => {
      const bench = await start([talkerOf('level', plain)]);
      let turn = 0;
      bench.line.answer = () => bench.line.say(turn++ < 5 ? '23.4\r\n' : '12.5\r\n', 30);
      await bench.clock.advance(10_000);
      expect(new Set(bench.news())).toEqual(new Set([23.4, 12.5]));
    });
  });

  test('gives no text that the agent said', async () => {
    const named = lines({
      every: '1s',
      poll: { send: 'ID?\r', answer: '200ms' },
      frame: { end: '\r', layout: '{value}' },
      points: { value: { type: 'text', kind: 'model' } },
    });
    const bench = await start([talkerOf('probe', named)]);
    bench.line.answer = (request) => bench.line.say(request, 1);
    await bench.clock.advance(20_000);
    expect(bench.readings.filter(({ value }) => value !== null)).toEqual([]);
  });
});

describe('a sensor of which only damaged frames come', () => {
  test.each<[end: string, said: string, reason: object]>([
    ['\r', 'D=12.5\r\n', { last: expect.stringContaining('D=12.5\\r\\n'), end: '"\\r"' }],
    ['\n', 'D=12.5\r\n', { last: expect.stringContaining('D=12.5\\r\\n'), end: '"\\n"' }],
    ['\r\n', '\u0002D=12.5\u0003\r\n', { last: expect.stringContaining('03 0d 0a') }],
  ])('says what came last, where lines end with %j and it says %j', async (end, said, reason) => {
    const bench = await start([talkerOf('level', lines({ every: '1s', frame: { end, layout: 'D={value}' } }))]);
    for (let i = 0; i < 10; i++) {
      await bench.clock.advance(1000);
      bench.line.say(said);
    }
    const told = bench.stateOf('level').reason;
    expect(told).toMatchObject({ code: 'damaged-frames', ...reason });
    expect('end' in (told ?? {})).toBe('end' in reason);
  });

  test('and whose lines end otherwise is told so in both languages', () => {
    const { ko, en } = deviceReasonText({ code: 'damaged-frames', s: 3, last: '"5\\r\\n"', end: '"\\r"' });
    expect(en).toContain('a line end other than "\\r"');
    expect(ko).toContain('frame.end 확인');
  });
});

test.each(['D=ERR', 'D=12,5', 'D=1.2E+02', 'D=12.5m'])(
  'a sensor that only says %s says why it has no value',
  async (said) => {
    const bench = await start([talkerOf('level', lines({ every: '1s', frame: { layout: 'D={value}' } }))]);
    const speak = async (text: string) => {
      for (let i = 0; i < 5; i++) {
        await bench.clock.advance(1000);
        bench.line.say(`${text}\r\n`);
      }
    };
    await speak(said);
    expect(bench.stateOf('level')).toMatchObject({
      state: 'online',
      reason: { code: 'values-at-fault', faults: ['out-of-range'], points: ['value'] },
    });
    await speak('D=12.5');
    expect(bench.stateOf('level')).toMatchObject({ state: 'online', why: null });
  },
);
