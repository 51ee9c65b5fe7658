import { describe, expect, test } from 'vitest';
import { DevicePlan, type PollTask } from '../../../edge/polling/device-plan.ts';
import { busOf, deviceOf, profileOf } from '../bench-site.ts';

const fourRegisters = profileOf({ a: { address: 0 }, b: { address: 1 }, c: { address: 2 }, d: { address: 3 } });

test('a device is asked for as planned, each range by a name that a person can read', () => {
  expect(shown(plan(fourRegisters))).toEqual(['whole holding 0–3']);
});

test('a range that is not supported is split into its points', () => {
  const device = plan(fourRegisters);
  device.unsupported(only(device, 'holding 0–3'));
  withoutSize(device);
  expect(shown(device)).toEqual(['search holding 0', 'search holding 1', 'search holding 2', 'search holding 3']);
});

test('and how much of it is answered at once is found out besides, while no point is known to be in the way', () => {
  const device = plan(fourRegisters);
  device.unsupported(only(device, 'holding 0–3'));
  expect(shown(device).at(-1)).toBe('size holding 0–1');
  device.supported(only(device, 'holding 0–1'));
  device.failedAtSize({ as: 'silence' });
  expect(shown(device).filter((text) => text.startsWith('size'))).toEqual([]);
  device.heard();
  device.failedAtSize({ as: 'silence' });
  device.heard();
  expect(shown(device).at(-1)).toBe('size holding 1–2');
  device.supported(only(device, 'holding 1–2'));
  expect(shown(device)).toEqual(['whole holding 0–1', 'whole holding 2–3']);
  expect(device.limits()).toEqual([{ upTo: 2, notAt: [3, 4], of: 'registers', as: 'silence' }]);
  device.reset();
  expect(shown(device)).toEqual(['whole holding 0–3']);
  device.unsupported(only(device, 'holding 0–3'));
  device.unsupported(only(device, 'holding 1'));
  expect(shown(device).filter((text) => text.startsWith('size'))).toEqual([]);
});

test('the point that is not supported is off, and its neighbours are read together again on either side', () => {
  const device = plan(fourRegisters);
  device.unsupported(only(device, 'holding 0–3'));
  withoutSize(device);
  expect(device.supported(only(device, 'holding 0'))).toBe(false);
  device.unsupported(only(device, 'holding 1'));
  expect(device.supported(only(device, 'holding 2'))).toBe(false);
  expect(device.supported(only(device, 'holding 3'))).toBe(true);
  expect(shown(device)).toEqual(['off holding 1', 'run holding 0', 'run holding 2–3']);
  expect(device.settings()).toContainEqual({
    key: 'holding 1',
    everyMs: 1000,
    trouble: { fault: 'unsupported', reason: { code: 'not-supported', points: ['b'] } },
  });
});

test('a gap that may not be read is not read again', () => {
  const profile = profileOf({ a: { address: 0 }, b: { address: 5 } }, { readable: { holding: [[0, 20]] } });
  const device = plan(profile);
  const [whole] = device.tasks();
  expect(whole?.range).toMatchObject({ address: 0, count: 6, maxCount: 21 });
  device.unsupported(only(device, 'holding 0–5'));
  withoutSize(device);
  for (const task of device.tasks()) device.supported(task);
  expect(device.tasks().map(({ range }) => [range.address, range.count, range.maxCount])).toEqual([
    [0, 1, 1],
    [5, 1, 1],
  ]);
});

test('a range that was lengthened is asked as it stands before it is split', () => {
  const profile = profileOf({ a: { address: 0 }, b: { address: 5 } }, { readable: { holding: [[0, 20]] } });
  const device = plan(profile);
  expect(device.shortened(only(device, 'holding 0–5'))).toBe(true);
  expect(shown(device)).toEqual(['whole holding 0–5']);
  expect(only(device, 'holding 0–5').range).toMatchObject({ count: 6, maxCount: 6 });
  expect(device.shortened(only(device, 'holding 0–5'))).toBe(false);
});

test('a range of one point is asked once more before it is off', () => {
  const device = plan(profileOf({ a: { address: 7 } }));
  device.unsupported(only(device, 'holding 7'));
  expect(shown(device)).toEqual(['search holding 7']);
  expect(device.isReadable()).toBe(true);
  device.unsupported(only(device, 'holding 7'));
  expect(shown(device)).toEqual(['off holding 7']);
  expect(device.isReadable()).toBe(false);
});

