#!/usr/bin/env bash
# A gauge that nobody has set yet reads zero.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
install prom-client@15.1.3

probe <<'JS'
import client from 'prom-client';
import { report } from './report.mjs';

const registers = [new client.Registry()];
new client.Gauge({ name: 'water_level_cm', help: 'Water in the sump', registers });
new client.Gauge({ name: 'gas_lel_percent', help: 'Gas', labelNames: ['sensor'], registers });
const lines = (await registers[0].metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));

report({
  expected: 'no sample before the first set(): nothing was measured',
  seen: '0 from the moment it is made, unless it has labels: an alarm on "no data" never comes, a dry sump is shown',
  figures: `without labels: "${lines.join('; ')}"; with labels: ${lines.some((line) => line.startsWith('gas')) ? 'a sample' : 'no sample'}`,
  still: lines.join() === 'water_level_cm 0',
});
JS
