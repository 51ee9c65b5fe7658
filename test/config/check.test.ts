import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { busLoads } from '../../config/check.ts';
import { runCheck } from '../../config/check-command.ts';
import { root } from '../needs.ts';
import { changed, folderOf, goodSite, siteOf } from './site-text.ts';

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
    // 8 characters out, 5 + 2 × (2 + 3 registers) back, two silences of 3.5, 5 ms turnaround, 20 ms gap; twice a second.
    ['9600 8N1', 'kind: modbus-rtu, port: /dev/x', 2 * ((23 * 10) / 9600 + (7 * 10) / 9600 + 0.025)],
    ['19200 8E1', 'kind: modbus-rtu, port: /dev/x, baudRate: 19200, parity: even', 2 * ((30 * 11) / 19_200 + 0.025)],
    [
      '115200 8N1, with the fixed silence',
      'kind: modbus-rtu, port: /dev/x, baudRate: 115200',
      2 * ((23 * 10) / 115_200 + 0.0035 + 0.025),
    ],
    ['TCP', 'kind: modbus-tcp, host: 192.0.2.7', 2 * 0.022],
  ])('is the time of its longest exchanges: %s', (_, bus, share) => {
    const [load] = busLoads(site(bus));
    expect(load).toMatchObject({ agent: 'cab', bus: 'a', requestsPerSecond: 2 });
    expect(load?.share).toBeCloseTo(share, 10);
  });

  test('counts bits by the byte', () => {
    const [load] = busLoads(siteOf(changed('          - { id: air, profile: xy-md02, unit: 2, every: 5s }\n', '')));
    const exchange = (8 + 5 + 1 + 7) * (10 / 9600) + 0.005;
    expect(load?.requestsPerSecond).toBe(4);
    expect(load?.share).toBeCloseTo(4 * exchange, 10);
  });

  test('of every demo bus leaves most of the wire free', () => {
    const { files } = JSON.parse(runCheck([demoFile], { json: true }).output);
    expect(files[0].loads.map(({ agent, bus }: { agent: string; bus: string }) => `${agent}/${bus}`)).toEqual([
      'cabinet-1/rs485-a',
      'cabinet-2/rs485-a',
      'cabinet-2/lan',
    ]);
    for (const { share } of files[0].loads) expect(share).toBeLessThan(0.4);
  });
});

describe('check', () => {
  test('prints what each bus carries, and ends with 0', () => {
    const file = join(folderOf({ 'site.yaml': goodSite }), 'site.yaml');
    expect(runCheck([file], { json: false })).toEqual({
      exitCode: 0,
      output: `${file}: ok
  cab/a  2 devices  4.2 requests/s  11.3 % of the wire
  cab/b   1 device  0.4 requests/s   0.1 % of the wire
`,
    });
  });

  test('prints every problem with its place, and ends with 2', () => {
    const text = changed('unit: 2,', 'unit: 254,', changed('site: test', 'sit: test'));
    const dir = folderOf({ 'bad.yaml': text, 'good.yaml': goodSite });
    const { exitCode, output } = runCheck([join(dir, 'bad.yaml'), join(dir, 'good.yaml')], { json: false });
    expect(exitCode).toBe(2);
    expect(output.replaceAll(`${dir}/`, '').split('\n').slice(0, 6)).toEqual([
      `bad.yaml:1:1 site: "site" is missing; add it: the site's id, such as saesol`,
      'bad.yaml:1:1 sit: unknown key "sit"; did you mean site?',
      'bad.yaml:12:48 agents.0.buses.0.devices.1.unit: warning: unit 254 is over 247, which the standard reserves; some devices ship so: check that this one does',
      'bad.yaml: refused, 2 problems, 1 warning',
      '',
      'good.yaml: ok',
    ]);
  });

  test('says the same to programs', () => {
    const dir = folderOf({ 'bad.yaml': changed('site: test', 'site: Test'), 'good.yaml': goodSite });
    const files = [join(dir, 'bad.yaml'), join(dir, 'good.yaml')];
    const { exitCode, output } = runCheck(files, { json: true });
    expect(exitCode).toBe(2);
    expect(JSON.parse(output)).toEqual({
      files: [
        {
          file: files[0],
          ok: false,
          problems: [
            {
              file: files[0],
              line: 1,
              column: 7,
              path: 'site',
              severity: 'error',
              message: expect.stringContaining('an id is 1–63'),
            },
          ],
          loads: [],
        },
        {
          file: files[1],
          ok: true,
          problems: [],
          loads: [
            { agent: 'cab', bus: 'a', requestsPerSecond: expect.any(Number), share: expect.any(Number) },
            { agent: 'cab', bus: 'b', requestsPerSecond: expect.any(Number), share: expect.any(Number) },
          ],
        },
      ],
    });
  });
});
