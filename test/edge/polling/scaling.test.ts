import { expect, test } from 'vitest';
import { parseRequestPdu } from '../../../devices/modbus/pdu.ts';
import { frameRtu, tryRtuFrame } from '../../../devices/modbus/rtu.ts';
import { fieldOf } from '../bus/field.ts';
import type { Slave } from '../memory-line.ts';

/** A value and the register that scales it, too far from each other for one request. */

const factor = { address: 500 };
const points = { a: { address: 10, scaleBy: 'factor' }, factor };

test.each([[[]], [['a']]])(
  'a factor that changes is the factor of the very next value, and the first value has its own; of life safety: %j',
  async (urgent) => {
    const field = fieldOf((...args) => field.slave(...args), { points, urgent });
    field.slave = slaveOf({ a: 100, factor: 10 });
    await field.clock.advance(5500);
    field.slave = slaveOf({ a: 100, factor: 20 });
    await field.clock.advance(3000);
    expect(valuesOf(field, 'a')).toEqual([...Array(6).fill(1000), ...Array(3).fill(2000)]);
    await field.end();
  },
);

test('what another device behind the same port says is not scaled by the factor of the one before', async () => {
  const field = fieldOf((...args) => field.slave(...args), { points });
  field.slave = slaveOf({ a: 235, factor: 10 });
  await field.clock.advance(4500);
  field.line.vanish();
  const other = slaveOf({ a: 2350, factor: 1 });
  // Its first answer is lost.
  let asked = 0;
  field.slave = (frame, nth) => (addressIn(frame) === factor.address && ++asked === 1 ? [] : other(frame, nth));
  await field.clock.advance(5000);
  expect(asked).toBeGreaterThan(1);
  expect(valuesOf(field, 'a').filter((value) => value !== null && value !== 2350)).toEqual([]);
  await field.end();
});

function valuesOf({ readings }: ReturnType<typeof fieldOf>, name: string) {
  return readings.flatMap(({ point, value }) => (point === `d-1/${name}` ? [value] : []));
}

function addressIn(frame: Uint8Array): number | undefined {
  return parseRequestPdu(tryRtuFrame(frame)?.pdu ?? frame)?.address;
}

function slaveOf(held: { a: number; factor: number }): Slave {
  return (frame) => {
    const word = addressIn(frame) === factor.address ? held.factor : held.a;
    return [{ afterMs: 5, bytes: frameRtu(1, Uint8Array.of(3, 2, word >>> 8, word & 0xff)) }];
  };
}
