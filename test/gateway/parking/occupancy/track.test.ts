import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Signal } from '../../../../gateway/parking/occupancy/detector.ts';
import {
  broken,
  emptyTrack,
  followed,
  heard,
  inserted,
  type Track,
  type TrackSettings,
  trimmed,
} from '../../../../gateway/parking/occupancy/track.ts';
import { type Following, followUntil, nobody, type Visit } from '../../../../gateway/parking/occupancy/visits.ts';

const settings: TrackSettings = {
  occupiedAfter: 20_000,
  freeAfter: 20_000,
  minDwell: 0,
  dip: 3000,
  freshForMs: 180_000,
};

/** `T60`: the sensor says "occupied" at second 60; F free, - nothing. */
function words(text: string): Signal[] {
  return text.split(' ').map((word) => {
    const level = word.startsWith('T') ? 'occupied' : word.startsWith('F') ? 'free' : null;
    return { at: Number(word.slice(1)) * 1000, level };
  });
}

type Heard = { track: Track; following: Following; ended: Visit[] };

function live(signals: readonly Signal[], from: Heard = { track: emptyTrack, following: nobody, ended: [] }): Heard {
  let { track, following } = from;
  const ended = [...from.ended];
  for (const signal of signals) {
    const next = heard({ track, following }, signal, settings);
    track = next.track;
    following = next.following;
    ended.push(...next.ended);
  }
  return { track, following, ended };
}

function late(track: Track, signals: readonly Signal[]): Track {
  return signals.reduce((now, signal) => {
    const next = inserted(now, signal, settings.freshForMs);
    return next === null || next === 'too-late' ? now : next;
  }, track);
}

/** `60–300 possible-change@120`, times in seconds. */
function written(visits: readonly (Visit | null)[]): string[] {
  return visits.flatMap((visit) => {
    if (visit === null) return [];
    const marks = visit.marks.map(({ kind, at }) => ` ${kind}@${at / 1000}`).join('');
    return [`${visit.from / 1000}–${visit.to === null ? '' : visit.to / 1000}${marks}`];
  });
}

function visitsOf({ track }: { track: Track }): string[] {
  const { following, ended } = followed(track, settings, null);
  return written([...ended, following.visit]);
}

describe('visits', () => {
  test.each([
    ['from the first edge to the last', 'F0 F60 T100 T160 F200 F260', ['100–200']],
    ['two cars with a free minute between them', 'F0 F60 T100 T160 F200 T300 T360 F400 F430', ['100–200', '300–400']],
    ['a dip may be a change of cars', 'F0 F60 T100 T160 F200 T210 T300 F310 F340', ['100–310 possible-change@200']],
    ['a visit that is already there began unseen', 'T10 T60 F100 F130', ['10–100 began-unseen@10']],
    ['a fault in it is a gap', 'F0 F30 T60 T120 -130 T200 T260 F300 F330', ['60–300 sensor-gap@130']],
    ['a visit that ends in a fault ended when it was last seen', 'F0 F30 T60 T120 -130 F200 F230', ['60–130']],
    ['so does one that ends in silence', 'F0 F30 T60 T120 F500 F530', ['60–120']],
  ])('%s', (_, text, visits) => {
    expect(visitsOf(live(words(text)))).toEqual(visits);
  });
});

describe('words that arrive late', () => {
  const before = live(words('F0 F30 T60 T120'));

  test('a gap that they fill was none', () => {
    const after = live(words('T900 T960'), { ...before, track: broken(before.track) });
    expect(visitsOf(after)).toEqual(['60– sensor-gap@120']);
    const whole = late(after.track, words('T180 T240 T300 T360 T420 T480 T540 T600 T660 T720 T780 T840'));
    expect(visitsOf({ track: whole })).toEqual(['60–']);
  });

  test('they part one visit into two', () => {
    const after = live(words('T900 T960'), { ...before, track: broken(before.track) });
    const whole = late(after.track, words('T180 F240 F300 F360 T400 T460 T520 T580 T640 T700 T760 T820 T880'));
    expect(visitsOf({ track: whole })).toEqual(['60–240', '400–']);
  });

  test('what is older than everything kept is too late', () => {
    expect(inserted(before.track, { at: -5000, level: 'occupied' }, settings.freshForMs)).toBe('too-late');
  });
});

const signal = fc.tuple(fc.constantFrom('occupied', 'free', null), fc.integer({ min: 0, max: 90_000 }));
const history = fc.array(signal, { minLength: 1, maxLength: 60 }).map((steps) => {
  let at = 0;
  return steps.map(([level, after]): Signal => {
    at += after;
    return { at, level };
  });
});

test('following word by word and following the track again make the same visits', () => {
  fc.assert(
    fc.property(history, (signals) => {
      const { track, following, ended } = live(signals);
      const again = followed(track, settings, null);
      expect(written([...again.ended, again.following.visit])).toEqual(written([...ended, following.visit]));
    }),
  );
});

test('a backlog makes the visits that would have been made had it come in time', () => {
  fc.assert(
    fc.property(history, fc.nat({ max: 59 }), fc.nat({ max: 59 }), (signals, a, b) => {
      const times = new Set(signals.map(({ at }) => at));
      fc.pre(times.size === signals.length);
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const missing = signals.slice(from, to);
      const start = live(signals.slice(0, from));
      const rest = live(signals.slice(to), { ...start, track: broken(start.track) });
      fc.pre(from > 0 && to < signals.length);
      const whole = late(rest.track, missing);
      expect(visitsOf({ track: whole })).toEqual(visitsOf(live(signals)));
    }),
  );
});

test('what is let go of does not change the visits that last', () => {
  fc.assert(
    fc.property(history, (signals) => {
      const { track, following } = live(signals);
      const short = trimmed(track, 40 * 3_600_000, settings);
      expect(short.stretches.length).toBeLessThanOrEqual(1);
      expect(written([followed(short, settings, null).following.visit])).toEqual(written([following.visit]));
    }),
  );
});

test('silence lets a level be believed while it is fresh', () => {
  const { following } = live(words('F0 F30 T60'));
  expect(written([followUntil(following, 79_000, settings).following.visit])).toEqual([]);
  expect(written([followUntil(following, 80_000, settings).following.visit])).toEqual(['60–']);
});
