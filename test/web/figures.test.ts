import { expect, test } from 'vitest';
import { backlogsOf, faultsText, msText, percentText, sizeText } from '../../web/pages/devices/figures.ts';
import { filedText } from '../../web/text/format.ts';

test.each([
  [{ asked: 10_000, answered: 10_000 }, '100'],
  [{ asked: 10_000, answered: 9999 }, '99.9'],
  [{ asked: 600, answered: 599 }, '99.8'],
  [{ asked: 10_000, answered: 1 }, '0.1'],
  [{ asked: 600, answered: 0 }, '0'],
])('of %o, %s %% were answered: all and none are never rounded to', (polls, percent) => {
  expect(percentText(polls)).toBe(percent);
});

test('times and sizes have as many digits as they bear, and no time is no zero', () => {
  expect([msText(null), msText(1.06), msText(41.2)]).toEqual(['–', '1.1', '41']);
  expect([sizeText(60_400_000), sizeText(5_240_000_000)]).toEqual(['60 MB', '5.2 GB']);
});

test('faults of a bus are told with the most first', () => {
  expect(faultsText({ faults: { 'bad-frame': 1, timeout: 3 } }, 'en')).toMatch(/ 3, .* 1$/);
  expect(faultsText({ faults: {} }, 'ko')).toBe('');
});

test('a moment that is filed has its day and its year, today as well', () => {
  const at = Date.UTC(2026, 10, 29, 6);
  expect(filedText(at, 'Asia/Seoul', 'ko')).toMatch(/2026\. 11\. 29\..*15:00/);
  expect(filedText(at, 'Asia/Seoul', 'en')).toMatch(/Nov 29, 2026.*15:00/);
});

test('an agent that is away or tells nothing of its backlog is named beside those that have one, whatever it told last', () => {
  const agents = [
    { agent: 'a', state: 'online', backlog: 0 },
    { agent: 'b', state: 'offline', backlog: 0 },
    { agent: 'c', state: 'online', backlog: null },
    { agent: 'd', state: 'online', backlog: 12 },
    { agent: 'e', state: 'unknown', backlog: null },
  ] as const;
  expect(backlogsOf(agents, 'en')).toEqual([
    { agent: 'b', text: 'readings pile up on the box, how many is unknown' },
    { agent: 'c', text: 'backlog unknown' },
    { agent: 'd', text: '12 waiting to be sent' },
    { agent: 'e', text: 'backlog unknown' },
  ]);
  expect(backlogsOf(agents.slice(0, 1), 'ko')).toEqual([]);
});
