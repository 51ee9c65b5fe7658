import { describe, expect, test } from 'vitest';
import { healthSchema } from '../../../contract/messages.ts';
import { deviceReasonText } from '../../../contract/words/devices.ts';
import { writeFrame } from '../../../devices/serial/encode.ts';
import type { TalkerProfile } from '../../../devices/serial/talker-profile.ts';
import { builtInTalkers } from '../../built-in.ts';
import { frames, lines } from '../../devices/serial/builders.ts';
import { type SpokenLine, start, talkerOf } from './builders.ts';

const sure = { checksum: { kind: 'crc16-modbus' } } as const;
const level: TalkerProfile = lines({ every: '1s', frame: { start: '$', layout: '$L,{value}', ...sure } });
const absent = { ok: false, why: 'absent', reason: { code: 'no-such-port', port: 'p' } } as const;
const say = (line: SpokenLine, value: number | boolean | string, profile: TalkerProfile = level) =>
  line.say(writeFrame(profile, null, () => value));

/** The sensor speaks each `everyMs`, `times` times, beginning after the first of them. */
async function speaking(
  { clock, line }: Awaited<ReturnType<typeof start>>,
  { everyMs, times }: { everyMs: number; times: number },
  valueOfTurn: (i: number) => number | boolean = (i) => i,
  profile: TalkerProfile = level,
) {
  for (let i = 0; i < times; i++) {
    await clock.advance(everyMs);
    say(line, valueOfTurn(i), profile);
  }
}

