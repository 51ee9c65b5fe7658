import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadSite } from '../../../../config/load-site.ts';
import { SimClock } from '../../../../contract/sim-clock.ts';
import { runRulesList } from '../../../../gateway/cli/rules/list.ts';
import { runRulesTry, type TryOptions } from '../../../../gateway/cli/rules/try.ts';
import { tempDir } from '../../../temp.ts';
import { Core, readings } from '../../core.ts';

const site = `site: saesol
name: { ko: 새솔, en: Saesol }
agents:
  - id: cabinet-1
    uplink: { url: "mqtt://127.0.0.1:1883" }
    buses:
      - id: a
        kind: modbus-rtu
        port: /dev/serial/by-id/usb-a
        devices:
          - { id: air, profile: xy-md02, unit: 1, every: 1s, points: { temperature: { maxSilence: 10s } } }
          - { id: hall, profile: xy-md02, unit: 2, every: 1s }
buildings:
  - id: house
    name: { ko: 집, en: House }
    places: [{ device: air }, { device: hall }]
    rules:
      - id: hot
        title: { ko: 더움, en: Hot }
        hazard: equipment
        each: point
        points: [air/temperature, hall/temperature]
        condition: { kind: threshold, levels: { 관심: { above: 40 }, 경계: { above: 60 } }, hysteresis: 2 }
        consequence: { ko: 상한다, en: It spoils }
        action: { ko: 식힌다, en: Cool it }
        who: manager
        within: 10m
        source: own
`;

const start = Date.UTC(2026, 10, 21, 15);
const minute = 60_000;

type Json = {
  results: {
    rule: string;
    present: { alerts: number; perWeek: number | null; readings: number; episodes: { from: string; level: string }[] };
    changed: { alerts: number } | null;
    difference: { both: number; gone: object[]; added: { from: string; level: string }[] } | null;
  }[];
};

function files(csv?: string): { site: string; file: string } {
  const dir = tempDir();
  writeFileSync(join(dir, 'site.yaml'), site);
  if (csv !== undefined) writeFileSync(join(dir, 'rec.csv'), csv);
  return { site: join(dir, 'site.yaml'), file: join(dir, 'rec.csv') };
}

async function tried(options: TryOptions): Promise<Json['results']> {
  return ((await runRulesTry(options)).json as Json).results;
}

/** A gateway's store: two hours of `air/temperature`, one reading a minute, half of it sealed, the gateway still open. */
async function stored(values: (minuteOf: number) => number): Promise<Core> {
  const loaded = loadSite(files().site);
  if (!loaded.ok) throw new Error('the site is refused');
  const core = new Core({ clock: new SimClock(start), site: loaded.site });
  core.online();
  for (let i = 0; i < 120; i++) {
    const at = start + i * minute;
    core.take(readings(core, { seq: i + 1, device: 'air', points: { temperature: { v: [values(i)] } }, at, age: 0 }));
    if (i === 60) core.store.sealer.sealAll();
    await core.clock.advance(minute);
  }
  return core;
}

const csv = (rows: readonly (readonly [string, string])[]) =>
  `time,celsius\n${rows.map((row) => row.join(',')).join('\n')}\n`;
const day = csv([
  ['2026-11-21T00:00:00Z', '20'],
  // By the wall clock of the site.
  ['2026-11-21 15:00:00', '45'],
  ['2026-11-21T12:00:00+00:00', '20'],
  ['2026-11-21T18:00:00Z', '41'],
  ['2026-11-22T00:00:00Z', '20'],
]);

