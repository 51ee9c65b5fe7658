#!/usr/bin/env bash
# An address padded with zeros, as instruments print it, is that of another machine.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install

probe <<'JS'
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { report } from './report.mjs';

const padded = '127.000.000.010';
const { address } = await lookup(padded);
const viaUrl = new URL(`http://${padded}/`).hostname;
report({
  expected: '127.0.0.10, or an error',
  seen: 'to the resolver and to URL a number with a leading zero is octal, so .010 is the machine at .8; to isIP() it is a name',
  figures: `${padded}: isIP() ${isIP(padded)}, looked up ${address}, by URL ${viaUrl}`,
  still: isIP(padded) === 0 && address === '127.0.0.8' && viaUrl === '127.0.0.8',
});
JS
