import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Schedule } from '../../../edge/polling/schedule.ts';

type Poll = {
  unit: number;
  everyMs: number;
  name: string;
  urgency: 'life-safety' | 'routine';
  isResting: boolean;
  fn: number;
};

const poll = (name: string, unit: number, everyMs: number, urgency: Poll['urgency'] = 'routine'): Poll => ({
  name,
  unit,
  everyMs,
  urgency,
  isResting: false,
  fn: 3,
});
const atOnce = () => 0;

test('of what is due, the earliest deadline goes first, and each goes once', () => {
  const { schedule, run } = plan([poll('slow', 1, 10_000), poll('fast', 2, 100), poll('middle', 3, 500)]);
  expect([run(0), run(0), run(0)]).toEqual(['fast', 'middle', 'slow']);
  expect(schedule.next(0, atOnce)).toEqual({ kind: 'wait', until: 100 });
});

test('a timer that is early by less than its millisecond is not waited for again, and the next turn keeps its time', () => {
  const { schedule, run } = plan([poll('a', 1, 100)]);
  expect(run(0)).toBe('a');
  expect(schedule.next(98.9, atOnce)).toEqual({ kind: 'wait', until: 100 });
  expect(run(99.4)).toBe('a');
  expect(schedule.next(99.5, atOnce)).toEqual({ kind: 'wait', until: 200 });
});

test('what a bus may not be asked yet is never asked early', () => {
  const { schedule } = plan([poll('a', 1, 100)]);
  expect(schedule.next(99.4, () => 99.9)).toEqual({ kind: 'wait', until: 99.9 });
});

test('life safety goes first, whatever the deadlines', () => {
  const { run } = plan([
    poll('fast', 1, 100),
    poll('smoke', 2, 5000, 'life-safety'),
    poll('gas', 3, 500, 'life-safety'),
  ]);
  expect([run(0), run(0), run(0)]).toEqual(['gas', 'smoke', 'fast']);
});

test('a routine poll is not forgotten, though life safety alone asks for the whole bus', () => {
  const { run } = plan([
    poll('smoke', 1, 100, 'life-safety'),
    poll('gas', 2, 100, 'life-safety'),
    poll('meter', 3, 2000),
  ]);
  const turns = { smoke: 0, gas: 0, meter: 0, nothing: 0 };
  for (let now = 0; now < 120_000; now += 60) {
    const name = run(now);
    if (name === 'smoke' || name === 'gas' || name === 'meter') turns[name]++;
  }
  expect(turns.meter).toBeGreaterThanOrEqual(8);
  expect(turns.meter).toBeLessThanOrEqual(12);
  expect(Math.abs(turns.smoke - turns.gas)).toBeLessThanOrEqual(2);
});

test('a poll that was due several times goes once, and keeps its time', () => {
  const { schedule, run } = plan([poll('a', 1, 100)]);
  expect(run(0)).toBe('a');
  expect(run(1050)).toBe('a');
  expect(schedule.next(1050, atOnce)).toEqual({ kind: 'wait', until: 1100 });
});

test('a unit that may not be asked yet is passed over', () => {
  const { schedule, run } = plan([poll('a', 1, 100), poll('b', 2, 1000)]);
  const held = ({ unit }: Poll) => (unit === 1 ? 500 : 0);
  expect(run(0, held)).toBe('b');
  expect(schedule.next(0, held)).toEqual({ kind: 'wait', until: 500 });
  expect(run(500, held)).toBe('a');
});

test('a retry goes before everything that is due', () => {
  const { schedule, run, task } = plan([poll('a', 1, 10_000), poll('b', 2, 100)]);
  expect(run(0)).toBe('b');
  expect(run(0)).toBe('a');
  schedule.retry(task('a'), 200);
  expect(run(200)).toBe('a');
  expect(run(200)).toBe('b');
});

test('nobody starves on an overloaded bus', () => {
  const tasks = [poll('a', 1, 50), poll('b', 2, 50), poll('c', 3, 100), poll('d', 4, 60_000)];
  const { run } = plan(tasks);
  const turns = new Map<string, number>();
  let firstTurnOfD = Number.POSITIVE_INFINITY;
  for (let now = 0; now < 180_000; now += 40) {
    const name = run(now);
    if (name === 'd') firstTurnOfD = Math.min(firstTurnOfD, now);
    turns.set(name, (turns.get(name) ?? 0) + 1);
  }
  expect(firstTurnOfD).toBeLessThan(1500);
  expect(turns.get('d')).toBeGreaterThanOrEqual(2);
  for (const name of ['a', 'b']) expect(turns.get(name)).toBeGreaterThan(800);
  expect(turns.get('c')).toBeGreaterThan(500);
});

test('on a bus that can carry it, no poll is later than its own period', () => {
  const periods = fc.array(fc.integer({ min: 4, max: 40 }), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(periods, (everies) => {
      const tasks = everies.map((every, i) => poll(String(i), i, every * 50));
      const load = tasks.reduce((sum, { everyMs }) => sum + 20 / everyMs, 0);
      fc.pre(load < 0.9);
      const { schedule } = plan(tasks);
      const ranAt = new Map<string, number>();
      for (let now = 0; now < 20_000; ) {
        const turn = schedule.next(now, atOnce);
        if (turn.kind === 'wait') {
          now = turn.until;
          continue;
        }
        now += 20;
        const { name, everyMs } = turn.task;
        const before = ranAt.get(name);
        if (before !== undefined && now - before > 2 * everyMs) throw new Error(`${name} ${now - before}`);
        ranAt.set(name, now);
        schedule.ran(turn.task, now);
      }
    }),
    { seed: 4711 },
  );
});

