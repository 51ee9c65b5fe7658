import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { busLoads } from '../../../config/bus-load/bus-load.ts';
import { runCheck } from '../../../config/check-command.ts';
import { root } from '../../needs.ts';
import { changed, folderOf, goodSite, problemsOf, siteOf } from '../site-text.ts';

const demoFile = join(root, 'config/sites/demo.yaml');

describe('the load of a bus', () => {
  const profile = `id: ours
maker: Own
model: One
source: our own test
verified: none
limits: { gap: 20ms }
readable: { input: [[0, 9]] }
points:
  depth: { table: input, address: 0, type: u32, kind: level }
`;
  const site = (more: string) =>
    siteOf(
      `site: test
name: { ko: 시험, en: Test }
agents:
  - id: cab
    uplink: { url: "mqtt://127.0.0.1" }
    buses:
      - { id: a, ${more}, devices: [{ id: d, profile: ours, unit: 1, every: 500ms }] }
profiles: [mine]
`,
      { 'mine/ours.yaml': profile },
    );

  test.each([
    // 20 ms gap before, 8 characters out, 5 ms turnaround, 5 + 2 × 2.5 registers back, 2 and 3 in turn; twice a second.
    ['9600 8N1', 'kind: modbus-rtu, port: /dev/x', 2 * ((18 * 10) / 9600 + 0.025)],
    [
      '1200 8N1, whose silence is longer than both',
      'kind: modbus-rtu, port: /dev/x, baudRate: 1200',
      2 * ((25 * 10) / 1200),
    ],
    ['19200 8E1', 'kind: modbus-rtu, port: /dev/x, baudRate: 19200, parity: even', 2 * ((18 * 11) / 19_200 + 0.025)],
    ['115200 8N1', 'kind: modbus-rtu, port: /dev/x, baudRate: 115200', 2 * ((18 * 10) / 115_200 + 0.025)],
    ['TCP', 'kind: modbus-tcp, host: 192.0.2.7', 2 * 0.022],
  ])('is the time of its exchanges: %s', (_, bus, share) => {
    const [load] = busLoads(site(bus));
    expect(load).toMatchObject({ agent: 'cab', bus: 'a', requestsPerSecond: 2 });
    expect(load?.share).toBeCloseTo(share, 10);
  });

  test('counts bits by the byte', () => {
    const [load] = busLoads(siteOf(changed('          - { id: air, profile: xy-md02, unit: 2, every: 5s }\n', '')));
    const exchange = (8 + 5 + 1 + 3.5) * (10 / 9600) + 0.005;
    expect(load?.requestsPerSecond).toBe(4);
    expect(load?.share).toBeCloseTo(4 * exchange, 10);
  });

  test('of every demo bus leaves most of the wire free', () => {
    const { files } = JSON.parse(runCheck([demoFile], { json: true }).output);
    expect(files[0].loads.map(({ agent, bus }: { agent: string; bus: string }) => `${agent}/${bus}`)).toEqual([
      'cabinet-b1/rs485-1',
      'cabinet-b1/rs485-2',
      'cabinet-b1/rs485-3',
      'cabinet-s1/rs485-di',
      'cabinet-s1/rs485-lane',
      'cabinet-s2/lora',
    ]);
    for (const { share } of files[0].loads) expect(share).toBeLessThan(0.6);
    expect(
      runCheck([demoFile], { json: false })
        .output.split('\n')
        .every(({ length }) => length <= 100),
    ).toBe(true);
  });
});

