import { expect, test } from 'vitest';
import { ReadOnDemand } from '../../../config/files/read-on-demand.ts';

function lengths() {
  const read: string[] = [];
  const map = new ReadOnDemand(['a', 'bb', 'ccc'], (key) => {
    read.push(key);
    return key.length;
  });
  return { map, read };
}

test('keys are known without reading; a value is read when it is asked for, once', () => {
  const { map, read } = lengths();
  expect([[...map.keys()], map.size, map.has('bb'), map.has('x')]).toEqual([['a', 'bb', 'ccc'], 3, true, false]);
  expect(map.get('x')).toBeUndefined();
  expect(read).toEqual([]);
  expect([map.get('bb'), map.get('bb')]).toEqual([2, 2]);
  expect(read).toEqual(['bb']);
});

test('going through it reads what is left', () => {
  const { map, read } = lengths();
  map.get('ccc');
  expect([...map]).toEqual([
    ['a', 1],
    ['bb', 2],
    ['ccc', 3],
  ]);
  expect([...map.values()]).toEqual([1, 2, 3]);
  const seen: unknown[] = [];
  map.forEach((value, key) => {
    seen.push([key, value]);
  });
  expect(seen).toEqual([...map.entries()]);
  expect(read).toEqual(['ccc', 'a', 'bb']);
});