describe('a sensor that speaks by itself', () => {
  test('is online with its first whole frame, and its readings carry the time they came', async () => {
    const bench = await start([talkerOf('level', level)]);
    expect(bench.stateOf('level').state).toBe('offline');
    await bench.clock.advance(300);
    say(bench.line, 42);
    const { wall, mono } = { wall: bench.clock.now(), mono: bench.clock.monotonic() };
    expect(bench.readings).toEqual([{ point: 'level/value', value: 42, fault: null, at: wall, mono }]);
    expect(bench.stateOf('level')).toMatchObject({ state: 'online', why: null });
  });

  test('faster than anybody wants gives one reading each `every`, none repeated', async () => {
    const bench = await start([talkerOf('level', level)]);
    await speaking(bench, { everyMs: 100, times: 600 });
    const values = bench.news();
    expect(values.length).toBeGreaterThanOrEqual(59);
    expect(values.length).toBeLessThanOrEqual(61);
    expect(new Set(values).size).toBe(values.length);
  });

  test('just as fast as wanted, and trembling in time, loses no frame', async () => {
    const bench = await start([talkerOf('level', level)]);
    for (let i = 0; i < 60; i++) {
      await bench.clock.advance(1000 + (i % 3 === 0 ? 200 : -100));
      say(bench.line, i);
    }
    expect(bench.news()).toEqual(Array.from({ length: 60 }, (_, i) => i));
  });

  test('a contact that changes is a reading at once', async () => {
    const contact = frames({
      points: { value: { at: 1, type: 'bit', bit: 0, kind: 'contact' } },
      frame: { start: [1], length: 4, checksum: { kind: 'crc16-modbus', from: 0, to: 1, at: 2 } },
    });
    const bench = await start([talkerOf('door', contact, { every: 5000 })]);
    await speaking(bench, { everyMs: 100, times: 12 }, (i) => i >= 4 && i < 7, contact);
    expect(bench.news()).toEqual([false, true, false]);
  });

  test('a fault that comes or goes is a reading at once', async () => {
    const ranged = lines({ frame: { layout: '{value}', ...sure }, points: { value: { kind: 'x', valid: [0, 9] } } });
    const bench = await start([talkerOf('level', ranged, { every: 5000 })]);
    bench.line.say('\r\n');
    await speaking(bench, { everyMs: 100, times: 6 }, (i) => [1, 2, 50, 60, 3, 4][i] ?? 0, ranged);
    expect(bench.news()).toEqual([1, 'out-of-range', 3]);
  });

  test('that falls silent is degraded, then offline with one bad reading, and online with the next frame', async () => {
    const bench = await start([talkerOf('level', level)]);
    await speaking(bench, { everyMs: 1000, times: 3 });
    bench.news();
    await bench.clock.advance(2000);
    expect(bench.stateOf('level')).toMatchObject({ state: 'degraded', why: expect.stringContaining('not one byte') });
    expect(bench.news()).toEqual([]);
    await bench.clock.advance(1500);
    expect(bench.stateOf('level').state).toBe('offline');
    expect(bench.news()).toEqual(['timeout']);
    await bench.clock.advance(10_000);
    expect(bench.news()).toEqual(['timeout']);
    say(bench.line, 7);
    expect(bench.stateOf('level').state).toBe('online');
    expect(bench.news()).toEqual([7]);
  });

  test('is given at least two seconds, however often it speaks', async () => {
    const fast = lines({ every: '100ms', frame: { start: '$', layout: '$L,{value}', ...sure } });
    const bench = await start([talkerOf('level', fast)]);
    await speaking(bench, { everyMs: 100, times: 5 }, (i) => i, fast);
    await bench.clock.advance(1900);
    expect(bench.stateOf('level').state).toBe('degraded');
    await bench.clock.advance(400);
    expect(bench.stateOf('level').state).toBe('offline');
  });

  test('of which only damaged frames come is offline for bad frames, which are counted', async () => {
    const bench = await start([talkerOf('level', level)]);
    for (let i = 0; i < 8; i++) {
      await bench.clock.advance(1000);
      bench.line.say('$L,12*0000\r\n');
    }
    expect(bench.news()).toEqual(['bad-frame']);
    const { buses, devices } = bench.field.health();
    expect(devices.level).toMatchObject({ state: 'offline', why: expect.stringContaining('damaged') });
    expect(buses.line?.faults).toEqual({ 'bad-frame': 8 });
  });

  test.each<[what: string, layout: string, said: string, reason: { code: string } & Record<string, unknown>]>([
    [
      'another firmware says more',
      'R{value:4}',
      'R1234 P0\r',
      { code: 'other-lines', layout: 'R{value:4}', last: '"R1234 P0"' },
    ],
    ['another sentence comes', 'R{value:4}', '$GPGGA,1\r', { code: 'other-lines' }],
    ['lines have another end', 'R{value:4}', 'R1234\n', { code: 'no-frame-end', end: '"\\r"' }],
    ['bytes come at another speed', 'R{value:4}', '\u00f8\u0080', { code: 'no-frame-end' }],
    ['seven bits and even parity come', 'R{value:4}', parityOf('R1234\r', 0), { code: 'no-frame-end', parity: 'even' }],
    ['seven bits and odd parity come', 'R{value:4}', parityOf('R1234\r', 1), { code: 'damaged-frames', parity: 'odd' }],
    ['a text of other bytes comes', 'R{value:4}', '\u00e9t\u00e9 1234\r', { code: 'damaged-frames' }],
  ])('of which %s is offline, and told apart from a silent one', async (_, layout, said, reason) => {
    const profile = lines({ every: '1s', frame: { end: '\r', layout } });
    const bench = await start([talkerOf('level', profile)]);
    for (let i = 0; i < 10; i++) {
      await bench.clock.advance(500);
      bench.line.say(said);
    }
    expect(bench.stateOf('level')).toMatchObject({ state: 'offline', reason });
    expect('parity' in (bench.stateOf('level').reason ?? {})).toBe('parity' in reason);
    expect(bench.news()).toEqual([reason.code === 'damaged-frames' ? 'bad-frame' : 'timeout']);
  });

  test('whose port is set to eight bits says in both languages what to set', () => {
    const { ko, en } = deviceReasonText({ code: 'damaged-frames', s: 3, parity: 'even' });
    expect(en).toContain('set dataBits: 7 and parity: even');
    expect(ko).toContain('dataBits: 7, parity: even');
  });

  test('that is silent while others of its line are heard is told so, and which address is heard instead', async () => {
    const named = lines({ every: '1s', frame: { layout: '{who},{value}', address: 'who', ...sure } });
    const bench = await start([talkerOf('west', named, { address: '1' }), talkerOf('east', named, { address: '2' })]);
    bench.line.say('\r\n');
    for (let i = 0; i < 10; i++) {
      await bench.clock.advance(500);
      bench.line.say(writeFrame(named, i % 2 === 0 ? '1' : '7', () => i));
    }
    expect(bench.stateOf('west').state).toBe('online');
    const reason = { code: 'not-among', address: '2', heard: '7' };
    expect(bench.stateOf('east')).toMatchObject({ state: 'offline', reason });
  });

  test('whose frames never agree is there, and its value is bad as noisy', async () => {
    const loose = lines({ every: '1s', frame: { start: 'R', end: '\r', layout: 'R{value:4}' } });
    const bench = await start([talkerOf('level', loose)]);
    await speaking(bench, { everyMs: 500, times: 10 }, (i) => 1000 + i * 37, loose);
    expect(bench.stateOf('level').state).toBe('online');
    expect(bench.news()).toEqual(['noisy']);
    await speaking(bench, { everyMs: 500, times: 2 }, () => 1500, loose);
    expect(bench.news()).toEqual([1500]);
  });

  test('two frames with a long silence between do not agree', async () => {
    const loose = lines({ every: '1s', frame: { start: 'R', end: '\r', layout: 'R{value:4}' } });
    const bench = await start([talkerOf('level', loose)]);
    await speaking(bench, { everyMs: 100, times: 1 }, () => 1500, loose);
    await speaking(bench, { everyMs: 60_000, times: 1 }, () => 1500, loose);
    expect(bench.news().filter((value) => typeof value === 'number')).toEqual([]);
    await speaking(bench, { everyMs: 500, times: 1 }, () => 1500, loose);
    expect(bench.news()).toEqual([1500]);
  });
});