describe('check', () => {
  test('prints what each bus carries, and ends with 0', () => {
    expect(printed({ 'site.yaml': goodSite })).toEqual({
      exitCode: 0,
      lines: [
        'site.yaml: ok',
        '  bus    devices  requests/s  of wire  latest poll',
        '  cab/a        2         4.2    9.8 %        56 ms  air input 1–2',
        '  cab/b        1         0.4    0.1 %         2 ms  meter input 70–75',
        '  note: cab/a: replies of di and air have one length only, since the map ends there, so after a',
        '        miss the unit rests 900 ms, not 300',
        '',
      ],
    });
  });

  test('warns of a bus that is hardly carried, and says what would help most', () => {
    const { exitCode, lines } = printed({ 'site.yaml': changed('every: 500ms', 'every: 60ms') });
    expect(exitCode).toBe(0);
    expect(lines.slice(0, 4)).toEqual([
      'site.yaml:7:9 agents.0.buses.0: warning: the reads of this bus take 78 % of what 9600 baud can carry, of which di 77 %; what would help most is reading di every 120ms instead of 60ms: 78 → 39 %',
      'site.yaml: ok, 1 warning',
      '  bus    devices  requests/s  of wire  latest poll',
      '  cab/a        2        33.5   78.0 %        56 ms  air input 1–2',
    ]);
  });

  test('refuses a bus that cannot be carried, and shows the figures of every bus all the same', () => {
    const { exitCode, lines } = printed({ 'site.yaml': changed('every: 500ms', 'every: 40ms') });
    expect(exitCode).toBe(2);
    expect(lines.slice(0, 5)).toEqual([
      'site.yaml:7:9 agents.0.buses.0: the reads of this bus take 117 % of what 9600 baud can carry, of which di 116 %; what would help most is reading di every 80ms instead of 40ms: 117 → 59 %',
      'site.yaml: refused, 1 problem',
      '  bus    devices  requests/s  of wire  latest poll',
      expect.stringMatching(/^ {2}cab\/a {8}2 {8}50\.2 {2}116\.7 % +80 ms {2}air input 1–2$/),
      '  cab/b        1         0.4    0.1 %         2 ms  meter input 70–75',
    ]);
  });

  test('keeps a table of long names whole, and the notes under 97 columns', () => {
    const id = 'cabinet-with-a-name-as-long-as-a-name-may-be-in-a-site-file-abc';
    const { lines } = printed({ 'site.yaml': changed('id: cab', `id: ${id}`) });
    expect(lines[2]).toBe(`  ${id}/a        2         4.2    9.8 %        56 ms  air input 1–2`);
    expect(lines.slice(4).every((line) => line.length <= 96)).toBe(true);
  });

  test('prints every problem with its place, and ends with 2', () => {
    const text = changed('unit: 2,', 'unit: 254,', changed('site: test', 'sit: test'));
    const { exitCode, lines } = printed({ 'bad.yaml': text, 'good.yaml': goodSite });
    expect(exitCode).toBe(2);
    expect(lines.filter((line) => !line.startsWith(' ')).slice(0, 6)).toEqual([
      `bad.yaml:1:1 site: "site" is missing; add it: the site's id, such as saesol`,
      'bad.yaml:1:1 sit: unknown key "sit"; did you mean site?',
      'bad.yaml:12:48 agents.0.buses.0.devices.1.unit: warning: unit 254 is over 247, which the standard reserves; some devices ship so: check that this one does',
      'bad.yaml: refused, 2 problems, 1 warning',
      '',
      'good.yaml: ok',
    ]);
  });

  test('says of a file that cannot be read no more than that', () => {
    const { lines } = printed({ 'site.yaml': '\tno: yaml' });
    expect(lines.at(-2)).toMatch(/^site\.yaml: refused, \d problems?$/);
  });

  test('says the same to programs', () => {
    const dir = folderOf({ 'bad.yaml': changed('site: test', 'site: Test'), 'good.yaml': goodSite });
    const files = [join(dir, 'bad.yaml'), join(dir, 'good.yaml')];
    const { exitCode, output } = runCheck(files, { json: true });
    expect(exitCode).toBe(2);
    const loads = [
      {
        agent: 'cab',
        bus: 'a',
        requestsPerSecond: 4.2,
        share: expect.closeTo(0.098188, 6),
        lateness: { worstMs: expect.closeTo(56.458333, 6), device: 'air', range: 'input 1–2', everyMs: 5000 },
        devices: [
          { device: 'di', requestsPerSecond: 4, share: expect.closeTo(0.092917, 6) },
          { device: 'air', requestsPerSecond: 0.2, share: expect.closeTo(0.005, 3) },
        ],
        notes: [
          {
            kind: 'one-length',
            ranges: [
              { device: 'di', range: 'coils 0–7' },
              { device: 'di', range: 'discrete inputs 0–7' },
              { device: 'air', range: 'input 1–2' },
            ],
            message: expect.stringMatching(/^replies of di and air have one length only/),
            ko: expect.stringMatching(/^di, air는 주소표가 거기서 끝나 응답 길이가 한 가지뿐이어서, /),
          },
        ],
        changes: [],
      },
      {
        agent: 'cab',
        bus: 'b',
        requestsPerSecond: 0.4,
        share: expect.closeTo(0.0008, 4),
        lateness: { worstMs: 2, device: 'meter', range: 'input 70–75', everyMs: 5000 },
        devices: [{ device: 'meter', requestsPerSecond: 0.4, share: expect.closeTo(0.0008, 4) }],
        notes: [],
        changes: [],
      },
    ];
    const problem = { file: files[0], line: 1, column: 7, path: 'site', severity: 'error' };
    const message = expect.stringContaining('an id is 1–63');
    const coded = { code: 'id-form', figures: { about: '"Test"', begins: true } };
    expect(JSON.parse(output)).toEqual({
      files: [
        {
          file: files[0],
          ok: false,
          problems: [{ ...coded, ...problem, message, en: message, ko: expect.stringContaining('ID는') }],
          loads,
        },
        { file: files[1], ok: true, problems: [], loads },
      ],
    });
  });
});