describe('jari rules try', () => {
  test('runs over what a gateway has stored, beside it, and changes nothing there', async () => {
    // 20 minutes at 45 °C, later 10 at 38.
    const core = await stored((i) => (i >= 30 && i < 50 ? 45 : i >= 90 && i < 100 ? 38 : 20));
    const before = core.read('air/temperature').length;
    const results = await tried({
      rule: 'house/hot',
      site: files().site,
      data: core.dir,
      set: ['levels.관심.above=37'],
      to: '2026-11-22T09:00',
    });
    const [air, hall] = results;
    expect(air).toMatchObject({
      rule: 'house/hot:air/temperature',
      present: { alerts: 1, readings: before, episodes: [{ from: '2026-11-21T15:30:00.000Z', level: '관심' }] },
      changed: { alerts: 2 },
      difference: { both: 1, gone: [], added: [{ from: '2026-11-21T16:30:00.000Z', level: '관심' }] },
    });
    expect(hall).toMatchObject({ present: { alerts: 0, readings: 0 } });
    expect(core.read('air/temperature')).toHaveLength(before);
  });

  test('runs over a recording by a rule of the site, at the pace of the recording', async () => {
    const made = files(day);
    const results = await tried({ ...made, rule: 'hot:air', time: 'time', value: ['celsius'] }).catch(String);
    expect(results).toContain('there is no rule "hot:air"; it has house/hot');
    const [air, ...others] = await tried({
      ...made,
      rule: 'house/hot:air/temperature',
      time: 'time',
      value: ['celsius'],
      set: ['levels.관심.above=42'],
    });
    expect(others).toEqual([]);
    expect(air?.present).toMatchObject({ alerts: 2, perWeek: 14 });
    expect(air?.difference).toMatchObject({ both: 1, gone: [{ from: '2026-11-21T18:00:00.000Z' }], added: [] });
  });

  test('runs a ready rule over a recording without a site', async () => {
    const { file } = files(
      csv([
        ['0', '3'],
        ['60', '12'],
        ['120', '26'],
        ['180', '2'],
        ['240', '2'],
        ['300', '2'],
      ]),
    );
    const [result] = await tried({ file, rule: 'gas-lel', time: 'time', value: ['celsius'] });
    expect(result?.present.episodes).toMatchObject([{ from: '1970-01-01T00:01:00.000Z', level: '경계' }]);
  });

  test('says how far it is, in rising shares', async () => {
    const { file } = files(day);
    const shares: number[] = [];
    await runRulesTry({
      file,
      rule: 'ups-low',
      timezone: 'Asia/Seoul',
      time: 'time',
      value: ['celsius'],
      progress: (share) => shares.push(share),
    });
    expect(shares).toEqual([0, 0.25, 0.5, 0.75, 1]);
  });

  test('shows people each alert with its time and reason', async () => {
    const { text } = await runRulesTry({
      ...files(day),
      rule: 'house/hot:air/temperature',
      time: 'time',
      value: ['celsius'],
    });
    expect(text.split('\n')).toEqual([
      'house/hot:air/temperature: 5 readings over 1.0 d, 0.0 % of it unknown',
      '         alerts  a week',
      'present  2       14.0',
      '  from                 to                   level  why',
      '  2026-11-21 06:00:00  2026-11-21 12:00:00  관심   air/temperature at 45 °C, limit 40 °C',
      '  2026-11-21 18:00:00  2026-11-22 00:00:00  관심   air/temperature at 41 °C, limit 40 °C',
    ]);
  });

  const good = { rule: 'house/hot:air/temperature', time: 'time', value: ['celsius'] };
  test.each<[string, Partial<Record<keyof TryOptions, unknown>>, string, RegExp]>([
    [
      'a column that is not there',
      { value: ['fahrenheit'] },
      day,
      /rec\.csv:1: there is no column "fahrenheit"; it has time, celsius/,
    ],
    ['a time that is none', {}, csv([['soon', '1']]), /rec\.csv:2: "soon" is no time; write 2026-11-21T08:20:00Z/],
    [
      'times out of order',
      {},
      csv([
        ['100', '1'],
        ['99', '1'],
      ]),
      /rec\.csv:3: 99 is before the line above; sort the file by time/,
    ],
    ['a file with no readings', {}, 'time,celsius\n', /holds no readings below its header line/],
    ['no file', { file: '/nowhere/rec.csv' }, day, /\/nowhere\/rec\.csv: cannot be read/],
    ['no columns', { time: undefined }, day, /a recording needs --time COLUMN and --value COLUMN/],
    [
      'a column of which nobody knows the point',
      { rule: 'hot' },
      day,
      /say which point it is, as in air\/temperature=COLUMN/,
    ],
    [
      'a setting without a value',
      { set: ['hysteresis'] },
      day,
      /--set hysteresis: write a key of the condition and its value/,
    ],
    [
      'a setting that is no number',
      { set: ['hysteresis=wide'] },
      day,
      /site\.yaml:23:.*hysteresis: must be a number, not "wide"/,
    ],
    [
      'a setting that makes a level unreachable',
      { set: ['levels.경계.above=400'] },
      day,
      /above 400 can never be reached/,
    ],
    [
      'a setting that there is not',
      { set: ['histeresis=1'] },
      day,
      /unknown key "histeresis"; did you mean hysteresis\?/,
    ],
    [
      'a ready rule that there is not',
      { site: undefined, rule: 'gas', timezone: 'Asia/Seoul' },
      day,
      /there is no ready rule "gas"; there are .*gas-lel/,
    ],
    [
      'a setting that a ready rule cannot have',
      { site: undefined, rule: 'gas-lel', timezone: 'Asia/Seoul', set: ['hysteresis=-1'] },
      day,
      /--set hysteresis: /,
    ],
    ['stored history without a site', { file: undefined, site: undefined }, day, /stored history needs --site FILE/],
    [
      'a data folder without a store',
      { file: undefined, data: '/nowhere' },
      day,
      /\/nowhere\/gateway\.db: is not there; give the gateway's data folder/,
    ],
    ['a time to begin that is none', { from: 'yesterday' }, day, /--from yesterday: is no time/],
    [
      'a time of no zone without a site',
      { site: undefined, rule: 'gas-lel' },
      day,
      /:3: "2026-11-21 15:00:00" has no time zone/,
    ],
  ])('refuses %s, and says how to fix it', async (_title, change, content, says) => {
    const options = Object.fromEntries(
      Object.entries({ ...files(content), ...good, ...change }).filter(([, one]) => one !== undefined),
    ) as TryOptions;
    await expect(runRulesTry(options)).rejects.toThrow(says);
  });
});

test('jari rules list tells every rule with who is to act and when', () => {
  const { text, json } = runRulesList(files().site);
  expect(text.split('\n')[1]).toMatch(
    /^house\/hot:air\/temperature +equipment +threshold +관심 경계 +manager within 10 min$/,
  );
  expect((json as { rules: object[] }).rules).toHaveLength(2);
});
