import { describe, expect, test } from 'vitest';
import { readingTime, receivedTime } from '../../../gateway/store/reading-time.ts';

const now = Date.UTC(2026, 10, 21, 15);
const y1970 = 5_000;
const y2099 = Date.UTC(2099, 0, 1);

describe('the time of a message', () => {
  test.each([
    ['agrees with ours', { at: now - 180, age: 180 }, { at: now - 180, time: 'synced' }],
    ['is 1.999 s off', { at: now - 180 + 1999, age: 180 }, { at: now - 180 + 1999, time: 'synced' }],
    ['is 2 s ahead', { at: now - 180 + 2000, age: 180 }, { at: now - 180, time: 'estimated' }],
    ['is 2 s behind', { at: now - 180 - 2000, age: 180 }, { at: now - 180, time: 'estimated' }],
    [
      'is of an hour ago by age as well',
      { at: now - 3_600_000, age: 3_600_000 },
      { at: now - 3_600_000, time: 'synced' },
    ],
    ['is 1970', { at: y1970, age: 180 }, { at: now - 180, time: 'estimated' }],
    ['is 2099', { at: y2099, age: 180 }, { at: now - 180, time: 'estimated' }],
    ['has a fraction in its age', { at: y1970, age: 180.4 }, { at: now - 180, time: 'estimated' }],
    ['has an age that reaches before 2020', { at: y1970, age: 1e13 }, { at: null, time: 'none' }],
    ['of an earlier boot is kept', { at: now - 86_400_000 }, { at: now - 86_400_000, time: 'estimated' }],
    ['of an earlier boot is 2 s ahead', { at: now + 2000 }, { at: now + 2000, time: 'estimated' }],
    ['of an earlier boot is further ahead', { at: now + 2001 }, { at: null, time: 'none' }],
    ['of an earlier boot is 1970', { at: y1970 }, { at: null, time: 'none' }],
    ['of an earlier boot is 2099', { at: y2099 }, { at: null, time: 'none' }],
    ['of an earlier boot is the last of 2019', { at: Date.UTC(2020, 0, 1) - 1 }, { at: null, time: 'none' }],
  ] as const)('that %s', (_name, sent, moment) => {
    expect(receivedTime(sent, now)).toEqual(moment);
  });

  test('is not known when our own clock was never set', () => {
    expect(receivedTime({ at: y1970, age: 0 }, y1970)).toEqual({ at: null, time: 'none' });
  });
});

describe('the time of a reading in it', () => {
  test.each([
    ['follows the message', 1000, { at: now - 4000, time: 'synced' }],
    ['may lie before it', -1000, { at: now - 6000, time: 'synced' }],
    ['is not known when the offset leads into the future', 10_000, { at: null, time: 'none' }],
    ['is not known when the offset leads before 2020', -1e12, { at: null, time: 'none' }],
  ] as const)('%s', (_name, dt, moment) => {
    expect(readingTime({ at: now - 5000, time: 'synced' }, dt, now)).toEqual(moment);
  });

  test('is not known when the message has none', () => {
    expect(readingTime({ at: null, time: 'none' }, 5, now)).toEqual({ at: null, time: 'none' });
  });
});