describe('replies that only time tells apart', () => {
  const profile = (readable: string) => `id: far
maker: Own
model: One
source: our own test
verified: none
${readable}points:
  a: { table: holding, address: 0, type: u16, kind: level }
  b: { table: holding, address: 20, type: u16, kind: level }
`;
  const two = (every: string, more = '') => `site: test
name: { ko: 시험, en: Test }
agents:
  - id: cab
    uplink: { url: "mqtt://127.0.0.1" }
    buses:
      - id: a
        kind: modbus-rtu
        port: /dev/x
        ${more}
        devices: [{ id: x, profile: far, unit: 1, every: ${every} }, { id: y, profile: far, unit: 2, every: 5s }]
profiles: [mine]
`;
  const notesOf = (text: string, readable = '') =>
    busLoads(siteOf(text, { 'mine/far.yaml': profile(readable) })).flatMap(({ notes }) =>
      notes.map(({ kind, message }) => `${kind}: ${message}`),
    );
  const onTcp = (text: string) =>
    text.replace('kind: modbus-rtu', 'kind: modbus-tcp').replace('port: /dev/x', 'host: 192.0.2.7');

  test('are named with what they cost and how to fix it', () => {
    expect(notesOf(two('5s'))).toEqual([
      'alike: x holding 0, x holding 20, y holding 0 and y holding 20 have replies of equal length, so they follow each other 300 ms apart, and after a miss the unit rests 900 ms, not 300; if more may be read around them in one request, say so in far (readable)',
    ]);
  });

  test('cannot be fixed where the map ends at each of them', () => {
    expect(notesOf(two('5s'), 'readable: { holding: [[0, 0], [20, 20]] }\n')).toEqual([
      'alike: x holding 0, x holding 20, y holding 0 and y holding 20 have replies of equal length, since the map ends there, so they follow each other 300 ms apart, and after a miss the unit rests 900 ms, not 300',
    ]);
  });

  test('are none where the map leaves room for one of the two, or for both in one request', () => {
    expect(
      notesOf(two('5s'), 'readable: { holding: [[0, 0], [20, 21]] }\n').filter((note) => note.startsWith('alike')),
    ).toEqual([]);
    expect(notesOf(two('5s'), 'readable: { holding: [[0, 30]] }\n')).toEqual([]);
  });

  test('are none on TCP, where replies are numbered', () => {
    expect(notesOf(onTcp(two('5s')))).toEqual([]);
  });

  test('are warned of when a device can then not be read as often as planned', () => {
    expect(problemsOf(two('200ms'), { 'mine/far.yaml': profile('') })).toEqual([
      expect.stringMatching(
        /^11:19 agents\.0\.buses\.0\.devices\.0: warning: its ranges have replies of equal length and follow each other 300 ms apart, so holding \d+, due every 200ms, misses \d+ % of its turns; read it less often/,
      ),
    ]);
    expect(problemsOf(two('200ms', 'timeoutMs: 60'), { 'mine/far.yaml': profile('') })).toEqual([]);
    expect(problemsOf(onTcp(two('200ms')), { 'mine/far.yaml': profile('') })).toEqual([]);
  });
});

/** The output of a check of these files, line by line, with the folder left out. */
function printed(files: Record<string, string>): { exitCode: 0 | 2; lines: string[] } {
  const dir = folderOf(files);
  const names = Object.keys(files).map((name) => join(dir, name));
  const { exitCode, output } = runCheck(names, { json: false });
  return { exitCode, lines: output.replaceAll(`${dir}/`, '').split('\n') };
}
