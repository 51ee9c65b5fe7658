import { expect, test } from 'vitest';
import type { Notice } from '../../../gateway/notify/notice.ts';
import { NoticeTable } from '../../../gateway/notify/notice-table.ts';
import { memoryDatabase } from '../store/memory-db.ts';

const notice = (key: string, alert: string | null = 'fire-1'): Notice => ({
  key,
  part: 'alerts',
  site: 'saesol',
  building: 'hanbit',
  alert,
  audience: { role: 'manager', step: 0 },
  reason: 'raised',
  urgency: 'life-safety',
  payload: { headline: { ko: '화재', en: 'Fire' } },
  created: 1_763_760_000_000,
});

test('a notice comes back as it was written, undone, in the order of writing', () => {
  const table = new NoticeTable(memoryDatabase());
  table.add(notice('a'));
  table.add(notice('b', null));
  expect(table.undone(0, 10)).toEqual([
    { id: 1, done: null, ...notice('a') },
    { id: 2, done: null, ...notice('b', null) },
  ]);
  expect(table.ofAlert('fire-1').map(({ key }) => key)).toEqual(['a']);
});

test('the same key again changes nothing', () => {
  const table = new NoticeTable(memoryDatabase());
  table.add(notice('a'));
  table.add({ ...notice('a'), reason: 'escalated' });
  expect(table.undone(0, 10).map(({ reason }) => reason)).toEqual(['raised']);
});

test('a finished notice is no longer undone, and stays with its alert', () => {
  const table = new NoticeTable(memoryDatabase());
  table.add(notice('a'));
  table.finish(1, 5);
  expect(table.undone(0, 10)).toEqual([]);
  expect(table.ofAlert('fire-1').map(({ done }) => done)).toEqual([5]);
});
