import { expect, test } from 'vitest';
import { ChannelHealth } from '../../../gateway/notify/channel-health.ts';
import type { Sent } from '../../../gateway/notify/channels/channel.ts';
import { reachTroubles } from '../../../gateway/notify/reach-troubles.ts';

const of = (outcome: Sent['outcome']): Sent => ({ outcome, detail: 'HTTP' });

/** Tries of one channel, at so many seconds; how it stands at the end, at `at`. */
function standsAfter(tries: readonly (readonly [number, Sent['outcome']])[], at: number): boolean | null | undefined {
  const health = new ChannelHealth();
  for (const [seconds, outcome] of tries) health.settle('saesol', 'sms', of(outcome), seconds * 1000);
  const channels = health.states('saesol', at * 1000);
  return reachTroubles({ buildings: [] }, { roles: [], rotas: [], people: [], channels })[0]?.stands;
}

test.each<[string, Parameters<typeof standsAfter>[0], number, boolean | null | undefined]>([
  ['nothing was tried', [], 99, undefined],
  ['one failed', [[0, 'later']], 99, null],
  [
    'three failed just now',
    [
      [0, 'later'],
      [1, 'refused'],
      [3, 'later'],
    ],
    29,
    null,
  ],
  [
    'three failed, for 30 s',
    [
      [0, 'later'],
      [1, 'refused'],
      [3, 'later'],
    ],
    30,
    true,
  ],
  [
    'one was accepted after that',
    [
      [0, 'later'],
      [1, 'later'],
      [3, 'later'],
      [9, 'accepted'],
    ],
    99,
    false,
  ],
  [
    'one failed after the last that was accepted',
    [
      [0, 'accepted'],
      [50, 'later'],
    ],
    99,
    null,
  ],
  [
    'addresses are dead',
    [
      [0, 'gone'],
      [1, 'gone'],
      [2, 'gone'],
    ],
    99,
    undefined,
  ],
])('a channel of which %s is a trouble, none, or not known', (_what, tries, at, stands) => {
  expect(standsAfter(tries, at)).toBe(stands);
});
