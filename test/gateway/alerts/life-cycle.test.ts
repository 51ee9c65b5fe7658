import { describe, expect, test } from 'vitest';
import type { PointRef } from '../../../contract/ids.ts';
import type { Alert, AlertState, Moment } from '../../../gateway/alerts/alert.ts';
import { type AlertAction, act } from '../../../gateway/alerts/deeds.ts';
import { type AlertTimer, elapse } from '../../../gateway/alerts/elapse.ts';
import { judge, type Outcome } from '../../../gateway/alerts/life-cycle.ts';
import { disable, endTest, serve, suppress } from '../../../gateway/alerts/out-of-service.ts';
import {
  escalation,
  heatB1,
  met,
  metButUnknown,
  moment,
  notKnown,
  raised,
  smoke1f,
  smokeB1,
  unmet,
} from './alerts-fakes.ts';

type Step = (alert: Alert, at: Moment) => ReturnType<typeof act>;
/** A script: what happens at which ms, the state right after it, and what is told: `reason:steps`. */
type Line = [ms: number, step: Step, state: AlertState, told?: string];

const settings = { quietMs: 600_000 };
const hour = 3_600_000;

const judged =
  (now: Parameters<typeof judge>[1]): Step =>
  (alert, at) =>
    judge(alert, now, at, settings);
const one: readonly PointRef[] = [smokeB1];
const stands = judged(met('경계', one, ['b1']));
const gone = judged(unmet);
const lost = judged(metButUnknown('경계', one));
const unjudged = judged(notKnown);
const higher = judged(met('심각', [smokeB1, heatB1], ['b1']));
const lower = judged(met('주의', one, ['b1']));
const witness = judged(met('경계', [smokeB1, heatB1], ['b1']));
const zone = judged(met('경계', [smokeB1, smoke1f], ['b1', '1f']));

type Act<K extends AlertAction['kind']> = Partial<Extract<AlertAction, { kind: K }>>;
const does =
  (action: (version: number) => AlertAction): Step =>
  (alert, at) =>
    act(alert, action(alert.version), { at, by: 'person:kim', settings: { shelveMaxMs: 8 * hour } });
const ack = does((version) => ({ kind: 'acknowledge', version, text: '확인', cause: null }));
const report = does((version) => ({ kind: 'report', version, text: '현장 확인, 소화 완료' }));
const shelve = (more: Act<'shelve'> = {}) =>
  does((version) => ({ kind: 'shelve', version, text: '점검 예정', forMs: hour, ...more }));
const unshelve = does((version) => ({ kind: 'unshelve', version, text: '끝' }));
const reset = (cause: 'real' | null = 'real') => does((version) => ({ kind: 'reset', version, text: '복구', cause }));
const time =
  (timer: AlertTimer): Step =>
  (alert, at) =>
    elapse(alert, timer, at, escalation);
const maintenance =
  (id: string | null): Step =>
  (alert, at) =>
    serve(alert, id, at);
const other = raised().alert.id;

const fire = {};
const door = { lifeSafety: false, hazard: 'entrance' } as const;

