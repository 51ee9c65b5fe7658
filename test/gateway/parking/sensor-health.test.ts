import { describe, expect, test } from 'vitest';
import { detectionSchema } from '../../../config/lots/detection.ts';
import { type SpaceId, spaceIdSchema } from '../../../contract/ids.ts';
import {
  type Bay,
  changed,
  isQuiet,
  type LotHealth,
  newLotHealth,
  newSensor,
  stuckAt,
  stuckSensors,
  trusted,
} from '../../../gateway/parking/sensor-health.ts';

const minute = 60_000;
const day = 24 * 60 * minute;
const ids = ['a', 'b', 'c'].map((id) => spaceIdSchema.parse(id));
/** Three bays in a row. */
const bays: Bay[] = ids.map((id, i) => ({
  id,
  neighbours: [ids[i - 1], ids[i + 1]].filter((other): other is SpaceId => other !== undefined),
}));
const usual = detectionSchema.parse({});
/** Asks nothing of the lot's own longest. */
const plain = detectionSchema.parse({ stuck: { longest: 0 } });

/** `a+5000`: bay a becomes occupied at 5,000 ms; a-: free. */
function played(text: string, settings = plain, from: LotHealth = newLotHealth(0)): LotHealth {
  return text.split(' ').reduce((health, word) => {
    const bay = bays.find(({ id }) => id === word[0]);
    if (bay === undefined) throw new Error(`no bay ${word}`);
    const level = word[1] === '+' ? 'occupied' : 'free';
    return changed(health, { bay, level, at: Number(word.slice(2)) }, settings);
  }, from);
}

function doubts(health: LotHealth): Record<string, unknown> {
  return Object.fromEntries(
    [...health.sensors].flatMap(([id, { doubt }]) => (doubt === null ? [] : [[id, doubt.reason]])),
  );
}

/** Changes of bays a and c, one a minute, from a minute on; b stands occupied since 0. */
function neighbours(count: number, everyMs = minute): string {
  return Array.from({ length: count }, (_, i) => `${'ac'[i % 2]}${i % 4 < 2 ? '+' : '-'}${(i + 1) * everyMs}`).join(
    ' ',
  );
}

