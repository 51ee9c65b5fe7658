#!/usr/bin/env bash
# A table (DataSet) of UInt64 that a Sparkplug library wrote itself cannot be read by it.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install sparkplug-payload@1.0.3

probe <<'JS'
import { createRequire } from 'node:module';
import { report } from './report.mjs';

const spb = createRequire(import.meta.url)('sparkplug-payload').get('spBv1.0');
const table = (type) => {
  const value = { numOfColumns: 1, columns: ['free'], types: [type], rows: [[3]] };
  const metrics = [{ name: 'Lots', timestamp: 1, type: 'DataSet', value }];
  try {
    const [metric] = spb.decodePayload(spb.encodePayload({ timestamp: 1, seq: 0, metrics })).metrics;
    return String(metric.value.rows[0][0] ?? metric.value.rows[0].elements[0]);
  } catch (error) {
    return error.message.slice(0, 24);
  }
};
const types = ['Int64', 'UInt64', 'DateTime', 'UInt32', 'Int32'];
const read = Object.fromEntries(types.map((type) => [type, table(type)]));

report({
  expected: 'a table of UInt64 comes back as it was written',
  seen: 'it is written and cannot be read: the whole birth throws; its reader takes the number of Int64 for UInt64',
  figures: types.map((type) => `${type}: ${read[type]}`).join(', '),
  still: read.Int64 === '3' && read.UInt64 !== '3',
});
JS
