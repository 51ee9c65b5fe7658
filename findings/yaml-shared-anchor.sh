#!/usr/bin/env bash
# An anchor that is used a hundred times is called an attack.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install yaml@2.9.1

probe <<'JS'
import { parse } from 'yaml';
import { report } from './report.mjs';

/** A site file whose devices share one block: as many aliases as devices. */
function outcome(devices) {
  const text = `common: &common { link: { baud: 9600, parity: none } }\ndevices:\n${'  - *common\n'.repeat(devices)}`;
  try {
    return `${parse(text).devices.length} devices`;
  } catch ({ message }) {
    return message;
  }
}

/** The most aliases that one anchor may have. */
let most = 1;
while (outcome(most + 1).endsWith('devices') && most < 1000) most++;
report({
  expected: 'a file whose devices share one anchor is read, however many they are; what grows by nesting is refused',
  seen: 'the parser counts aliases of a block, nested or not, up to maxAliasCount (100), and calls more an attack',
  figures: `${most} aliases are read; ${most + 1}: "${outcome(most + 1)}"`,
  still: most <= 100 && outcome(most + 1).includes('attack'),
});
JS
