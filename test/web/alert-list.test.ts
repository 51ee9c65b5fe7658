import { expect, test } from 'vitest';
import type { AlertItem } from '../../contract/http/alerts.ts';
import { comeSince, standing } from '../../web/pages/alerts/view.ts';

const alert = (id: string, state: AlertItem['state'] = 'unack') => ({ site: 's', alert: id, state }) as AlertItem;
const seen = (alerts: readonly AlertItem[]) => alerts.map(({ alert: id, state }) => `${id} ${state}`);

test('a list that is read keeps its lines: what changes does so in its place, what is over stays, what is new waits', () => {
  const before = [alert('a'), alert('b'), alert('c')];
  const now = [alert('fire'), alert('c', 'acked'), alert('a')];
  expect(seen(standing(before, now))).toEqual(['a unack', 'b normal', 'c acked']);
  expect(comeSince(before, now)).toBe(1);
});

test('an alert that fits the filter no more, since its level rose, is not over', () => {
  const before: AlertItem[] = [{ ...alert('a'), level: '주의' }];
  const all: AlertItem[] = [{ ...alert('a'), level: '심각' }];
  expect(standing(before, all)).toEqual(all);
});

test('an alert that is open again is no new one while its line stands', () => {
  const over = standing([alert('a')], []);
  expect(seen(over)).toEqual(['a normal']);
  expect(comeSince(over, [alert('a')])).toBe(0);
  expect(seen(standing(over, [alert('a')]))).toEqual(['a unack']);
});
