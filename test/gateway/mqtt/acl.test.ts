import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Account, isRetained, maySubscribe, tryPublish } from '../../../gateway/mqtt/acl.ts';
import { agent, site } from './broker-fakes.ts';

const accounts = {
  agent: { kind: 'agent', site: site('saesol'), agent: agent('cabinet-1') },
  other: { kind: 'agent', site: site('saesol'), agent: agent('cabinet-2') },
  abroad: { kind: 'agent', site: site('hanbit'), agent: agent('cabinet-1') },
  token: { kind: 'token', name: 'screen', scopes: ['read'], sites: [site('saesol'), site('hanbit')] },
  narrow: { kind: 'token', name: 'narrow', scopes: ['read'], sites: [site('saesol')] },
} as const satisfies Record<string, Account>;

/** Each row: a topic or filter, and of the five accounts those who may. */
type Row = [what: string, who: string];

function cells(rows: readonly Row[]): [who: keyof typeof accounts, what: string, expected: boolean][] {
  const names = ['agent', 'other', 'abroad', 'token', 'narrow'] as const;
  return rows.flatMap(([what, who]) =>
    names.map((name): [keyof typeof accounts, string, boolean] => [name, what, who.split(' ').includes(name)]),
  );
}

describe('publishing', () => {
  test.each(
    cells([
      ['jari/v1/saesol/cabinet-1/status', 'agent'],
      ['jari/v1/saesol/cabinet-1/health', 'agent'],
      ['jari/v1/saesol/cabinet-1/tilt-se/birth', 'agent'],
      ['jari/v1/saesol/cabinet-1/tilt-se/readings', 'agent'],
      ['jari/v1/saesol/cabinet-1/tilt-se/diagnosis', 'agent'],
      ['jari/v1/saesol/cabinet-1/command/result', 'agent'],
      ['jari/v1/saesol/cabinet-1/command', ''],
      ['jari/v1/saesol/cabinet-1/certificate/request', 'agent'],
      ['jari/v1/saesol/cabinet-1/certificate', ''],
      ['jari/v1/saesol/cabinet-1/configuration', ''],
      ['jari/v1/saesol/cabinet-1/certificate/birth', ''],
      ['jari/v1/saesol/cabinet-2/status', 'other'],
      ['jari/v1/hanbit/cabinet-1/status', 'abroad'],
      ['jari/v1/saesol/cabinet-1/other', ''],
      ['jari/v1/saesol/cabinet-1/tilt-se/other', ''],
      ['jari/v1/saesol/cabinet-1/tilt-se/readings/more', ''],
      ['jari/v1/saesol/cabinet-1', ''],
      ['jari/v1/saesol/cabinet-1/', ''],
      ['jari/v1/saesol/parking/lot-1', ''],
      ['jari/v1/saesol/alerts/hall/alert-1', ''],
      ['jari/v2/saesol/cabinet-1/status', ''],
      ['Jari/v1/saesol/cabinet-1/status', ''],
      ['/jari/v1/saesol/cabinet-1/status', ''],
      ['jari/v1/saesol/cabinet-1/../cabinet-2/readings', ''],
      ['jari/v1/saesol/cabinet-1/tilt-se\0/readings', ''],
      ['jari/v1/saesol/cabinet-1/TILT/readings', ''],
      ['$SYS/broker/uptime', ''],
      ['', ''],
    ]),
  )('%s to %s: %s', (who, topic, expected) => {
    expect(tryPublish(accounts[who], topic) !== undefined).toBe(expected);
  });
});

describe('subscribing and receiving', () => {
  test.each(
    cells([
      ['jari/v1/saesol/cabinet-1/command', 'agent token narrow'],
      ['jari/v1/saesol/cabinet-2/command', 'other token narrow'],
      ['jari/v1/hanbit/cabinet-1/command', 'abroad token'],
      ['jari/v1/saesol/cabinet-1/certificate', 'agent'],
      ['jari/v1/saesol/cabinet-1/configuration', 'agent'],
      ['jari/v1/saesol/cabinet-2/configuration', 'other'],
      ['jari/v1/saesol/cabinet-1/certificate/request', ''],
      ['jari/v1/saesol/cabinet-1/command/result', 'token narrow'],
      ['jari/v1/saesol/cabinet-1/status', 'token narrow'],
      ['jari/v1/saesol/cabinet-1/#', 'token narrow'],
      ['jari/v1/saesol/#', 'token narrow'],
      ['jari/v1/saesol/+/status', 'token narrow'],
      ['jari/v1/saesol/+/+/readings', 'token narrow'],
      ['jari/v1/hanbit/#', 'token'],
      ['jari/v1/saesol/+/command', 'token narrow'],
      ['jari/v1/saesol/parking/+', 'token narrow'],
      ['jari/v1/saesol', ''],
      ['jari/v1/saesol/', 'token narrow'],
      ['jari/v1/saesol2/x', ''],
      ['jari/v1/+/cabinet-1/command', ''],
      ['jari/v1/+/cabinet-1/status', ''],
      ['jari/v1/#', ''],
      ['jari/+/saesol/#', ''],
      ['+/v1/saesol/cabinet-1/status', ''],
      ['+/+/+/+/command', ''],
      ['#', ''],
      ['+', ''],
      ['/#', ''],
      ['+/#', ''],
      ['$SYS/#', ''],
      ['$SYS/+/new/clients', ''],
      ['$share/group/jari/v1/saesol/#', ''],
      ['$share/group/jari/v1/saesol/cabinet-1/command', ''],
      ['$queue/jari/v1/saesol/#', ''],
      ['jari/v1/saesol/cabinet-1/command/', 'token narrow'],
      ['jari/v1/saesol/cabinet-1/command\0', ''],
      ['', ''],
    ]),
  )('%s on %s: %s', (who, filter, expected) => {
    expect(maySubscribe(accounts[who], filter)).toBe(expected);
  });
});

test('a filter that matches a topic one may not read is refused', () => {
  const level = fc.constantFrom('jari', 'v1', 'saesol', 'hanbit', 'cabinet-1', 'command', 'status', '', '$SYS', 'x');
  const topics = fc.oneof(
    fc.array(level, { minLength: 1, maxLength: 7 }),
    fc.array(level, { minLength: 1, maxLength: 4 }).map((rest) => ['jari', 'v1', ...rest]),
  );
  fc.assert(
    fc.property(
      topics,
      fc.array(fc.boolean(), { minLength: 7, maxLength: 7 }),
      fc.nat(6),
      fc.constantFrom(...Object.values(accounts)),
      (levels, wild, cut, account) => {
        fc.pre(!maySubscribe(account, levels.join('/')));
        const filter = levels.map((each, index) => (wild[index] === true ? '+' : each));
        const open = cut < levels.length ? [...filter.slice(0, cut), '#'] : filter;
        expect(maySubscribe(account, open.join('/'))).toBe(false);
      },
    ),
    { numRuns: 500 },
  );
});

test.each([
  ['status', true],
  ['health', true],
  ['tilt-se/birth', true],
  ['tilt-se/readings', false],
  ['tilt-se/diagnosis', false],
  ['command/result', false],
] as const)('%s is retained: %s', (rest, expected) => {
  const topic = tryPublish(accounts.agent, `jari/v1/saesol/cabinet-1/${rest}`);
  expect(topic !== undefined && isRetained(topic)).toBe(expected);
});
