import { expect, test } from 'vitest';
import type { DiagnosisMessage } from '../../../contract/messages.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { Diagnoses } from '../../../edge/reporting/diagnoses.ts';
import { device } from '../north.ts';

const reason = { code: 'no-reply', ms: 300, echo: false } as const;

test('a fault is told at once, and what comes within a minute once when it is over, as it looks then', async () => {
  const clock = new SimClock();
  const sent: [string, DiagnosisMessage][] = [];
  const diagnoses = new Diagnoses({ clock, send: (of, message) => sent.push([of, message]) });
  let register = 1;
  const look = () => ({ frames: [], registers: [{ point: 'level', table: 'holding', address: 0, words: [register] }] });
  const note = (of: string, told: typeof reason | null = reason) =>
    diagnoses.note({ device: device(of), reason: told, look });
  note('box-1');
  note('box-1');
  note('box-2', null);
  await clock.advance(30_000);
  note('box-1');
  expect(sent.map(([of, { why }]) => [of, why])).toEqual([
    ['box-1', 'no reply in 300 ms'],
    ['box-2', ''],
  ]);
  register = 2;
  await clock.advance(30_000);
  expect(sent.slice(2)).toMatchObject([['box-1', { reason, registers: [{ words: [2] }] }]]);
  note('box-1');
  await clock.advance(300_000);
  expect(sent).toHaveLength(4);
  diagnoses.close();
  note('box-1');
  expect(sent).toHaveLength(4);
});
