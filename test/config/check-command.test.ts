import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runCheck } from '../../config/check-command.ts';
import { languageOf } from '../../contract/words/language.ts';
import { changed, folderOf, goodSite } from './site-text.ts';

/** An unknown key, a list in place of a number, and an address written with zeros. */
const wrong = changed(
  'host: 192.0.2.7',
  'host: 192.168.000.010',
  changed('unit: 2, every: 5s', 'unit: [2], every: 5s', `${goodSite}parks: []\n`),
);

describe('jari check', () => {
  test('prints each finding as code and figures, with where, in both languages', () => {
    const file = join(folderOf({ 'site.yaml': wrong }), 'site.yaml');
    const { exitCode, output } = runCheck([file], { json: true });
    const { files } = JSON.parse(output);
    expect(exitCode).toBe(2);
    expect(files[0].problems).toEqual([
      {
        ...{ file, line: 12, column: 48, path: 'agents.0.buses.0.devices.1.unit', severity: 'error' },
        code: 'wrong-type',
        figures: { wanted: 'number', found: 'a list', hint: "the device's address on the bus, 1–255" },
        en: "must be a number, not a list (the device's address on the bus, 1–255)",
        message: "must be a number, not a list (the device's address on the bus, 1–255)",
        ko: '숫자 필요, 지금은 목록',
      },
      {
        ...{ file, line: 15, column: 15, path: 'agents.0.buses.1.host', severity: 'error' },
        code: 'ipv4-padded',
        figures: { host: '192.168.000.010', meant: '192.168.0.10' },
        en: expect.stringContaining('did you mean 192.168.0.10?'),
        message: expect.stringContaining('did you mean 192.168.0.10?'),
        ko: expect.stringContaining('혹시 192.168.0.10?'),
      },
      expect.objectContaining({
        line: 26,
        path: 'parks',
        code: 'unknown-key',
        figures: expect.objectContaining({ key: 'parks' }),
      }),
    ]);
  });

  test('speaks Korean to a terminal that does, place by place the same', () => {
    const dir = folderOf({ 'site.yaml': wrong });
    const said = runCheck([join(dir, 'site.yaml')], { json: false, language: 'ko' }).output.replaceAll(`${dir}/`, '');
    expect(said.split('\n').slice(0, 4)).toEqual([
      'site.yaml:12:48 agents.0.buses.0.devices.1.unit: 숫자 필요, 지금은 목록',
      expect.stringMatching(
        /^site\.yaml:15:15 agents\.0\.buses\.1\.host: "192\.168\.000\.010": IPv4 주소는 .*: 혹시 192\.168\.0\.10\?$/,
      ),
      expect.stringMatching(/^site\.yaml:26:1 parks: 알 수 없는 키 "parks": 여기서 쓰는 키는 site, name/),
      'site.yaml: 거부됨, 문제 3건',
    ]);
  });

  test.each([
    [{}, 'en'],
    [{ LANG: 'ko_KR.UTF-8' }, 'ko'],
    [{ LANG: 'ko_KR.UTF-8', LC_ALL: 'C' }, 'en'],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'ko_KR.UTF-8' }, 'ko'],
    [{ LANG: 'ko_KR.UTF-8', LC_ALL: '' }, 'ko'],
  ])('the language of %j is %s', (env, language) => expect(languageOf(env)).toBe(language));
});
