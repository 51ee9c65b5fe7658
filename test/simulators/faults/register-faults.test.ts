import { describe, expect, test } from 'vitest';
import { load, siteText, smallSiteText } from '../sites.ts';
import { bytesOf, lan, line, wires } from './wire.ts';

const hour = 3_600_000;

describe('swapped words', () => {
  /** The registers of a read of the meter, behind header, unit, function and byte count. */
  async function registers(field: ReturnType<typeof wires>, address: number, count: number) {
    return bytesOf(await field.read(lan, { unit: 1, fn: 4, address, count })).slice(9);
  }

  function meter() {
    const field = wires(load(smallSiteText()));
    field.buses.set('meter-1/voltage', 230); // 43 66 00 00
    field.buses.set('meter-1/power', 1000); // 44 7A 00 00
    return field;
  }

  test('turns round both registers of every 32-bit value, be it read in part, until it ends', async () => {
    const field = meter();
    field.buses.fault('meter-1', 'swapped-words', { forMs: 20_000 });
    expect(await registers(field, 0, 2)).toEqual([0, 0, 0x43, 0x66]);
    expect(await registers(field, 0, 1)).toEqual([0, 0]);
    expect(await registers(field, 1, 1)).toEqual([0x43, 0x66]);
    expect((await registers(field, 0, 14)).slice(-4)).toEqual([0, 0, 0x44, 0x7a]);
    expect(await registers(field, 0, 2)).toEqual([0x43, 0x66, 0, 0]);
  });

  test('of one point leaves the others of its device as they are', async () => {
    const field = meter();
    field.buses.fault('meter-1/power', 'swapped-words');
    const all = await registers(field, 0, 14);
    expect([all.slice(0, 4), all.slice(-4)]).toEqual([
      [0x43, 0x66, 0, 0],
      [0, 0, 0x44, 0x7a],
    ]);
  });
});

describe('stuck', () => {
  test('registers stay as they were while the world goes on, whatever is written, and follow it again after', async () => {
    const { clock, buses, switchOn } = wires(load(smallSiteText()));
    const [stuck, free] = [wires(load(smallSiteText())), wires(load(smallSiteText()))];
    buses.fault('di-1', 'stuck', { forMs: hour });
    await switchOn(1, 2);
    expect(buses.valueOf('di-1/do_2')).toBe(false);
    await clock.advance(hour);
    expect(buses.valueOf('di-1/do_2')).toBe(true);

    const before = stuck.buses.valueOf('tilt-1/tilt_x');
    stuck.buses.fault('tilt-1', 'stuck', { forMs: hour });
    for (const each of [stuck, free]) await each.clock.advance(hour - 1);
    expect(stuck.buses.valueOf('tilt-1/tilt_x')).toBe(before);
    expect(free.buses.valueOf('tilt-1/tilt_x')).not.toBe(before);
    for (const each of [stuck, free]) await each.clock.advance(1);
    expect(stuck.buses.valueOf('tilt-1/tilt_x')).toBe(free.buses.valueOf('tilt-1/tilt_x'));
  });

  test('of one point leaves the others moving', async () => {
    const { clock, buses } = wires(load(smallSiteText()));
    const points = ['tilt-1/tilt_x', 'tilt-1/tilt_y'];
    const [x, y] = points.map((point) => buses.valueOf(point));
    buses.fault('tilt-1/tilt_x', 'stuck');
    await clock.advance(6 * hour);
    expect(buses.valueOf('tilt-1/tilt_x')).toBe(x);
    expect(buses.valueOf('tilt-1/tilt_y')).not.toBe(y);
  });

  test('that began a while ago shows what was there then', async () => {
    const { clock, buses } = wires(load(smallSiteText()));
    const then = { at: buses.now(), value: buses.valueOf('tilt-1/tilt_x') };
    await clock.advance(6 * hour);
    buses.fault('box-1/line', 'stuck', { from: then.at });
    expect(buses.valueOf('tilt-1/tilt_x')).toBe(then.value);
  });
});

describe('drifting', () => {
  /** How far two fields of one seed are apart. */
  async function apart(point: string, drift: { rate?: number }, hours: number) {
    const [one, other] = [wires(load(smallSiteText())), wires(load(smallSiteText()))];
    one.buses.fault(point, 'drifting', drift);
    for (const { clock } of [one, other]) await clock.advance(hours * hour);
    return Number(one.buses.valueOf(point)) - Number(other.buses.valueOf(point));
  }

  test.each([
    ['tilt-1/tilt_x', {}, 2, 7.2],
    ['tilt-1/tilt_x', { rate: 0.1 }, 1, 36],
    ['tilt-1/tilt_x', { rate: -0.1 }, 1, -36],
    ['meter-1/voltage', { rate: 0.02 }, 3, 18],
  ])('%s with %j leaves the truth by a share of its range an hour', async (point, drift, hours, away) => {
    expect(await apart(point, drift, hours)).toBeCloseTo(away, 1);
  });

  test('goes no further than the end of the range, and the registers carry it there', async () => {
    const { clock, buses, read } = wires(load(smallSiteText()));
    buses.fault('tilt-1', 'drifting', { rate: 1 });
    await clock.advance(10 * hour);
    expect(Number(buses.valueOf('tilt-1/tilt_x'))).toBeCloseTo(180, 1);
    const reply = bytesOf(await read(line, { unit: 80, fn: 3, address: 0x3d, count: 1 }));
    expect(reply.slice(0, 4)).toEqual([80, 3, 2, 0x7f]);
  });

  test('is over when it ends, and touches no contact', async () => {
    const text = siteText(
      [
        '{ id: co-1, profile: greystone-cmd5b4, unit: 1, every: 1s }',
        '{ id: di-1, profile: waveshare-rtu-io-8ch, unit: 2, every: 1s }',
      ],
      [],
    );
    const [one, other] = [wires(load(text)), wires(load(text))];
    one.buses.fault('box-1/line', 'drifting', { rate: 0.1, forMs: hour });
    const seen = ({ buses }: typeof one) =>
      ['co-1/status', 'co-1/co', 'di-1/di_0'].map((point) => buses.valueOf(point));
    for (const { clock } of [one, other]) await clock.advance(hour - 1000);
    expect([seen(one)[0], seen(one)[2]]).toEqual([seen(other)[0], seen(other)[2]]);
    expect(seen(one)[1]).toBeGreaterThan(Number(seen(other)[1]) + 40);
    for (const { clock } of [one, other]) await clock.advance(1000);
    expect(seen(one)).toEqual(seen(other));
  });
});