test('a flood of rubbish hides nothing and is counted', async () => {
  const bench = await start([talkerOf('level', level)]);
  const rubbish = Uint8Array.from({ length: 4096 }, (_, i) => (i * 89) & 0xff);
  for (let i = 0; i < 60; i++) {
    await bench.clock.advance(1000);
    bench.line.say(rubbish);
    say(bench.line, i);
  }
  expect(bench.news()).toEqual(Array.from({ length: 60 }, (_, i) => i));
});

test('sensors that share a line are told apart by their address, and a stranger is nobody', async () => {
  const shared = lines({ every: '1s', frame: { start: '$', layout: '$L,{who},{value}', address: 'who', ...sure } });
  const bench = await start([talkerOf('west', shared, { address: '1' }), talkerOf('east', shared, { address: '2' })]);
  for (let i = 0; i < 5; i++) {
    await bench.clock.advance(1000);
    for (const [who, value] of [
      ['1', 100 + i],
      ['2', 200 + i],
      ['3', 300 + i],
    ] as const)
      bench.line.say(writeFrame(shared, who, () => value));
  }
  expect(bench.readings.filter(({ point }) => point === 'west/value').map(({ value }) => value)).toEqual([
    100, 101, 102, 103, 104,
  ]);
  expect(bench.readings.filter(({ point }) => point === 'east/value').map(({ value }) => value)).toEqual([
    200, 201, 202, 203, 204,
  ]);
  expect(bench.readings).toHaveLength(10);
});

describe('a port', () => {
  test('that is absent is found within two seconds of its coming', async () => {
    const bench = await start([talkerOf('level', level)], { problem: absent });
    await bench.clock.advance(10_000);
    expect(bench.stateOf('level')).toMatchObject({ state: 'offline', reason: absent.reason });
    expect(bench.news()).toEqual(['port-closed']);
    bench.line.problem = null;
    await bench.clock.advance(2000);
    say(bench.line, 5);
    expect(bench.news()).toEqual([5]);
  });

  test('that goes and comes back at once loses the line that was half there', async () => {
    const bench = await start([talkerOf('level', level)]);
    const frame = writeFrame(level, null, () => 1234);
    bench.line.say(frame.slice(0, 5));
    bench.line.vanish();
    await bench.clock.advance(600);
    expect(bench.line.openings).toBe(2);
    bench.line.say(frame.slice(5));
    expect(bench.news()).toEqual([]);
    bench.line.say(frame);
    expect(bench.news()).toEqual([1234]);
  });

  test('that goes takes its sensors offline after the silence they are given, with its own fault', async () => {
    const bench = await start([talkerOf('level', level)]);
    say(bench.line, 1);
    bench.line.vanish(absent);
    await bench.clock.advance(2900);
    expect(bench.news()).toEqual([1]);
    await bench.clock.advance(1000);
    expect(bench.news()).toEqual(['port-closed']);
    expect(bench.stateOf('level').state).toBe('offline');
  });

  test('that hands out not one byte for a minute is opened again', async () => {
    const bench = await start([talkerOf('level', level)]);
    await speaking(bench, { everyMs: 1000, times: 3 });
    await bench.clock.advance(62_000);
    expect(bench.line.openings).toBe(2);
  });

  test('closes with the field, and nothing goes on after it', async () => {
    const bench = await start([talkerOf('level', level)]);
    await speaking(bench, { everyMs: 1000, times: 2 });
    const closing = bench.field.close();
    await bench.clock.advance(1000);
    await closing;
    expect(bench.clock.pending()).toBe(0);
  });
});