test('points of one register stay together', () => {
  const bits = profileOf({
    low: { address: 4, type: 'bit', bit: 0 },
    high: { address: 4, type: 'bit', bit: 9 },
    next: { address: 5 },
  });
  const device = plan(bits);
  device.unsupported(only(device, 'holding 4–5'));
  withoutSize(device);
  expect(device.tasks().map(({ range }) => range.points.map(({ name }) => name))).toEqual([['low', 'high'], ['next']]);
});

test('a run that is refused though its points are not is read point by point for good', () => {
  const device = plan(fourRegisters);
  device.unsupported(only(device, 'holding 0–3'));
  withoutSize(device);
  for (const task of device.tasks()) device.supported(task);
  expect(shown(device)).toEqual(['run holding 0–3']);
  device.unsupported(only(device, 'holding 0–3'));
  withoutSize(device);
  expect(shown(device).every((text) => text.startsWith('alone'))).toBe(true);
  for (const task of device.tasks()) expect(device.supported(task)).toBe(false);
});

test('the search in one range leaves the others as they are, task by task', () => {
  const device = plan(profileOf({ a: { address: 0 }, b: { address: 1 }, far: { address: 500 } }));
  const far = only(device, 'holding 500');
  device.unsupported(only(device, 'holding 0–1'));
  withoutSize(device);
  expect(device.tasks()).toContain(far);
});

describe('restored', () => {
  test('everything is asked again as planned', () => {
    const device = plan(fourRegisters);
    device.unsupported(only(device, 'holding 0–3'));
    withoutSize(device);
    for (const task of device.tasks()) device.unsupported(task);
    device.reset();
    expect(shown(device)).toEqual(['whole holding 0–3']);
  });
});

/** The search for how much is answered at once finds nothing: not one read of several points is answered. */
function withoutSize(device: DevicePlan): void {
  while (device.tasks().some(({ kind }) => kind === 'size')) device.failedAtSize({ as: 'exception', exception: 2 });
}

function plan(profile: Parameters<typeof deviceOf>[0]['profile']): DevicePlan {
  return new DevicePlan(deviceOf({ id: 'd-1', unit: 1, profile }), busOf([]).link);
}

function shown(device: DevicePlan): string[] {
  return device.tasks().map(({ kind, key }) => `${kind} ${key}`);
}

function only(device: DevicePlan, key: string): PollTask {
  const task = device.tasks().find((one) => one.key === key);
  if (task === undefined) throw new Error(`no ${key} in ${shown(device).join(', ')}`);
  return task;
}

test('a point that counts only while another says so is split out together with it, and that one by itself', () => {
  const profile = profileOf(
    {
      absent: { address: 2, type: 'bit', bit: 1 },
      level: { address: 4, type: 'f32', invalidWhile: 'absent' },
      other: { address: 6 },
    },
    { readable: { holding: [[2, 6]] } },
  );
  const device = plan(profile);
  expect(shown(device)).toEqual(['whole holding 2–6']);
  device.unsupported(only(device, 'holding 2–6'));
  withoutSize(device);
  expect(shown(device)).toEqual(['search holding 2', 'search holding 2–5', 'search holding 6']);
  device.unsupported(only(device, 'holding 2–5'));
  for (const key of ['holding 2', 'holding 6']) device.supported(only(device, key));
  expect(device.settings()).toContainEqual({
    key: 'holding 2–5',
    everyMs: 1000,
    trouble: { fault: 'unsupported', reason: { code: 'not-supported', points: ['level'] } },
  });
  expect(shown(device)).toEqual(['off holding 2–5', 'run holding 2', 'run holding 6']);
});

test('once it is known that both may be read, they are one request again, and each point says itself once', () => {
  const profile = profileOf(
    { absent: { address: 2, type: 'bit', bit: 1 }, level: { address: 4, type: 'f32', invalidWhile: 'absent' } },
    { readable: { holding: [[2, 5]] } },
  );
  const device = plan(profile);
  device.unsupported(only(device, 'holding 2–5'));
  withoutSize(device);
  for (const task of device.tasks()) device.supported(task);
  const [run] = device.tasks();
  expect(shown(device)).toEqual(['run holding 2–5']);
  expect(run?.range.points.map(({ name, isAside }) => [name, isAside ?? false])).toEqual([
    ['absent', false],
    ['level', false],
  ]);
});