describe('a sensor that stands still', () => {
  test.each([
    ['8 changes of its neighbours and 90 minutes', 8, 90 * minute, true],
    ['7 changes', 7, 300 * minute, false],
    ['8 changes in less than 90 minutes', 8, 89 * minute, false],
  ])('%s', (_, count, now, isStuck) => {
    const health = stuckSensors(played(`b+0 ${neighbours(count)}`), bays, now, plain);
    expect(doubts(health)).toEqual(isStuck ? { b: { code: 'sensor-stuck', minutes: 90, neighbours: 8 } } : {});
  });

  test('whichever is later: the 90 minutes passed long before the eighth change', () => {
    const health = played(`b+0 ${neighbours(8, 30 * minute)}`);
    expect(stuckAt(health.sensors.get(bays[1]?.id as SpaceId) ?? newSensor, health, 0, plain)).toBe(90 * minute);
    expect(doubts(stuckSensors(played(`b+0 ${neighbours(7, 30 * minute)}`), bays, 230 * minute, plain))).toEqual({});
    expect(doubts(stuckSensors(health, bays, 240 * minute, plain))).toMatchObject({ b: { minutes: 240 } });
  });

  test('it is no stuck sensor while the lot has seen stays as long', () => {
    const spells = detectionSchema.parse({ stuck: { spells: 10, watched: 0 } });
    const short = played(`b+0 ${neighbours(40, 30 * minute)}`, spells);
    const long = { ...short, longest: { ...short.longest, occupied: { ms: 30 * 60 * minute, spells: 300 } } };
    const now = 24 * 60 * minute;
    expect(doubts(stuckSensors(short, bays, now, spells))).toHaveProperty('b');
    expect(doubts(stuckSensors(long, bays, now, spells))).toEqual({});
    expect(isQuiet(long.sensors.get(bays[1]?.id as SpaceId) ?? newSensor, now, spells)).toBe(true);
  });

  test.each([
    [2, true],
    [3, false],
  ])('nor while more than two others have stood in that state nearly as long: %i', (others, isStuck) => {
    const peers = Array.from({ length: others }, (_, i): Bay => ({ id: spaceIdSchema.parse(`x${i}`), neighbours: [] }));
    const settings = detectionSchema.parse({ stuck: { untilThen: '2h' } });
    const health = peers.reduce(
      (so, bay) => changed(so, { bay, level: 'occupied', at: 60 * minute }, settings),
      played(`b+0 ${neighbours(8)}`, settings),
    );
    const found = doubts(stuckSensors(health, [...bays.slice(1, 2), ...peers], 280 * minute, settings));
    expect(Object.keys(found)).toEqual(isStuck ? ['b'] : []);
  });

  test('a lot that has not seen enough goes by the longest it is told of', () => {
    const health = played(`b+0 ${neighbours(8)}`, usual);
    expect(stuckAt(health.sensors.get(bays[1]?.id as SpaceId) ?? newSensor, health, 0, usual)).toBe(7.5 * day);
  });

  test.each([
    ['stays of a night, after three of the nights that would be too long', 12, 3 * 0.75 * day, 18 * 60 * minute],
    ['a day at home, before a week with its weekend was watched', 38, 6.5 * day, 7.5 * day],
    ['a day at home, once more than a week was', 38, 7.2 * day, 57 * 60 * minute],
  ])('its longest counts once it was watched for three times what is too long by it: %s', (_, hours, now, after) => {
    const made = played(`b+0 ${neighbours(8)}`, usual);
    const health = { ...made, longest: { ...made.longest, occupied: { ms: hours * 60 * minute, spells: 300 } } };
    expect(stuckAt(health.sensors.get(bays[1]?.id as SpaceId) ?? newSensor, health, now, usual)).toBe(after);
  });

  test('its own change ends the doubt, and so does somebody who looked', () => {
    const stuck = stuckSensors(played(`b+0 ${neighbours(8)}`), bays, 90 * minute, plain);
    expect(doubts(played('b-6000000', plain, stuck))).toEqual({});
    expect(doubts(trusted(stuck, bays[1]?.id as SpaceId, 6_000_000))).toEqual({});
  });
});

describe('crosstalk', () => {
  test('two coincidences are none', () => {
    expect(doubts(played('a+0 b+1000 a-60000 b-61000'))).toEqual({});
  });

  test('of two that change together the one that follows is doubted after three', () => {
    const health = played('a+0 b+1000 a-60000 b-61000 a+120000 b+121000');
    expect(doubts(health)).toEqual({ b: { code: 'crosstalk', with: 'a', times: 3 } });
  });

  test('both are where the order does not tell', () => {
    expect(doubts(played('a+0 b+0 a-60000 b-60000 a+120000 b+120000'))).toEqual({
      a: { code: 'crosstalk', with: 'b', times: 3 },
      b: { code: 'crosstalk', with: 'a', times: 3 },
    });
  });

  test('the disturbed one has changes of its own as well', () => {
    const health = played('a+0 b+1000 b-20000 a-60000 b+61000 b-80000 b+90000 a+120000 b-121000');
    expect(doubts(health)).toEqual({ b: { code: 'crosstalk', with: 'a', times: 3 } });
  });

  test('a change by itself in between begins the count again', () => {
    expect(doubts(played('a+0 b+1000 a-60000 b-61000 a+100000 b+110000 a-120000 b-121000'))).toEqual({});
  });

  test('changes four seconds apart are not together', () => {
    expect(doubts(played('a+0 b+4000 a-60000 b-64000 a+120000 b+124000 a-180000 b-184000'))).toEqual({});
  });

  test('three changes of the other without it end the doubt', () => {
    const doubted = played('a+0 b+1000 a-60000 b-61000 a+120000 b+121000');
    const alone = played('a-200000 a+260000 a-320000', plain, doubted);
    expect(doubts(alone)).toHaveProperty('b');
    expect(doubts(played('a+380000', plain, alone))).toEqual({});
  });
});
