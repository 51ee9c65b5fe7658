import { expect, test } from 'vitest';
import { Turns } from '../../../gateway/http/turns.ts';

/** Steps of 1.5 ms on a clock of their own; two of them are a turn. */
function world() {
  let mono = 0;
  const done: string[] = [];
  function* steps(name: string, count: number): Generator<void, string> {
    for (let nth = 1; nth <= count; nth += 1) {
      mono += 1.5;
      done.push(`${name}${nth}`);
      yield;
    }
    return name;
  }
  return { turns: new Turns({ monotonic: () => mono }), done, steps };
}

const stays = () => false;

test('one question a turn of the event loop, each in its turn, and everything else between two of them', async () => {
  const { turns, done, steps } = world();
  let isOver = false;
  const other = () => {
    if (isOver) return;
    done.push('|');
    setImmediate(other);
  };
  const all = Promise.all([turns.run(steps('a', 3), stays), turns.run(steps('b', 4), stays)]);
  setImmediate(other);
  expect(await all).toEqual(['a', 'b']);
  isOver = true;
  const slices = done
    .join(' ')
    .split('|')
    .map((slice) => slice.trim())
    .filter((slice) => slice !== '');
  expect(slices).toEqual(['a1 a2', 'b1 b2', 'a3', 'b3 b4']);
});

test('two are under way at once, whoever asks, and one that fails gives its place to the next', async () => {
  const { turns, done, steps } = world();
  const broken = function* (): Generator<void, string> {
    yield* steps('x', 2);
    throw new Error('disk I/O error');
  };
  const asked = [broken(), ...['a', 'b', 'c', 'd', 'e'].map((name) => steps(name, 2))].map((one) =>
    turns.run(one, stays),
  );
  const settled = await Promise.allSettled(asked);
  expect(settled.map(({ status }) => status)).toEqual(['rejected', ...Array(5).fill('fulfilled')]);
  const begun = (name: string) => done.indexOf(`${name}1`);
  expect([begun('b'), begun('c')].every((place) => place > begun('a'))).toBe(true);
});

test('one whose asker has gone gives its place to the next, under way or in line', async () => {
  const { turns, done, steps } = world();
  const gone = new Set<string>();
  const run = (name: string, count: number) => turns.run(steps(name, count), () => gone.has(name));
  const answers = Promise.all([run('a', 100), run('b', 4), run('c', 100), run('d', 2)]);
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  gone.add('a').add('c');
  expect(await answers).toEqual([undefined, 'b', undefined, 'd']);
  expect(done.filter((step) => step.startsWith('a')).length).toBeLessThan(10);
  expect(done.filter((step) => step.startsWith('c'))).toEqual([]);
});