const scripts: { name: string; facts: Parameters<typeof raised>[0]; lines: readonly Line[] }[] = [
  {
    name: 'life safety is closed by acknowledgement, a good reading and a reset, in this order',
    facts: fire,
    lines: [
      [1000, stands, 'unack'],
      [45_000, ack, 'acked'],
      [50_000, stands, 'acked'],
      [60_000, gone, 'latched'],
      [70_000, gone, 'latched'],
      [80_000, reset(), 'normal', 'cleared:0'],
    ],
  },
  {
    name: 'what nobody acknowledged waits for it after the condition is gone',
    facts: fire,
    lines: [
      [1000, gone, 'rtn-unack'],
      [2000, ack, 'latched'],
      [3000, reset(), 'normal', 'cleared:0'],
    ],
  },
  {
    name: 'what does not latch is closed by the good reading after an acknowledgement',
    facts: door,
    lines: [
      [1000, ack, 'acked'],
      [2000, gone, 'normal', 'cleared:0'],
    ],
  },
  {
    name: 'what does not latch is closed by the acknowledgement after a good reading',
    facts: door,
    lines: [
      [1000, gone, 'rtn-unack'],
      [2000, ack, 'normal', 'cleared:0'],
    ],
  },
  {
    name: 'unknown never clears, whatever was acknowledged',
    facts: door,
    lines: [
      [1000, ack, 'acked'],
      [2000, lost, 'acked'],
      [3000, unjudged, 'acked'],
      [4000, stands, 'acked'],
      [5000, gone, 'normal', 'cleared:0'],
    ],
  },
  {
    name: 'an acknowledgement while nobody can say does not close it; the next good reading does',
    facts: door,
    lines: [
      [1000, gone, 'rtn-unack'],
      [2000, unjudged, 'rtn-unack'],
      [3000, ack, 'acked'],
      [4000, gone, 'normal', 'cleared:0'],
    ],
  },
  {
    name: 'a higher level speaks again although it was acknowledged',
    facts: fire,
    lines: [
      [1000, ack, 'acked'],
      [2000, higher, 'unack', 'worse:0'],
      [3000, ack, 'acked'],
      [4000, higher, 'acked'],
    ],
  },
  {
    name: 'a new witness speaks again although it was acknowledged',
    facts: fire,
    lines: [
      [1000, ack, 'acked'],
      [2000, witness, 'unack', 'worse:0'],
    ],
  },
  {
    name: 'a new zone speaks again although an action was reported',
    facts: fire,
    lines: [
      [1000, ack, 'acked'],
      [2000, report, 'acked'],
      [3000, zone, 'unack', 'worse:0'],
    ],
  },
  {
    name: 'worse news ends shelving',
    facts: door,
    lines: [
      [1000, shelve(), 'shelved'],
      [2000, stands, 'shelved'],
      [3000, judged(met('심각', one, ['b1'])), 'unack', 'worse:0'],
    ],
  },
  {
    name: 'a witness that comes and goes is news once',
    facts: fire,
    lines: [
      [1000, witness, 'unack', 'worse:0'],
      [2000, stands, 'unack'],
      [3000, witness, 'unack'],
      [4000, stands, 'unack'],
    ],
  },
  {
    name: 'the condition coming back after an acknowledgement is the same occurrence, told again',
    facts: fire,
    lines: [
      [1000, ack, 'acked'],
      [2000, gone, 'latched'],
      [3000, stands, 'unack', 'back:0'],
    ],
  },
  {
    name: 'chattering that nobody answered is told once',
    facts: door,
    lines: [
      [1000, gone, 'rtn-unack'],
      [2000, stands, 'unack'],
      [3000, gone, 'rtn-unack'],
      [4000, stands, 'unack'],
    ],
  },
  {
    name: 'a condition that was long gone is told when it is back, although nobody answered the first time',
    facts: door,
    lines: [
      [1000, gone, 'rtn-unack'],
      [602_000, stands, 'unack', 'back:0'],
    ],
  },
  {
    name: 'chattering under a shelf stays shelved',
    facts: door,
    lines: [
      [1000, shelve(), 'shelved'],
      [2000, gone, 'shelved'],
      [900_000, stands, 'shelved'],
    ],
  },
  {
    name: 'at the end of shelving what still stands asks again',
    facts: door,
    lines: [
      [1000, shelve(), 'shelved'],
      [hour + 1000, time('shelf'), 'unack', 'unshelved:0'],
    ],
  },
  {
    name: 'at the end of shelving what is gone is closed',
    facts: door,
    lines: [
      [1000, shelve(), 'shelved'],
      [2000, gone, 'shelved'],
      [hour + 1000, time('shelf'), 'normal', 'cleared:0'],
    ],
  },
  {
    name: 'at the end of shelving what nobody can verify stands as acknowledged',
    facts: door,
    lines: [
      [1000, shelve(), 'shelved'],
      [2000, gone, 'shelved'],
      [3000, unjudged, 'shelved'],
      [4000, unshelve, 'acked'],
      [5000, gone, 'normal', 'cleared:0'],
    ],
  },
  {
    name: 'nobody answering: the next is told, then all again',
    facts: fire,
    lines: [
      [120_000, time('escalate'), 'unack', 'escalated:1'],
      [300_000, time('escalate'), 'unack', 'escalated:2'],
      [600_000, time('escalate'), 'unack', 'repeated:0,1,2'],
    ],
  },
  {
    name: 'an acknowledgement without a report ages and goes on to the next',
    facts: fire,
    lines: [
      [1000, ack, 'acked'],
      [601_000, time('ack'), 'unack', 'acknowledgement-aged:0,1'],
      [602_000, ack, 'acked'],
      [603_000, report, 'acked'],
      [1_300_000, time('ack'), 'acked'],
    ],
  },
  {
    name: 'a report of what was done is an answer as well',
    facts: fire,
    lines: [
      [1000, report, 'acked'],
      [601_000, time('ack'), 'acked'],
    ],
  },
  {
    name: 'a timer that was answered in the same commit does nothing',
    facts: fire,
    lines: [
      [120_000, ack, 'acked'],
      [120_000, time('escalate'), 'acked'],
    ],
  },
  {
    name: 'a falling level is kept where it latches, and told nobody',
    facts: fire,
    lines: [
      [1000, higher, 'unack', 'worse:0'],
      [2000, stands, 'unack'],
      [3000, higher, 'unack'],
    ],
  },
  {
    name: 'a level that falls and rises to what was told before is no news',
    facts: door,
    lines: [
      [1000, lower, 'unack'],
      [2000, stands, 'unack'],
    ],
  },
  {
    name: 'maintenance takes it out of service; afterwards what stands asks again',
    facts: fire,
    lines: [
      [1000, ack, 'acked'],
      [2000, maintenance('m1'), 'out-of-service'],
      [3000, higher, 'out-of-service'],
      [4000, maintenance(null), 'unack', 'back-in-service:0'],
    ],
  },
  {
    name: 'maintenance of what is gone ends in the state it had',
    facts: fire,
    lines: [
      [1000, ack, 'acked'],
      [1500, gone, 'latched'],
      [2000, maintenance('m1'), 'out-of-service'],
      [4000, maintenance(null), 'latched'],
    ],
  },
  {
    name: 'life safety is never suppressed',
    facts: fire,
    lines: [[1000, (alert, at) => suppress(alert, other, at), 'unack']],
  },
  {
    name: 'what another alert tells better is suppressed, and asks again when that is over',
    facts: door,
    lines: [
      [1000, (alert, at) => suppress(alert, other, at), 'suppressed'],
      [2000, (alert, at) => suppress(alert, null, at), 'unack', 'back-in-service:0'],
    ],
  },
  {
    name: 'a test that left nothing behind closes what it raised',
    facts: { status: 'Test' },
    lines: [
      [1000, gone, 'rtn-unack'],
      [2000, (alert, at) => endTest(alert, 'Actual', at), 'normal', 'cleared:0'],
    ],
  },
  {
    name: 'what still stands at the end of a test is no test any more',
    facts: { status: 'Test' },
    lines: [
      [1000, ack, 'acked'],
      [2000, (alert, at) => endTest(alert, 'Actual', at), 'unack', 'back-in-service:0'],
    ],
  },
  {
    name: 'a rule that is gone from the site file closes its alert as that',
    facts: fire,
    lines: [[1000, (alert, at) => disable(alert, at), 'normal', 'cleared:0']],
  },
  {
    name: 'a late record is looked at and no more',
    facts: { late: true },
    lines: [
      [1000, higher, 'late'],
      [2000, ack, 'normal'],
    ],
  },
];

