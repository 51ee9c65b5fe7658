import { describe, expect, onTestFinished, test } from 'vitest';
import { type PointRef, pointRefSchema } from '../../../contract/ids.ts';
import type { Value } from '../../../contract/reading.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { Interlocks } from '../../../edge/interlock/interlocks.ts';
import { silentLog } from '../../../edge/log.ts';
import type { Written } from '../../../edge/writing/write-point.ts';
import { interlockConfig, siren, smoke1, smoke2 } from './config.ts';

type Relay = 'works' | 'stuck' | 'silent';

/** The loop with a relay that works, is stuck, or does not answer, after 20 ms. */
function world(options: Parameters<typeof interlockConfig>[0] = {}) {
  const clock = new SimClock();
  const field = { relay: 'works' as Relay, isOn: false, writes: [] as { at: number; on: boolean }[], changes: 0 };
  const interlocks = new Interlocks({
    clock,
    log: silentLog,
    interlocks: [interlockConfig(options)],
    write: async (point: PointRef, value: boolean): Promise<Written> => {
      expect(point).toBe(siren);
      field.writes.push({ at: clock.monotonic(), on: value });
      await clock.sleep(20);
      if (field.relay === 'silent')
        return {
          outcome: 'failed',
          reason: { code: 'bus-fault', fault: 'timeout', reason: { code: 'no-reply', ms: 300, echo: false } },
          readBack: null,
        };
      if (field.relay === 'works') field.isOn = value;
      return field.isOn === value
        ? { outcome: 'done', reason: null, readBack: value }
        : {
            outcome: 'failed',
            reason: { code: 'read-back-differs', wanted: value, got: field.isOn },
            readBack: field.isOn,
          };
    },
    onChange: () => field.changes++,
  });
  const say = (point: string, value: Value) =>
    interlocks.accept([
      {
        point: pointRefSchema.parse(point),
        value,
        fault: value === null ? 'timeout' : null,
        at: clock.now(),
        mono: clock.monotonic(),
      },
    ]);
  const told = () => interlocks.health()?.siren;
  interlocks.start();
  onTestFinished(() => interlocks.close());
  return { clock, field, interlocks, say, told };
}

async function calm({ say, clock }: ReturnType<typeof world>): Promise<void> {
  say(siren, false);
  say(smoke1, false);
  say(smoke2, false);
  await clock.advance(50);
}

describe('the loop', () => {
  test('writes once, within the turn of the reading, and reads back', async () => {
    const all = world();
    await calm(all);
    const { say, clock, field, told } = all;
    expect(field.writes).toEqual([]);
    say(smoke1, true);
    expect(field.writes).toHaveLength(1);
    await clock.advance(5000);
    expect(field.writes).toHaveLength(1);
    expect(field.isOn).toBe(true);
    expect(told()).toMatchObject({ state: 'on', mode: 'normal', reason: null });
  });

  test.each<[Relay, string]>([
    ['stuck', 'read-back-differs'],
    ['silent', 'bus-fault'],
  ])('never keeps quiet about a relay that is %s, and tries again each second', async (relay, code) => {
    const all = world();
    await calm(all);
    const { say, clock, field, told } = all;
    field.relay = relay;
    say(smoke1, true);
    await clock.advance(3500);
    expect(field.writes.length).toBeGreaterThanOrEqual(3);
    expect(told()).toMatchObject({ mode: 'fault', reason: { code } });
    field.relay = 'works';
    await clock.advance(1500);
    expect(field.isOn).toBe(true);
    expect(told()).toMatchObject({ state: 'on', mode: 'normal', reason: null });
  });

  test('sets an output right that somebody else switched', async () => {
    const all = world();
    await calm(all);
    const { say, clock, field } = all;
    say(smoke1, true);
    await clock.advance(100);
    field.isOn = false;
    say(siren, false);
    await clock.advance(100);
    expect(field.isOn).toBe(true);
  });

  test('after a restart sounds again with the first reading, and holds what sounds until then', async () => {
    const all = world();
    const { say, clock, field } = all;
    field.isOn = true;
    say(siren, true);
    await clock.advance(1000);
    expect(field.writes).toEqual([]);
    say(smoke1, true);
    await clock.advance(100);
    expect(field.isOn).toBe(true);
  });

  test('says that nobody knows, while it knows nothing', async () => {
    const { told } = world();
    expect(told()).toMatchObject({ state: 'unknown', mode: 'normal' });
  });

  test.each<[string, boolean, boolean, Partial<Written>, boolean]>([
    [
      'a test while calm',
      false,
      true,
      { outcome: 'done', reason: { code: 'testing', interlock: 'siren', seconds: 10 } },
      true,
    ],
    [
      'off while calm',
      false,
      false,
      { outcome: 'refused', reason: { code: 'nothing-to-silence', interlock: 'siren' } },
      false,
    ],
    ['off while it sounds', true, false, { outcome: 'done', reason: { code: 'silenced', interlock: 'siren' } }, false],
  ])('takes as a command: %s', async (_name, smoke, value, answer, isOn) => {
    const all = world();
    await calm(all);
    const { say, clock, field, interlocks } = all;
    if (smoke) say(smoke1, true);
    await clock.advance(100);
    expect(interlocks.command(siren, value)).toMatchObject(answer);
    await clock.advance(100);
    expect(field.isOn).toBe(isOn);
    await clock.advance(11_000);
    expect(field.isOn).toBe(false);
  });

  test('owns its output, and no other', () => {
    const { interlocks } = world();
    expect(interlocks.owner(siren)).toBe('siren');
    expect(interlocks.owner(pointRefSchema.parse('siren-1/relay_2'))).toBeNull();
  });
});
