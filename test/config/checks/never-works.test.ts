import { describe, expect, test } from 'vitest';
import { changed, problemsOf } from '../site-text.ts';
import { holding, modbus, said } from './said.ts';

const registers = (profile: string) => said(profile, '{ id: d, profile: p, unit: 1 }').join('\n');
const tcp = (...hosts: string[]) => {
  const [host = '', other = ''] = hosts;
  const bus = (id: string, at: string) =>
    `      - { id: ${id}, kind: modbus-tcp, host: "${at}", devices: [{ id: d-${id}, profile: xy-md02, unit: 1, every: 5s }] }\n`;
  const site = `site: t\nname: { ko: 가, en: a }\nagents:\n  - id: a\n    uplink: { url: "mqtt://127.0.0.1:1883" }\n    buses:\n${bus('x', host)}`;
  return problemsOf(other === '' ? site : `${site}${bus('y', other)}`).join('\n');
};

describe('what lies outside of what may be read', () => {
  test.each([
    [
      'a point',
      `readable: { holding: [[0, 7]] }\npoints: { ${holding('v', 8, 'type: u16')} }\n`,
      'holding 8; correct the address',
    ],
    [
      'a point half of it',
      `readable: { holding: [[0, 7]] }\npoints: { ${holding('v', 7, 'type: u32')} }\n`,
      'holding 7–8; correct the address',
    ],
    [
      'a block',
      `readable: { holding: [[0, 7]] }\nblocks: { holding: [[6, 9]] }\npoints: { ${holding('v', 1, 'type: u16')} }\n`,
      'holding 6–9; correct the block',
    ],
  ])('%s is warned of', (_, profile, why) => expect(registers(profile)).toContain(why));

  test.each([
    [
      'a table of which nothing is said',
      `readable: { input: [[0, 7]] }\npoints: { ${holding('v', 8, 'type: u16')} }\n`,
    ],
    [
      'a point in one of the ranges',
      `readable: { holding: [[0, 7], [20, 29]] }\npoints: { ${holding('v', 28, 'type: u32')} }\n`,
    ],
    [
      'a point in a block of it',
      `readable: { holding: [[0, 9]] }\nblocks: { holding: [[0, 9]] }\npoints: { ${holding('v', 4, 'type: u16')} }\n`,
    ],
  ])('%s is not', (_, profile) => expect(registers(profile)).toBe(''));
});

describe('a value that never counts', () => {
  const state = holding('state', 8, 'type: u16, enum: { 0: ok, 1: idle, 2: fault }');
  const absent = holding('absent', 10, 'type: bit, bit: 1');
  const value = (conditions: string) =>
    modbus(`${state}, ${holding('v', 9, `type: u16, ${conditions}`)}, ${absent}`).join('\n');
  test.each([
    [
      'validWhile: { state: ok }, invalidWhile: { state: ok }',
      'invalidWhile rules out all that validWhile asks of state',
    ],
    ['validWhile: { state: ok }, invalidWhile: { state: [idle, ok] }', 'all that validWhile asks of state'],
    ['validWhile: absent, invalidWhile: [absent]', 'all that validWhile asks of absent'],
    ['invalidWhile: { state: [ok, idle, fault] }', 'state is always one of what invalidWhile names'],
    ['invalidWhile: { absent: [true, false] }', 'absent is always one of what'],
  ])('%s is refused', (conditions, why) => expect(value(conditions)).toContain(why));

  test.each([
    'validWhile: { state: [ok, idle] }, invalidWhile: { state: idle }',
    'validWhile: absent, invalidWhile: { state: fault }',
  ])('%s may be one', (conditions) => expect(value(conditions)).toBe(''));
});

describe('an address of the link', () => {
  test.each(['fe80::1', 'FE80::1', 'febf:0::7'])('%s is refused without its interface', (host) =>
    expect(tcp(host)).toContain(`write ${host}%eth0 with its name`),
  );
  test.each(['fe80::1%eth0', 'fd00::1', '2001:db8::1'])('%s may be reached', (host) => expect(tcp(host)).toBe(''));
  test('is another machine on another interface', () => expect(tcp('fe80::1%eth0', 'fe80::1%eth1')).toBe(''));
});

test.each([
  ['192.0.2.7', '::ffff:192.0.2.7'],
  ['::FFFF:c000:207', '192.0.2.7'],
  ['2001:db8::1', '2001:0db8:0:0::0001'],
  ['fe80::1%eth0', 'fe80:0::1%eth0'],
  ['localhost', '::ffff:127.0.0.1'],
])('%s and %s are one machine, whose port is one bus', (host, other) => {
  expect(tcp(host, other)).toContain('two buses cannot share it');
});

test.each(['mqtts://gateway.local:0', 'mqtt://127.0.0.1:0'])('port 0 of a broker is refused: %s', (url) => {
  expect(problemsOf(changed('mqtt://127.0.0.1:1883', url)).join('\n')).toContain('nothing can be reached at port 0');
});

describe("a manual's number", () => {
  const at = (table: string, address: number, more = '') =>
    registers(`${more}points: { v: { table: ${table}, address: ${address}, type: u16, kind: x } }\n`);
  test.each([
    ['input', 40_001, 'table: holding, address: 0'],
    ['input', 40_017, 'table: holding, address: 16'],
    ['holding', 30_001, 'table: input, address: 0'],
  ])('of another table is warned of: %s %i', (table, address, meant) => {
    expect(at(table, address)).toContain(`write ${meant}; if it really is ${table} ${address} on the wire`);
  });
  test('of six digits is refused, with what it means', () =>
    expect(at('input', 400_001)).toContain('table: holding, address: 0'));
  test('is none where the map says that it is on the wire', () =>
    expect(at('input', 40_001, 'readable: { input: [[40001, 40009]] }\n')).toBe(''));
});

describe('a line that nobody has set', () => {
  const site = (bus: string, link: string) =>
    said(`link: { ${link} }\npoints: { ${holding('v', 1, 'type: u16')} }\n`, '{ id: d, profile: p, unit: 1 }', bus);
  test.each([
    ['baudRate: 19200', 'p ships with baudRate 19200, and this bus says none, so it runs with 9600'],
    ['parity: even', 'p ships with parity even, and this bus says none, so it runs with none'],
  ])('is warned of where its device ships with %s', (link, why) =>
    expect(site('modbus-rtu, port: /dev/ttyS9', link).join('\n')).toContain(why),
  );
  test.each([
    ['as the devices are', 'modbus-rtu, port: /dev/ttyS9', 'baudRate: 9600, parity: none'],
    ['by the site', 'modbus-rtu, port: /dev/ttyS9, baudRate: 9600', 'baudRate: 19200'],
    ['at the converter', 'modbus-rtu-over-tcp, host: 192.0.2.7, port: 4196', 'baudRate: 19200'],
  ])('is none where it is set %s', (_, bus, link) => expect(site(bus, link)).toEqual([]));
});

test('a point named __proto__ is refused: it was dropped without a word', () => {
  const point = holding('__proto__', 2, 'type: u16');
  expect(registers(`points: { ${holding('v', 1, 'type: u16')}, ${point} }\n`)).toContain('__proto__ cannot be a name');
});
