import { describe, expect, test } from 'vitest';
import { buildBuilding } from '../../../config/buildings/building-config.ts';
import { buildingFileSchema } from '../../../config/buildings/building-file.ts';
import type { Site } from '../../../config/site.ts';
import { type BuildingId, buildingIdSchema } from '../../../contract/ids.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import type { AlertSignal, Decided, Facts, Participant } from '../../../gateway/commit/participant.ts';
import { checkCap } from '../../../gateway/feeds/cap/check.ts';
import { readCap } from '../../../gateway/feeds/cap/read.ts';
import { Feeds } from '../../../gateway/feeds/service.ts';
import { tempDir } from '../../temp.ts';
import { Core, siteId, siteOf } from '../core.ts';

const hanbit: BuildingId = buildingIdSchema.parse('hanbit');
const base = 'https://saesol.example/feeds';
const hour = 3_600_000;

/** Alerts as far as feeds know them: each action is what it signals. */
class Signals implements Participant<readonly AlertSignal[], null, string> {
  readonly name = 'alerts';
  watches = () => false;
  record() {}
  apply = () => ({});
  decide({ action }: Facts<readonly AlertSignal[]>): Decided<null, string> | null {
    return action === null ? null : { decisions: null, answer: 'signalled', signals: action.action };
  }
}

function siteWithBuilding(): Site {
  const file = {
    id: 'hanbit',
    name: { ko: '한빛상가', en: 'Hanbit Arcade' },
    location: { lat: 37.5002, lon: 127.0104 },
    address: { road: '새솔로 1' },
  };
  return { ...siteOf({ 'di-1': 1 }), buildings: [buildBuilding(buildingFileSchema.parse(file), [])] };
}