describe('the breaker', () => {
  const tasks = [poll('a1', 1, 100), poll('a2', 1, 200), poll('b', 2, 100)];

  test.each([
    { random: 0, after: 18_000 },
    { random: 0.999, after: 26_991 },
  ])('leaves a unit one probe after $after ms, then another, each of another range', ({ random, after }) => {
    const { schedule, run } = plan(tasks, random);
    schedule.openBreaker(1, 0);
    const ran: string[] = [];
    for (let now = 0; now <= 3 * after + 100; now += 50) {
      for (let turn = schedule.next(now, atOnce); turn.kind === 'run'; turn = schedule.next(now, atOnce)) {
        const name = run(now);
        if (name !== 'b') ran.push(`${name} ${Math.ceil(now / 1000)}`);
      }
    }
    expect(ran.map((text) => text.split(' ')[0])).toEqual(['a1', 'a2', 'a1']);
    expect(Number(ran[0]?.split(' ')[1])).toBe(Math.ceil(after / 1000));
  });

  test('lets a probe go within 2 s when another unit is back, but not right behind the last one', () => {
    const { schedule, run } = plan(tasks, 0.999);
    schedule.openBreaker(1, 0);
    schedule.probeSoon(1, 4000);
    expect(schedule.next(17_000, () => 0)).toMatchObject({ kind: 'run', task: { name: 'b' } });
    schedule.probeSoon(1, 6000);
    const names = new Set<string>();
    for (let now = 7900; now <= 8000; now += 50) names.add(run(now));
    expect([...names].some((name) => name.startsWith('a'))).toBe(true);
  });

  test('closes with everything of the unit due at once', () => {
    const { schedule, run } = plan(tasks);
    schedule.openBreaker(1, 0);
    schedule.closeBreaker(1, 5000);
    expect([run(5000), run(5000), run(5000)].toSorted()).toEqual(['a1', 'a2', 'b']);
  });
});

test('a range that rests is asked every 18–27 s while its unit goes on, and at its own pace once woken', () => {
  const { schedule, run, task } = plan([poll('dead', 1, 100), poll('alive', 1, 100)], 0.5);
  schedule.rest(task('dead'), 0);
  const dead: number[] = [];
  for (let now = 0; now < 50_000; now += 100) if (run(now) === 'dead') dead.push(now);
  expect(dead).toHaveLength(2);
  schedule.wake(task('dead'), 50_000);
  expect([run(50_100), run(50_100)].toSorted()).toEqual(['alive', 'dead']);
});

test('another range of the same unit can be asked for at once', () => {
  const { schedule, run, task } = plan([poll('a1', 1, 100), poll('off', 1, 100), poll('a2', 1, 60_000)]);
  for (let i = 0; i < 3; i++) run(0);
  schedule.askAnother(task('a1'), 50, ({ name }) => name !== 'off');
  expect(run(50)).toBe('a2');
  expect(schedule.next(50, atOnce).kind).toBe('wait');
});

test('what has the next turn of a unit is not overtaken by the rest of the unit while it waits', () => {
  const { schedule, run, task } = plan([poll('a1', 1, 100), poll('a2', 1, 60_000), poll('b', 2, 100)]);
  for (let i = 0; i < 3; i++) run(0);
  schedule.askAnother(task('a1'), 50, () => true);
  const held = ({ name }: Poll) => (name === 'a2' ? 500 : 0);
  expect([run(200, held), run(200, held)]).toEqual(['b', 'nothing']);
  expect([run(500, held), run(500, held)]).toEqual(['a2', 'a1']);
});

test('a poll that its neighbour would hold back for ever gets its turn: the neighbour waits once it is late', () => {
  const { run } = plan([poll('a', 1, 200), poll('b', 1, 200)]);
  let [lastName, lastAt] = ['', -1000];
  /** As a bus does whose replies of one length must be 300 ms apart, but for those of the same range. */
  const heldBy = (now: number) => (task: Poll) => (task.name === lastName || now >= lastAt + 300 ? 0 : lastAt + 300);
  const turns = { a: 0, b: 0 };
  for (let now = 0; now < 60_000; now += 10) {
    const name = run(now, heldBy(now));
    if (name !== 'a' && name !== 'b') continue;
    [lastName, lastAt] = [name, now];
    turns[name]++;
  }
  expect(Math.min(turns.a, turns.b)).toBeGreaterThan(80);
});

test('new tasks of a unit are due at once, those it had keep their time', () => {
  const { schedule, run, task } = plan([poll('old', 1, 1000), poll('gone', 1, 1000)]);
  for (let i = 0; i < 2; i++) run(0);
  schedule.set(1, [task('old'), poll('new', 1, 1000)], 300);
  expect(run(300)).toBe('new');
  expect(schedule.next(300, atOnce)).toEqual({ kind: 'wait', until: 1000 });
});

function plan(tasks: readonly Poll[], random = 0.5) {
  const schedule = new Schedule<Poll>({ random: () => random });
  for (const unit of new Set(tasks.map((task) => task.unit))) {
    schedule.set(
      unit,
      tasks.filter((task) => task.unit === unit),
      0,
    );
  }
  const run = (now: number, readyAt: (task: Poll) => number = atOnce): string => {
    const turn = schedule.next(now, readyAt);
    if (turn.kind === 'wait') return 'nothing';
    schedule.ran(turn.task, now);
    return turn.task.name;
  };
  const task = (name: string): Poll => tasks.find((one) => one.name === name) ?? poll('none', 0, 0);
  return { schedule, run, task };
}
