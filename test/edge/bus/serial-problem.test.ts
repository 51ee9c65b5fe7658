import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deviceReasonText } from '../../../contract/words/devices.ts';
import { openProblem } from '../../../edge/bus/serial-problem.ts';
import { root } from '../../needs.ts';

test('what to do about a missing permission names a file that is there', () => {
  const { reason } = openProblem('/dev/ttyUSB0')(new Error('Permission denied, cannot open /dev/ttyUSB0'));
  const [file] = /deploy\/[\w.-]+/.exec(deviceReasonText(reason).en) ?? [];
  expect(file).toBeDefined();
  expect(existsSync(join(root, file ?? 'none'))).toBe(true);
});