describe('a sensor that waits to be asked', () => {
  const polled = lines({
    every: '1s',
    poll: { send: '{address}?\r', answer: '200ms' },
    frame: { layout: '{who},{value}', address: 'who', ...sure },
  });
  const answerOf = (who: string, value: number) => writeFrame(polled, who, () => value);

  test('is asked each `every`, and its answer needs no end before it', async () => {
    const bench = await start([talkerOf('west', polled, { address: '1' })]);
    let n = 0;
    bench.line.answer = () => bench.line.say(answerOf('1', n++), 30);
    await bench.clock.advance(4900);
    expect(bench.line.asked.map(({ text }) => text)).toEqual(new Array(5).fill('1?\r'));
    expect(bench.news()).toEqual([0, 1, 2, 3, 4]);
  });

  test('that answers too late gives nothing, nor does the answer pass for the next one’s', async () => {
    const bench = await start([talkerOf('west', polled, { address: '1' }), talkerOf('east', polled, { address: '2' })]);
    bench.line.answer = (text) => bench.line.say(answerOf(text[0] ?? '', 7), text.startsWith('1') ? 350 : 20);
    await bench.clock.advance(20_000);
    const points = new Set(bench.readings.filter(({ value }) => value !== null).map(({ point }) => point));
    expect([...points]).toEqual(['east/value']);
    expect(bench.stateOf('west')).toMatchObject({
      state: 'offline',
      why: expect.stringContaining('no reply in 200 ms'),
    });
    expect(bench.stateOf('east').state).toBe('online');
  });

  test('that always answers after the next request would be due is never taken for that one’s answer', async () => {
    const late = lines({
      every: '300ms',
      poll: { send: '?', answer: '200ms' },
      frame: { layout: '{value}', ...sure },
    });
    const bench = await start([talkerOf('west', late)]);
    bench.line.answer = () =>
      bench.line.say(
        writeFrame(late, null, () => bench.line.asked.length),
        350,
      );
    await bench.clock.advance(60_000);
    expect(bench.line.asked.length).toBeGreaterThanOrEqual(4);
    expect(bench.readings.filter(({ value }) => value !== null)).toEqual([]);
  });

  test('is not believed when an answer that was kept back stands before the one it gives', async () => {
    const bench = await start([talkerOf('west', polled, { address: '1' })]);
    let kept: Uint8Array | null = null;
    let n = 0;
    bench.line.answer = () => {
      const answer = answerOf('1', n++);
      if (kept !== null) bench.line.say(kept, 30);
      if (n % 3 !== 0 || kept !== null) bench.line.say(answer, 35);
      kept = n % 3 === 0 && kept === null ? answer : null;
    };
    const whys = new Set<string | null>();
    for (let i = 0; i < 600; i++) {
      await bench.clock.advance(100);
      whys.add(bench.stateOf('west').why);
    }
    const values = bench.readings.map(({ value }) => value).filter((value) => value !== null);
    expect(values.length).toBeGreaterThan(5);
    // The third of each is kept back, and the fourth comes behind it: neither is ever a reading.
    expect(values.filter((value) => Number(value) % 3 === 2)).toEqual([]);
    expect([...whys].join()).toContain('two different answers came to one request');
  });

  test('and is dead is asked seldom, and found again within 27 s', async () => {
    const bench = await start([talkerOf('west', polled, { address: '1' })]);
    await bench.clock.advance(60_000);
    expect(bench.line.asked.length).toBeLessThanOrEqual(6);
    expect(bench.stateOf('west').state).toBe('offline');
    bench.line.answer = () => bench.line.say(answerOf('1', 9), 20);
    await bench.clock.advance(27_500);
    expect(bench.stateOf('west').state).toBe('online');
    bench.news();
    await bench.clock.advance(5000);
    expect(bench.news().length).toBeGreaterThanOrEqual(4);
  });

  test('that answers in another form is offline, and what it answered is said', async () => {
    const plain = lines({
      poll: { send: '{address}?', answer: '200ms' },
      frame: { layout: '{who},{value}', address: 'who' },
    });
    const bench = await start([talkerOf('west', plain, { address: '1' })]);
    bench.line.answer = () => bench.line.say('ERR 1\r\n', 20);
    await bench.clock.advance(10_000);
    const reason = { code: 'other-lines', layout: '{who},{value}', last: '"ERR 1"' };
    expect(bench.stateOf('west')).toMatchObject({ state: 'offline', reason });
  });

  test('and answers under another address is told so', async () => {
    const bench = await start([talkerOf('west', polled, { address: '1' })]);
    bench.line.answer = () => bench.line.say(answerOf('7', 9), 20);
    await bench.clock.advance(10_000);
    const reason = { code: 'not-among', address: '1', heard: '7' };
    expect(bench.stateOf('west')).toMatchObject({ state: 'offline', reason });
  });

  test('and sleeps between requests is asked once more at once, and gives each reading', async () => {
    const slow = { ...polled, every: 5000 };
    const bench = await start([talkerOf('west', slow, { address: '1', every: 5000 })]);
    let heardAt = Number.NEGATIVE_INFINITY;
    bench.line.answer = () => {
      const isAwake = bench.clock.monotonic() - heardAt < 2000;
      heardAt = bench.clock.monotonic();
      if (isAwake) bench.line.say(answerOf('1', 3), 20);
    };
    await bench.clock.advance(60_000);
    expect(bench.stateOf('west').state).toBe('online');
    expect(bench.readings.filter(({ value }) => value === 3).length).toBeGreaterThanOrEqual(11);
    expect(bench.readings.filter(({ value }) => value === null)).toEqual([]);
  });

  test('and answers too late each time is told so, and how late', async () => {
    const bench = await start([talkerOf('west', polled, { address: '1' })]);
    bench.line.answer = () => bench.line.say(answerOf('1', 7), 350);
    await bench.clock.advance(10_000);
    const reason = { code: 'late-reply', ms: 200 };
    expect(bench.stateOf('west')).toMatchObject({ state: 'offline', reason });
    expect(bench.news()).toEqual(['timeout']);
  });

  test('that answers damaged is asked again, and offline for it at the third time', async () => {
    const bench = await start([talkerOf('west', polled, { address: '1' })]);
    bench.line.answer = () => bench.line.say('1,12*0000\r\n', 20);
    await bench.clock.advance(5000);
    expect(bench.news()).toEqual(['bad-frame']);
    expect(bench.stateOf('west').why).toContain('damaged');
  });

  test('on a line that never is silent is asked all the same', async () => {
    const bench = await start([talkerOf('west', polled, { address: '1' })]);
    bench.line.answer = () => bench.line.say(answerOf('1', 3), 30);
    for (let i = 0; i < 600; i++) {
      await bench.clock.advance(10);
      if (i % 2 === 0) bench.line.say('\x00');
    }
    expect(bench.line.asked.length).toBeGreaterThanOrEqual(3);
  });
});

test('a line of bay sensors tells health what it is', async () => {
  const profile = builtInTalkers().get('dfrobot-a02yyuw');
  if (profile === undefined) throw new Error('no profile');
  const bench = await start([talkerOf('bay-1', profile)]);
  await speaking(bench, { everyMs: 100, times: 600 }, () => 1953, profile);
  const health = bench.field.health();
  expect(healthSchema.pick({ buses: true, devices: true }).safeParse(health).success).toBe(true);
  expect(health.buses).toMatchObject({ line: { state: 'open', faults: {} } });
  // Four characters of 1.04 ms, ten times a second.
  expect(health.buses.line?.load).toBeCloseTo(0.042, 2);
});

/** The text of seven bits, with its parity in the eighth. */
function parityOf(text: string, odd: 0 | 1): string {
  const ones = (code: number) => code.toString(2).replaceAll('0', '').length;
  return [...text]
    .map((char) => char.charCodeAt(0))
    .map((code) => String.fromCharCode(ones(code) % 2 === odd ? code : code | 0x80))
    .join('');
}