function world(options: { dir?: string; clock?: SimClock } = {}) {
  const site = siteWithBuilding();
  const core = new Core({ ...options, site });
  const act = core.commit.join(new Signals());
  const feeds = new Feeds({ db: core.store.db, sites: [site], clock: core.clock, lotNow: () => null });
  core.commit.join(feeds);
  core.commit.start();
  const signal = (over: Partial<AlertSignal> = {}) =>
    act({ by: 'system', why: null }, [
      {
        kind: 'alert',
        site: siteId,
        building: hanbit,
        alert: 'saesol-1',
        hazard: 'fire',
        level: '경계',
        rule: 'fire-b1',
        since: core.clock.now(),
        headline: { ko: '한빛상가 화재', en: 'Fire in Hanbit Arcade' },
        why: { ko: '연기 감지', en: 'Smoke was detected' },
        action: { ko: '확인하세요', en: 'Look at it' },
        witnesses: 1,
        status: 'Exercise',
        now: 'stands',
        ...over,
      },
    ]);
  const inFeed = () => [...feeds.atom(base).xml.matchAll(/cap\/([^"<]*)\.xml"/g)].map((match) => match[1] ?? '');
  const message = (identifier: string) => {
    const { xml = '' } = feeds.message(identifier) ?? {};
    const { message, problems } = readCap(xml);
    if (message === null) throw new Error(JSON.stringify(problems));
    expect(checkCap(xml)).toEqual([]);
    const { msgType, references, infos } = message;
    const { severity, responseTypes, certainty } = infos[0] ?? {};
    return { msgType, refers: references.map((each) => each.identifier), severity, responseTypes, certainty };
  };
  return { core, feeds, signal, inFeed, message };
}

const id = (number: number) => `saesol.hanbit.saesol-1.${number}`;

describe('an alert in the feed', () => {
  test('is one Alert, then Updates that refer to all before, then an all clear that leaves by itself', async () => {
    const { core, feeds, signal, inFeed, message } = world();
    signal();
    expect(inFeed()).toEqual([id(1)]);
    expect(message(id(1))).toEqual({
      msgType: 'Alert',
      refers: [],
      severity: 'Severe',
      responseTypes: ['Avoid'],
      certainty: 'Likely',
    });
    await core.clock.advance(14_000);
    signal({ level: '심각', witnesses: 2, since: core.clock.now() - 14_000 });
    expect(inFeed()).toEqual([id(2)]);
    expect(message(id(2))).toMatchObject({
      msgType: 'Update',
      refers: [id(1)],
      severity: 'Extreme',
      certainty: 'Observed',
    });
    await core.clock.advance(hour);
    signal({ level: '심각', now: 'over' });
    expect(inFeed()).toEqual([id(3)]);
    expect(message(id(3))).toMatchObject({ msgType: 'Update', refers: [id(1), id(2)], responseTypes: ['AllClear'] });
    const { updated } = feeds.atom(base);
    await core.clock.advance(hour);
    expect(inFeed()).toEqual([]);
    expect(feeds.atom(base).updated).toBe(updated + hour);
    expect(message(id(1)).msgType).toBe('Alert');
  });

  test('is said once, however often the same is signalled', async () => {
    const { core, signal, inFeed } = world();
    const since = core.clock.now();
    for (let times = 0; times < 3; times++) {
      signal({ since, witnesses: 2 + times });
      await core.clock.advance(1000);
    }
    expect(inFeed()).toEqual([id(1)]);
  });

  test('is renewed before it expires for as long as it stands, over days', async () => {
    const { core, signal, inFeed, message } = world();
    signal();
    for (let quarter = 0; quarter < 4 * 24 * 2; quarter++) {
      await core.clock.advance(hour / 4);
      expect(inFeed()).toHaveLength(1);
    }
    expect(inFeed()).toEqual([id(17)]); // every 3 h of a life of 4 h, for 48 h
    expect(message(id(17)).refers).toHaveLength(16);
  });

  test('is cancelled when it was none', async () => {
    const { signal, inFeed, message } = world();
    signal();
    signal({ now: 'mistaken' });
    expect(inFeed()).toEqual([id(2)]);
    expect(message(id(2))).toMatchObject({ msgType: 'Cancel', refers: [id(1)], certainty: 'Unlikely' });
    signal({ now: 'over' });
    expect(inFeed()).toEqual([id(2)]);
  });

  test('that nobody is told of any more is not renewed and expires', async () => {
    const { core, signal, inFeed } = world();
    signal();
    signal({ now: 'quiet' });
    await core.clock.advance(3 * hour + 1000);
    expect(inFeed()).toEqual([id(1)]);
    await core.clock.advance(hour);
    expect(inFeed()).toEqual([]);
  });
});

describe('what is not public', () => {
  test.each([
    ['trouble of the equipment', { hazard: 'equipment', level: '심각' }],
    ['a call for help', { hazard: 'sos', level: '심각' }],
    ['a level below the one that is told', { hazard: 'fire', level: '관심' }],
    ['a late record', { now: 'quiet' }],
    ['an alert that was closed before anybody was told', { now: 'over' }],
  ] as const)('%s', (_what, over) => {
    const { signal, inFeed } = world();
    signal(over);
    expect(inFeed()).toEqual([]);
  });
});

describe('after a restart', () => {
  function restarted(after: (before: ReturnType<typeof world>) => void = () => {}) {
    const dir = tempDir();
    const clock = new SimClock();
    const before = world({ dir, clock });
    before.signal();
    after(before);
    before.core.close();
    return { clock, next: () => world({ dir, clock }) };
  }

  test('the same message is live, and its successor refers to it', async () => {
    const { next } = restarted();
    const { signal, inFeed, message } = next();
    expect(inFeed()).toEqual([id(1)]);
    signal({ level: '심각' });
    expect(message(id(2)).refers).toEqual([id(1)]);
  });

  test('a box that was off for three days renews what still stands, and counts on', async () => {
    const { clock, next } = restarted();
    await clock.advance(72 * hour);
    const { core, inFeed, message } = next();
    await core.clock.advance(1000);
    expect(inFeed()).toEqual([id(2)]);
    expect(message(id(2))).toMatchObject({ msgType: 'Update', refers: [id(1)] });
  });

  test('an alert that is not open any more is not renewed', async () => {
    const { next } = restarted();
    const { core, feeds, inFeed } = next();
    feeds.reconcile(new Set());
    await core.clock.advance(5 * hour);
    expect(inFeed()).toEqual([]);
  });

  test('one that went quiet and stands again after days goes on with the next number', async () => {
    const { clock, next } = restarted(({ signal }) => signal({ now: 'quiet' }));
    await clock.advance(48 * hour);
    const { signal, inFeed } = next();
    signal({ level: '심각' });
    expect(inFeed()).toEqual([id(2)]);
  });
});

test('messages are kept for a month after the last of them expired, and no longer', async () => {
  const dir = tempDir();
  const clock = new SimClock();
  const daysLater = async (days: number, alert: string) => {
    await clock.advance(days * 24 * hour);
    const { core, feeds, signal } = world({ dir, clock });
    signal({ alert });
    const found = feeds.message(id(1));
    core.close();
    return found;
  };
  await daysLater(0, 'saesol-1');
  expect(await daysLater(29, 'saesol-2')).toBeDefined();
  expect(await daysLater(2, 'saesol-3')).toBeUndefined();
});
