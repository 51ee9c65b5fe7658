#!/usr/bin/env bash
# A schema for changes, made by partial(), sets what was not sent.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install zod@4.6.7

probe <<'JS'
import { z } from 'zod';
import { report } from './report.mjs';

const Alarm = z.object({ name: z.string(), delayS: z.number().default(0), enabled: z.boolean().default(true) });
const stored = { name: 'gas', delayS: 30, enabled: false };
const change = Alarm.partial().parse({ name: 'gas, storey B2' });
const after = { ...stored, ...change };
report({
  expected: 'a key that is not sent is not there, so the change touches the name alone',
  seen: 'every key with a default comes with it: a disabled alarm is enabled by a new name',
  figures: `sent {name}, parsed ${JSON.stringify(change)}; stored ${JSON.stringify(stored)} becomes ${JSON.stringify(after)}`,
  still: after.delayS === 0 && after.enabled === true,
});
JS
