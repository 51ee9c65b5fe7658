import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hazards, levels } from '../../../../contract/hazards.ts';
import { checkCap } from '../../../../gateway/feeds/cap/check.ts';
import { composeCap, headOf } from '../../../../gateway/feeds/cap/compose.ts';
import { readCap } from '../../../../gateway/feeds/cap/read.ts';
import { writeCap } from '../../../../gateway/feeds/cap/write.ts';
import { command, missing, shared, sharedFile } from '../../../needs.ts';
import { tempDir } from '../../../temp.ts';
import { alertView, documentsOf, fireAt, golden, place, request } from './sample.ts';

const statuses = ['Exercise', 'Test', 'Actual'] as const;

/** Every hazard at every level through every step, in each status, at a polygon and at a circle. */
const all = hazards.flatMap((hazard) =>
  levels.flatMap((level) =>
    statuses.flatMap((status) =>
      [place, { ...place, outline: null, geocodes: [] }].flatMap((where, kind) =>
        documentsOf(hazard, level, { view: alertView({ status, witnesses: 1 + kind }), place: where }).map(
          ({ step, xml }) => ({ name: `${hazard}-${levels.indexOf(level)}-${step}-${status}-${kind}`, xml }),
        ),
      ),
    ),
  ),
);

const schema = join(shared, 'standards/CAP-v1.2.xsd');

test.skipIf(missing(command('xmllint'), sharedFile('standards/CAP-v1.2.xsd')))(
  'every hazard, level and step is valid by the schema of the standard, and so are the goldens',
  () => {
    const folder = tempDir();
    mkdirSync(join(folder, 'cap'));
    const goldens = ['advisory', 'storm', 'earthquake-update', 'two-languages', 'fire-critical'];
    const documents = [...all, ...goldens.map((name) => ({ name, xml: golden(name) }))];
    const files = documents.map(({ name, xml }) => {
      const file = join(folder, 'cap', `${name}.xml`);
      writeFileSync(file, xml);
      return file;
    });
    execFileSync('xmllint', ['--noout', '--nonet', '--schema', schema, ...files], { stdio: 'pipe' });
    expect(documents).toHaveLength(11 * 4 * 3 * 2 * 5 + 5);
  },
);

test('every hazard, level and step keeps every rule of the second checker', () => {
  expect(all.flatMap(({ name, xml }) => checkCap(xml).map((breach) => `${name}: ${JSON.stringify(breach)}`))).toEqual(
    [],
  );
});

test('what is read of every one of them is written as the same text', () => {
  for (const { name, xml } of all) {
    const { message, problems } = readCap(xml);
    expect(problems, name).toBeNull();
    expect(message === null ? '' : writeCap(message), name).toBe(xml);
  }
});

describe('a fire with a second witness', () => {
  const first = composeCap(request({ now: fireAt - 14_000 }));
  const second = composeCap(request({ step: 'changed', chain: [headOf(first, 'raised')] }));

  test('is written as the golden file has it', () => {
    expect(writeCap(second)).toBe(golden('fire-critical'));
  });

  test('keeps its order of time although the wall clock went back an hour', () => {
    const back = composeCap(
      request({
        step: 'changed',
        chain: [headOf(first, 'raised'), headOf(second, 'changed')],
        now: fireAt - 3_600_000,
      }),
    );
    expect(back.sent.ms).toBe(second.sent.ms);
    expect(checkCap(writeCap(back))).toEqual([]);
  });

  test('ends with an update that clears and refers to the whole chain', () => {
    const chain = [headOf(first, 'raised'), headOf(second, 'changed')];
    const over = composeCap(request({ step: 'all-clear', chain, now: fireAt + 1_900_000 }));
    expect(over.msgType).toBe('Update');
    expect(over.infos.map(({ responseTypes, urgency }) => [responseTypes, urgency])).toEqual([
      [['AllClear'], 'Past'],
      [['AllClear'], 'Past'],
    ]);
    expect(over.references.map(({ identifier }) => identifier)).toEqual([first.identifier, second.identifier]);
  });

  test('is cancelled by a Cancel when it was none', () => {
    const cancel = composeCap(request({ step: 'cancelled', chain: [headOf(first, 'raised')] }));
    expect([cancel.msgType, cancel.references.length, cancel.infos[0]?.certainty]).toEqual(['Cancel', 1, 'Unlikely']);
  });
});

test('a forecast is possible at most, and its onset lies ahead but within the life of the message', () => {
  const forecast = (onset: number | null) =>
    composeCap(request({ view: alertView({ hazard: 'collapse', forecast: { onset } }) })).infos[0];
  expect(forecast(null)?.certainty).toBe('Possible');
  expect(forecast(fireAt + 3_600_500)?.onset?.ms).toBe(fireAt - 310 + 3_600_000);
  expect(forecast(fireAt + 48 * 3_600_000)?.onset?.ms).toBeLessThan(forecast(null)?.expires?.ms ?? 0);
});

test('a life beyond 24 hours is cut to 24 hours', () => {
  const { settings } = request();
  const long = composeCap(request({ settings: { ...settings, validMs: 72 * 3_600_000 } }));
  expect((long.infos[0]?.expires?.ms ?? 0) - long.sent.ms).toBe(24 * 3_600_000);
});

test('the headline of an alert that is marked already is marked once', () => {
  const said = { ko: '[훈련] 심각 화재', en: '[Exercise] Critical: Fire' };
  const headlines = (step: 'raised' | 'all-clear') =>
    composeCap(request({ step, view: alertView({ status: 'Exercise', headline: said }) })).infos.map(
      (info) => info.headline,
    );
  expect(headlines('raised')).toEqual(['[훈련] 심각 화재', '[EXERCISE] Critical: Fire']);
  expect(headlines('all-clear')).toEqual(['[훈련] 상황 종료: 심각 화재', '[EXERCISE] All clear: Critical: Fire']);
});

test('an exercise and a test say so in the headline, the note and the status', () => {
  const headline = (status: 'Exercise' | 'Test' | 'Actual') =>
    composeCap(request({ view: alertView({ status }) })).infos.map((info) => info.headline?.slice(0, 6));
  expect(headline('Exercise')).toEqual(['[훈련] 한', '[EXERC']);
  expect(headline('Test')).toEqual(['[시험] 한', '[TEST]']);
  expect(headline('Actual')).toEqual(['한빛상가 지', 'Fire i']);
});
