#!/usr/bin/env bash
# Labels of bays and numbers of devices, written plainly, are other values.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install yaml@2.9.1

probe <<'JS'
import { parse } from 'yaml';
import { report } from './report.mjs';

const text = '[007, 1E2, 0x10, 12345678901234567890, ~]';
const [zeros, row, hex, serial, none] = parse(text);
const older = parse('[12:30, NO, 010]', { version: '1.1' });
report({
  expected: 'a label that is not a plain decimal number comes as it is written, or is refused',
  seen: 'bay 1E2 is 100, 007 is 7, 0x10 is 16, a serial number of 20 digits is another one, ~ is null',
  figures: `${text} is [${zeros}, ${row}, ${hex}, ${serial}, ${none}]; where a file says %YAML 1.1, [12:30, NO, 010] is [${older.join(', ')}]`,
  still: zeros === 7 && row === 100 && hex === 16 && BigInt(serial) !== 12345678901234567890n && none === null,
});
JS
