import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command, missing, root } from '../needs.ts';

const rules = join(root, 'deploy/prometheus/jari-alerts.yaml');

test.skipIf(missing(command('promtool')))('promtool accepts the alert rules', () => {
  const { status, stdout } = spawnSync('promtool', ['check', 'rules', rules], { encoding: 'utf8' });
  expect([status, stdout]).toEqual([0, expect.stringContaining('SUCCESS')]);
});
