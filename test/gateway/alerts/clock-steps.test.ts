import { expect, test } from 'vitest';
import { AlertsWorld, door, fireRule, ruleOf, smoke } from './alerts-world.ts';

const hourMs = 3_600_000;

/** Open for half a minute before it is told. */
const slowDoor = ruleOf('door', [door], {
  hazard: 'entrance',
  lifeSafety: false,
  when: { kind: 'threshold', levels: { 주의: { is: true } }, onDelay: '30s' },
});

type Steps = readonly [when: number, ms: (now: number) => number][];

/**
 * Five calm minutes, a door that is held open, a fire that nobody answers, and a line that falls silent; the wall clocks
 * of gateway and agent step on the way. What was said when, by seconds since the start that never step.
 */
async function story(steps: Steps): Promise<string[]> {
  const world = new AlertsWorld({ rules: [fireRule, slowDoor] });
  const said: string[] = [];
  let before = '';
  const look = (second: number) => {
    const open = world.open('all').map(({ rule, state, level }) => `${rule} ${state} ${level}`);
    const now = `${open.join(', ')} told ${JSON.stringify(world.told())}`;
    if (now !== before) said.push(`${second} s: ${now}`);
    before = now;
  };
  world.online();
  for (let second = 0; second < 690; second += 5) {
    for (const [when, ms] of steps) if (when === second) world.core.clock.stepWall(ms(world.core.clock.now()));
    const isSilent = second >= 600;
    if (!isSilent)
      world.readAll({ [door]: second >= 300 && second < 360, [smoke[0] ?? '']: second >= 360 && second < 400 });
    look(second);
    await world.core.clock.advance(5000);
  }
  world.core.close();
  return said;
}

let told: string[] | undefined;
const expected = async () => {
  told ??= await story([]);
  return told;
};

test('the story without a step: the door after its delay, the fire at once, silence 15 s after it is known', async () => {
  const said = (await expected()).map((line) => line.replace(/ told .*/, ''));
  expect(said[0]).toBe('0 s: ');
  expect(said.find((line) => line.includes('door'))).toMatch(/^330 s: hanbit\/door unack/);
  expect(said.find((line) => line.includes('fire'))).toMatch(/^360 s: .*hanbit\/fire unack 경계/);
  const silent = said.find((line) => /device:|bus:|point:/.test(line));
  // Unknown within 30 s of the last word, and told when it has been so for 15 s.
  expect(Number(silent?.split(' ')[0])).toBeLessThanOrEqual(645);
});

// In calm, within the door's delay, between the fire and its escalation, and within the silence.
test.each<[string, (now: number) => number]>([
  ['an hour ahead', () => hourMs],
  ['an hour back', () => -hourMs],
  ['to 1970', (now) => -now],
  ['from 1970 to today', () => 56 * 365 * 24 * hourMs],
])('wall clocks that step %s raise nothing, miss nothing and move no timer', async (_name, ms) => {
  for (const when of [150, 315, 420, 610]) expect(await story([[when, ms]]), `at ${when} s`).toEqual(await expected());
});
