import { createPublicKey } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openConfiguration } from '../../../../config/signed/city-set.ts';
import { parseConfigurationSet } from '../../../../contract/configuration.ts';
import { runConfigKey, runConfigSign, type SignOptions } from '../../../../gateway/cli/config/sign.ts';
import { changed, goodSite } from '../../../config/site-text.ts';
import { tempDir } from '../../../temp.ts';

function desk() {
  const dir = tempDir();
  const key = join(dir, 'city.key');
  const file = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  runConfigKey({ file: key });
  const out = join(dir, 'set.json');
  const sign = (files: string[], more: Partial<SignOptions> = {}) =>
    runConfigSign({ files, key, version: '7', out, confirm: [], ...more });
  /** What a gateway of `site` makes of the set. */
  const opened = (site: string, part: 'signed' | 'withdrawal' = 'signed') => {
    const set = parseConfigurationSet(JSON.parse(readFileSync(out, 'utf8')));
    const own = set.ok ? set.value.sites.find((one) => one.site === site) : undefined;
    return own && openConfiguration(own[part], site, [createPublicKey(readFileSync(`${key}.pub`))]);
  };
  return { dir, key, file, out, sign, opened };
}

test('a key is for its owner alone, and never written over', () => {
  const { key } = desk();
  expect(statSync(key).mode & 0o777).toBe(0o600);
  const before = readFileSync(key, 'utf8');
  expect(() => runConfigKey({ file: key })).toThrow(/is there already/);
  expect(readFileSync(key, 'utf8')).toBe(before);
});

test('a site file is signed with the word that takes it back, which has the next version', () => {
  const { sign, file, opened } = desk();
  sign([file('site.yaml', goodSite)]);
  expect(opened('test')).toMatchObject({ ok: true, configuration: { kind: 'site', version: 7, text: goodSite } });
  expect(opened('test', 'withdrawal')).toMatchObject({
    ok: true,
    configuration: { kind: 'withdrawal', version: 8, withdraws: 7 },
  });
});

test('settings of a rule are signed for each site that is named, and change no life-safety rule by themselves', () => {
  const { sign, file, opened } = desk();
  const rules = 'rules:\n  - { rule: gas-lel, set: { hysteresis: 1 }, source: a notice, confirmedBy: manager }\n';
  sign([file('rules.yaml', rules)], { site: ['test', 'other'] });
  for (const site of ['test', 'other'])
    expect(opened(site)).toMatchObject({
      ok: true,
      configuration: { kind: 'rules', site, rules: [{ rule: 'gas-lel', set: { hysteresis: 1 }, lifeSafety: false }] },
    });
});

test('what takes something away is signed only with its confirmation', () => {
  const { sign, file, out, opened } = desk();
  const [now, then] = [file('now.yaml', goodSite), file('then.yaml', changed(', every: 500ms', ', every: 5s'))];
  const refusal = () => sign([then], { against: [now] });
  expect(refusal).toThrow(/--confirm "/);
  expect(existsSync(out)).toBe(false);
  const confirm = [/--confirm "([^"]+)"/.exec(String(thrown(refusal)))?.[1] ?? ''];
  sign([then], { against: [now], confirm });
  expect(opened('test')).toMatchObject({ ok: true, configuration: { confirm } });
});

test.each<[string, (of: ReturnType<typeof desk>) => unknown, RegExp]>([
  [
    'a file that does not pass the checks',
    ({ sign, file }) => sign([file('x.yaml', changed('xy-md02', 'none'))]),
    /no profile/,
  ],
  [
    'two files of one site',
    ({ sign, file }) => sign([file('a.yaml', goodSite), file('b.yaml', goodSite)]),
    /two of the files/,
  ],
  [
    'a version that is none',
    ({ sign, file }) => sign([file('a.yaml', goodSite)], { version: '0' }),
    /--set-version 0: give a whole number/,
  ],
  [
    'a key that is none',
    ({ sign, file }) => sign([file('a.yaml', goodSite)], { key: file('k', 'x') }),
    /is no private key/,
  ],
  [
    'settings without their source',
    ({ sign, file }) =>
      sign([file('r.yaml', 'rules:\n  - { rule: a, set: {}, confirmedBy: m }\n')], { site: ['test'] }),
    /rules\.0\.source/,
  ],
  [
    'a site that is no id',
    ({ sign, file }) =>
      sign([file('r.yaml', 'rules:\n  - { rule: a, set: {}, source: s, confirmedBy: m }\n')], { site: ['A B'] }),
    /is no id of a site/,
  ],
])('%s is refused, and nothing is written', (_, work, said) => {
  const of = desk();
  expect(() => work(of)).toThrow(said);
  expect(existsSync(of.out)).toBe(false);
});

function thrown(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
