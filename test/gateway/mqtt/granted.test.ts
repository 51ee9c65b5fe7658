import { expect, test } from 'vitest';
import { GrantedFilters, type QoS } from '../../../gateway/mqtt/granted.ts';

/** A filter, a topic, and whether it matches (MQTT 3.1.1 §4.7.1). */
const table = [
  ['a/b', 'a/b', true],
  ['a/b', 'a/b/c', false],
  ['a/b', 'a', false],
  ['a/#', 'a', true],
  ['a/#', 'a/b/c', true],
  ['a/#', 'ab', false],
  ['a/+', 'a', false],
  ['a/+', 'a/', true],
  ['a/+', 'a/b', true],
  ['a/+', 'a/b/c', false],
  ['a/+/c', 'a/b/c', true],
  ['a/+/#', 'a/b', true],
  ['a/+/#', 'a', false],
] as const;

test.each(table)('%s matches %s: %s', (filter, topic, isMatch) => {
  const filters = new GrantedFilters();
  filters.set(filter, 2);
  expect(filters.of(topic)).toBe(isMatch ? 2 : undefined);
});

test('the highest of all that match holds, as they come and go', () => {
  const filters = new GrantedFilters();
  const steps: [filter: string, qos: QoS | 'gone', then: QoS | undefined][] = [
    ['a/#', 0, 0],
    ['a/b', 1, 1],
    ['a/c', 2, 1],
    ['+/b', 2, 2],
    ['+/b', 0, 1],
    ['a/b', 'gone', 0],
    ['+/b', 'gone', 0],
    ['a/#', 'gone', undefined],
  ];
  for (const [filter, qos, then] of steps) {
    if (qos === 'gone') filters.delete(filter);
    else filters.set(filter, qos);
    expect(filters.of('a/b'), `${filter} ${qos}`).toBe(then);
  }
});
