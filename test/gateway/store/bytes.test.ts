import { existsSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  chunkBytes,
  makeMessages,
  readBack,
  readingsOf,
  runBare,
  runClustered,
  runIngest,
  sameRows,
  standardLoad,
} from '../../bench/ingest-load.ts';
import { missing } from '../../needs.ts';
import { tempDir } from '../../temp.ts';

const counted = { name: '/proc/self/io', there: () => existsSync('/proc/self/io') };

describe.skipIf(missing(counted))('at 200 series and 500 readings a commit', () => {
  const load = standardLoad;
  const messages = makeMessages(load);

  test('at most 130 bytes are written a reading, 15 times less than by a clustered table, and all comes back', () => {
    let chunks = { bodies: 0, readings: 0 };
    const ours = runIngest(tempDir(), load, messages, {
      seal: true,
      after(store) {
        chunks = chunkBytes(store);
        readBack(store, load, messages);
      },
    });
    expect(ours.written / readingsOf(load)).toBeLessThanOrEqual(130);
    expect(chunks.readings).toBeGreaterThanOrEqual(readingsOf(load) * 0.9);
    expect(chunks.bodies / chunks.readings).toBeLessThanOrEqual(4);
    const clustered = runClustered(tempDir(), load, messages);
    expect(clustered.written / ours.written).toBeGreaterThanOrEqual(15);
  });

  test('the loop that ingest is measured against writes the very same rows', () => {
    const few = { ...load, commits: 60 };
    const [one, other] = [tempDir(), tempDir()];
    runIngest(one, few, makeMessages(few), { seal: false });
    runBare(other, few, makeMessages(few));
    expect(sameRows(one, other)).toBe(true);
  });
});
