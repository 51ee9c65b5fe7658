#!/usr/bin/env bash
# A line that is indented by no-break spaces belongs to nothing, without an error.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install yaml@2.9.1

probe <<'JS'
import { parse } from 'yaml';
import { report } from './report.mjs';

// As a web page or a word processor hands it over: no-break spaces where YAML wants spaces.
const text = 'gateway:\n\u00a0\u00a0port: 1883\nsite: a';
const seen = parse(text);
report({
  expected: 'an error, or the two lines as they look: port within gateway',
  seen: 'gateway is empty, and there is a new key whose name begins with two no-break spaces',
  figures: `gateway: ${JSON.stringify(seen.gateway)}; keys: ${Object.keys(seen).map((key) => JSON.stringify(key).replaceAll('\u00a0', '\\u00a0')).join(', ')}`,
  still: seen.gateway === null && Object.keys(seen).length === 3,
});
JS
