import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../../contract/input-error.ts';
import { type LineOptions, linesOf, oneLineOf } from '../../../edge/commissioning/lines.ts';
import { hostIn, numbersIn, wordsIn } from '../../../edge/commissioning/lists.ts';
import { aim } from '../../../edge/commissioning/read-command.ts';
import { parseTarget } from '../../../edge/commissioning/target.ts';
import { smallSiteText, writeSiteText } from '../../simulators/sites.ts';

const units = { option: '--units', least: 1, most: 255, example: '1-20,80' };

describe('what a person types', () => {
  test('a port of this folder is known by its whole path, as a site file made of a scan needs it', () => {
    const [line] = linesOf({ port: 'field/line', language: 'en' });
    expect(line?.link).toMatchObject({ port: join(process.cwd(), 'field/line') });
  });

  test.each([
    ['1-3,80', [1, 2, 3, 80]],
    ['5', [5]],
    ['3,1-3', [3, 1, 2]],
    ['0', undefined],
    ['9-3', undefined],
    ['1-256', undefined],
    ['a', undefined],
    ['', undefined],
  ])('units "%s"', (text, wanted) => {
    const parsed = numbersIn(text, units);
    expect(parsed.ok ? parsed.value : undefined).toEqual(wanted);
  });

  test.each([
    ['10.0.0.5', { host: '10.0.0.5', port: 502 }],
    ['plc:1502', { host: 'plc', port: 1502 }],
    ['[::1]:502', { host: '::1', port: 502 }],
    ['10.0.0.5:0', undefined],
    ['http://x', undefined],
  ])('host "%s"', (text, wanted) => {
    const parsed = hostIn(text, '--tcp');
    expect(parsed.ok ? parsed.value : undefined).toEqual(wanted);
  });

  test.each([
    ['holding:16+2', ['holding', 3, 16, 2]],
    ['input:0x10', ['input', 4, 16, 1]],
    ['30017+2', ['input', 4, 16, 2]],
    ['coil:3', ['coil', 1, 3, 1]],
    ['holding:65535+2', undefined],
    ['register:1', undefined],
    ['20001', undefined],
    ['holding:-1', undefined],
  ])('registers "%s"', (text, wanted) => {
    const target = parseTarget(text);
    const shown = target?.kind === 'range' ? [target.table, target.fn, target.address, target.count] : undefined;
    expect(shown).toEqual(wanted);
  });

  test('a word that is not of the list is refused with the list', () => {
    const parsed = wordsIn('none,mark', { option: '--parity', words: ['none', 'even', 'odd'] });
    expect(parsed).toMatchObject({ ok: false, reason: { code: 'list-form', example: 'none,even,odd' } });
  });
});

describe('which line', () => {
  const say = (options: Partial<LineOptions>) => linesOf({ language: 'en', ...options }).map(({ name }) => name);

  test('a serial port with every parity and rate that is given', () => {
    expect(say({ port: '/dev/a', baud: '9600,19200', parity: 'none,even' })).toEqual([
      '/dev/a 9600 8N1',
      '/dev/a 19200 8N1',
      '/dev/a 9600 8E1',
      '/dev/a 19200 8E1',
    ]);
  });

  test('several hosts, and a converter with its serial setting', () => {
    expect(say({ tcp: ['10.0.0.1,10.0.0.2:503'] })).toEqual(['10.0.0.1:502', '10.0.0.2:503']);
    expect(say({ converter: '10.0.0.1:4001' })).toEqual(['10.0.0.1:4001 9600 8N1']);
  });

  test.each([
    ['none at all', {}, /say which line/],
    ['a rate that is none', { port: '/dev/a', baud: 'fast' }, /--baud fast/],
    ['a timeout without a unit', { port: '/dev/a', timeout: '300' }, /--timeout 300/],
    ['no site file', { site: '/nowhere.yaml', bus: 'a/b' }, /nowhere\.yaml/],
  ])('%s is refused', (_name, options, words) => {
    expect(() => say(options)).toThrow(words);
    expect(() => say(options)).toThrow(InputError);
  });

  test('a bus of the site, by its agent; one that is not there is refused with those that are', () => {
    const site = writeSiteText(smallSiteText());
    expect(() => say({ site, bus: 'box-1' })).toThrow(/it is written AGENT\/BUS, and there are: box-1\//);
  });

  test('one line is wanted where one is read', () => {
    expect(() => oneLineOf({ language: 'ko', port: '/dev/a', baud: '9600,19200' })).toThrow(/회선 2개/);
  });

  test('registers want a unit, and no more of them than one request takes', () => {
    const options = { language: 'en', port: '/dev/a' } as const;
    expect(() => aim({ ...options, target: 'holding:0' })).toThrow(/--unit/);
    expect(() => aim({ ...options, unit: '1', target: 'holding:0+126' })).toThrow(/125/);
    expect(() => aim({ ...options, target: 'di-1/di_0' })).toThrow(/--site/);
  });
});
