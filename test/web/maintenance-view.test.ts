import { expect, test } from 'vitest';
import type { MaintenanceItem } from '../../contract/http/alerts.ts';
import { inOrder, pathOf } from '../../web/ui/maintenance-view.ts';

const item = (mode: MaintenanceItem['mode'], until: string): MaintenanceItem => ({
  ...{ site: 'saesol', maintenance: `${mode} ${until}`, target: 'device:tilt-se', since: until },
  ...{ mode, until, by: 'kim', reason: 'x' },
});

test('what is switched off comes first, then what lasts longest', () => {
  const early = '2026-11-29T09:00:00Z';
  const late = '2026-11-29T10:00:00Z';
  const all = [item('test', late), item('maintenance', early), item('maintenance', late), item('out-of-action', early)];
  expect(inOrder(all).map(({ maintenance }) => maintenance)).toEqual([
    `out-of-action ${early}`,
    `maintenance ${late}`,
    `maintenance ${early}`,
    `test ${late}`,
  ]);
});

test.each([
  ['device:tilt-se', '/devices/tilt-se'],
  ['point:contacts-1/di_0', '/devices/contacts-1'],
  ['building:hanbit', '/buildings/hanbit'],
  ['zone:hanbit/b1', '/buildings/hanbit'],
])('%s is at home at %s', (target, path) => {
  expect(pathOf({ target })).toBe(path);
});
