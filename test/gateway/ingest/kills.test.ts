import { expect, test } from 'vitest';
import { soakIngest } from '../../soak/ingest-soak.ts';
import { tempDir } from '../../temp.ts';

/** `npm run soak:ingest -- KILLS` for the whole show. */
const kills = 3;

test('an ingest that is killed while it seals and deletes has stored what it acknowledged, once', async () => {
  const soaked = await soakIngest({ dir: tempDir(), kills, onKill: () => {} });
  expect(soaked.faults).toEqual([]);
  expect(soaked.kills).toBe(kills);
  expect(soaked.acknowledged).toBeGreaterThan(kills);
}, 120_000);