describe('the life of an alert', () => {
  test.each(scripts)('$name', ({ facts, lines }) => {
    let { alert } = raised(facts);
    for (const [ms, step, state, told] of lines) {
      const outcome = accepted(step(alert, moment(ms)));
      expect([ms, outcome.alert.state, toldOf(outcome)]).toEqual([ms, state, told]);
      expect(outcome.alert.version).toBe(alert.version + outcome.transitions.length);
      for (const transition of outcome.transitions) expect(transition.at).toBe(moment(ms).wall);
      expect(outcome.transitions[0]?.from ?? alert.state).toBe(alert.state);
      expect(outcome.transitions.at(-1)?.to ?? alert.state).toBe(outcome.alert.state);
      alert = outcome.alert;
    }
  });

  test('is told at once when it begins, and as a late record without urgency', () => {
    expect(toldOf(raised())).toBe('raised:0');
    expect(toldOf(raised({ late: true }))).toBe('late:0');
    expect(toldOf(raised({ maintenance: 'm1' }))).toBeUndefined();
  });

  test('says since when it cannot be verified, and no longer once it can', () => {
    const alert = raised().alert;
    const dark = accepted(lost(alert, moment(5000))).alert;
    expect(dark.unverifiable).toEqual({ since: moment(5000), points: [smokeB1] });
    expect(accepted(lost(dark, moment(9000))).alert.unverifiable?.since).toEqual(moment(5000));
    expect(accepted(stands(dark, moment(9000))).alert.unverifiable).toBeNull();
  });

  test('an acknowledgement seen before a link cut holds after it', () => {
    const alert = raised().alert;
    const dark = accepted(lost(alert, moment(5000))).alert;
    expect(dark.version).toBe(alert.version);
  });
});

