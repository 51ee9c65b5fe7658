import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode, encode, type ReadingsMessage } from '../../contract/messages.ts';
import { faultCodes } from '../../contract/reading.ts';

const readings =
  '{"v":1,"epoch":"k3f9q2","start":17,"seq":1042,"at":1763760000123,"age":180,"clock":"synced",' +
  '"points":{"tilt_x":{"dt":[0,1000,2000],"v":[0.12,0.13,null],"q":[null,null,"timeout"]},"di_0":{"dt":[1500],"v":[true]}}}';

describe('messages', () => {
  test.each([
    ['readings', readings],
    [
      'status',
      '{"v":1,"state":"online","epoch":"k3f9q2","start":17,"version":"0.1.0","simulated":false,"lost":[{"epoch":"a","from":5,"to":9,"why":"thinned"}]}',
    ],
    [
      'birth',
      '{"v":1,"epoch":"k3f9q2","bus":"rs485-a","profile":"p","simulated":false,"points":{"tilt_x":{"kind":"tilt","type":"number","unit":"deg","valid":[-180,180],"maxSilence":60000,"writable":false}}}',
    ],
    [
      'health',
      '{"v":1,"at":0,"clock":"synced","backlog":0,"diskFree":0,"rss":0,"loopP99Ms":0,"buses":{"rs485-a":{"load":0.41,"state":"open","faults":{"timeout":3}}},"devices":{"tilt-se":{"state":"online","since":0,"why":null}}}',
    ],
    ['command', '{"v":1,"id":"6f2d4a52-8b3c-4a0e-9d51-1f0a3c5b7e99","point":"relay-1/do_0","value":true,"deadline":0}'],
    [
      'result',
      '{"v":1,"id":"6f2d4a52-8b3c-4a0e-9d51-1f0a3c5b7e99","outcome":"done","why":null,"readBack":true,"at":0}',
    ],
    [
      'lot',
      '{"v":1,"at":0,"state":"open","capacity":60,"free":12,"occupied":45,"unknown":3,"outOfService":0,"byType":{},"sign":null,"ttl":30}',
    ],
    ['space', '{"v":1,"at":0,"state":"free","type":"general","since":0}'],
    [
      'alert',
      '{"v":1,"at":0,"state":"unack","level":"관심","hazard":"fire","rule":"r","since":0,"headline":{"ko":"","en":""},"why":{"ko":"","en":""},"action":{"ko":"","en":""},"status":"Exercise","version":3}',
    ],
  ] as const)('reads %s as the design writes it, and writes it back the same', (kind, text) => {
    const read = decode[kind](text);
    expect(read).toMatchObject({ ok: true });
    if (read.ok) expect(JSON.parse(encode(read.value))).toEqual(JSON.parse(text));
  });

  test('ignores fields it does not know, so that the contract can grow', () => {
    const read = decode.readings(readings.replace('"v":1,', '"v":1,"later":{"x":1},'));
    expect(read).toEqual(decode.readings(readings));
  });

  test.each([
    ['bytes that are not UTF-8', new Uint8Array([0x7b, 0xff, 0x7d]), /not JSON in UTF-8/],
    ['half a message', '{"v":1', /not JSON/],
    ['another version', readings.replace('"v":1', '"v":2'), /^v: /],
    ['a fault that is not on the list', readings.replace('timeout', 'tired'), /points\.tilt_x\.q/],
    ['seq 0', readings.replace('1042', '0'), /^seq: /],
    ['a fractional seq', readings.replace('1042', '10.5'), /^seq: /],
    ['a value too many', readings.replace('[0.12,0.13,null]', '[0.12,0.13,null,1]'), /points\.tilt_x: 3 dt for 4 v/],
    ['a fault too few', readings.replace('[null,null,"timeout"]', '[null,"timeout"]'), /points\.tilt_x: 2 q for 3 v/],
    ['an infinity', readings.replace('0.12', '1e999'), /points\.tilt_x\.v/],
    ['an age below zero', readings.replace('"age":180', '"age":-1'), /^age: /],
    ['an array', '[]', /./],
    ['nothing', '', /not JSON/],
  ])('refuses %s and says where', (_name, payload, problem) => {
    const read = decode.readings(payload);
    expect(read).toMatchObject({ ok: false });
    if (!read.ok) expect(read.problem).toMatch(problem);
  });

  test('never throws, whatever comes', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array(),
          fc.json().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          for (const read of Object.values(decode)) expect(typeof read(bytes).ok).toBe('boolean');
        },
      ),
    );
  });

  test('carries every reading unchanged', () => {
    const value = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => x + 0 || 0),
      fc.boolean(),
      fc.string({ maxLength: 20 }),
      fc.constant(null),
    );
    const row = fc.record({
      dt: fc.integer({ min: 0, max: 1e6 }),
      v: value,
      q: fc.option(fc.constantFrom(...faultCodes)),
    });
    const column = fc.array(row, { minLength: 1, maxLength: 9 }).map((rows) => ({
      dt: rows.map((r) => r.dt),
      v: rows.map((r) => r.v),
      q: rows.map((r) => r.q),
    }));
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z][a-z0-9_]{0,9}$/), column), (points) => {
        const message: ReadingsMessage = { v: 1, epoch: 'e', start: 1, seq: 1, at: 1, clock: 'synced', points };
        const read = decode.readings(encode(message));
        expect(read).toEqual({ ok: true, value: { ...message, points: { ...points } } });
      }),
    );
  });
});

describe('the reason of a device in health', () => {
  const device = { state: 'offline', since: 0, why: 'no reply in 300 ms' };
  const text = (reason?: unknown) =>
    JSON.stringify({
      ...{ v: 1, at: 0, clock: 'synced', backlog: 0, diskFree: 0, rss: 0, loopP99Ms: 0, buses: {} },
      devices: { 'tilt-se': reason === undefined ? device : { ...device, reason } },
    });

  test.each([
    [
      'known',
      { code: 'no-reply', ms: 300, echo: false, times: 3 },
      { code: 'no-reply', ms: 300, echo: false, times: 3 },
    ],
    ['of a newer agent', { code: 'newer-than-this' }, null],
    ['with figures that do not fit', { code: 'no-reply' }, null],
    ['left out by an older agent', undefined, undefined],
  ])('%s: the message is taken, and the English stays', (_what, given, taken) => {
    const read = decode.health(text(given));
    expect(read.ok && read.value.devices['tilt-se']).toMatchObject(device);
    expect(read.ok && read.value.devices['tilt-se']?.reason).toEqual(taken);
  });
});
