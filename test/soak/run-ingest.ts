import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { soakIngest } from './ingest-soak.ts';

/** `npm run soak:ingest [-- kills]`: SIGKILLs of an ingest that is told what agents say at their worst. 50 take two minutes. */
const [kills = 50] = process.argv.slice(2).map(Number);
const dir = mkdtempSync(join(tmpdir(), 'jari-soak-'));
try {
  const soaked = await soakIngest({ dir, kills, onKill: (n) => n % 10 === 0 && console.log(`${n} kills`) });
  console.log(soaked);
  const isMet = soaked.faults.length === 0 && soaked.acknowledged > kills;
  console.log(isMet ? 'met' : 'unmet');
  process.exitCode = isMet ? 0 : 1;
} finally {
  rmSync(dir, { recursive: true, force: true });
}
