import { closeSync, openSync } from 'node:fs';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { standardOutput } from '../../disk/standard-output.ts';

test('a log whose disk is full ends nothing, and keeps no more than a megabyte', () => {
  // Every write to it answers that no room is left.
  const full = openSync('/dev/full', 'w');
  onTestFinished(() => closeSync(full));
  let dropped = 0;
  const log = pino(standardOutput(full).on('drop', () => dropped++));
  for (let i = 0; i < 2000; i++) log.info({ text: 'x'.repeat(1000) }, 'line');
  expect(dropped).toBeGreaterThan(900);
  expect(dropped).toBeLessThan(1300);
});