type RefusalRow = [
  name: string,
  facts: Parameters<typeof raised>[0],
  before: readonly Step[],
  step: Step,
  refused: string,
];

const refusals: readonly RefusalRow[] = [
  ['a second acknowledgement', fire, [ack], ack, 'already-acknowledged'],
  ['an acknowledgement of a closed alert', door, [gone, ack], ack, 'alert-closed'],
  ['shelving of life safety', fire, [], shelve(), 'life-safety-not-shelved'],
  ['shelving for longer than the limit', door, [], shelve({ forMs: 8 * hour + 1 }), 'shelf-too-long'],
  ['shelving twice', door, [shelve()], shelve(), 'already-shelved'],
  ['unshelving what is not shelved', door, [], unshelve, 'not-shelved'],
  ['a reset while the condition stands', fire, [ack], reset(), 'condition-stands'],
  ['a reset before an acknowledgement', fire, [gone], reset(), 'not-acknowledged'],
  ['a reset that nobody can verify', fire, [ack, lost], reset(), 'not-verifiable'],
  ['a reset after a good reading that is too old by now', fire, [ack, gone, unjudged], reset(), 'not-verifiable'],
  ['a reset of what does not latch', door, [], reset(), 'nothing-to-reset'],
  ['a reset of a fire without its cause', fire, [ack, gone], reset(null), 'cause-required'],
];

describe('refused, with nothing changed', () => {
  test.each(refusals)('%s', (_name, facts, before, step, refused) => {
    let { alert } = raised(facts);
    before.forEach((each, index) => {
      alert = accepted(each(alert, moment(1000 * (index + 1)))).alert;
    });
    expect(step(alert, moment(60_000))).toMatchObject({ refused });
  });

  test('a deed on news that its doer has not seen', () => {
    const { alert } = raised();
    const worse = accepted(higher(alert, moment(1000))).alert;
    const late: AlertAction = { kind: 'acknowledge', version: alert.version, text: '', cause: null };
    expect(act(worse, late, { at: moment(2000), by: 'person:kim', settings: { shelveMaxMs: hour } })).toEqual({
      refused: 'alert-changed',
      version: worse.version,
    });
  });
});

function accepted(outcome: ReturnType<typeof act>): Outcome {
  if ('refused' in outcome) throw new Error(`refused: ${outcome.refused}`);
  return outcome;
}

function toldOf({ telling }: Outcome): string | undefined {
  return telling === null ? undefined : `${telling.reason}:${telling.steps.join()}`;
}
