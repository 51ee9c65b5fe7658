import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { upkeepSchema } from '../../contract/http/upkeep.ts';
import type { UpgradeOutcome, UpgradeState } from '../../contract/upgrade.ts';
import { upgradeStanding } from '../../gateway/upgrade-standing.ts';
import { usualLimits } from '../../upgrade/limits.ts';
import { tempDir } from '../temp.ts';

const [from, to] = ['0.1.0', '0.2.0'].map((version) => ({ version, dir: '/x', reads: { gateway: 1, outbox: 1 } })) as [
  UpgradeState['from'],
  UpgradeState['to'],
];

test('an upgrade is shown from the files that it leaves, and none where there are none', () => {
  expect(upgradeStanding({}, '0.1.0')).toBeNull();
  const folder = tempDir();
  const standing = () => upgradeStanding({ JARI_UPGRADE_DIR: folder }, '0.1.0');
  expect(standing()).toEqual({ version: '0.1.0', underWay: null, last: null });
  const state: UpgradeState = {
    ...{ v: 1, phase: 'trial', from, to, at: 0, limits: usualLimits, baseline: null },
    ...{ crashes: 0, interruptions: 1, reason: null },
  };
  writeFileSync(join(folder, 'state.json'), JSON.stringify(state));
  const reason = { code: 'polls-fell', before: 60, now: 40 } as const;
  const last: UpgradeOutcome = { v: 1, outcome: 'went-back', from, to, at: 0, reason, setAside: '/y' };
  writeFileSync(join(folder, 'last.json'), JSON.stringify(last));
  expect(upkeepSchema.shape.upgrade.parse(standing())).toMatchObject({
    underWay: { phase: 'trial', from: '0.1.0', to: '0.2.0', askedAt: '1970-01-01T00:00:00.000Z', commitsAt: null },
    last: { outcome: 'went-back', reason, isSetAside: true },
  });
  writeFileSync(join(folder, 'state.json'), JSON.stringify({ ...state, trialAt: 60_000 }));
  expect(standing()?.underWay?.commitsAt).toBe('1970-01-01T00:11:00.000Z');
  writeFileSync(join(folder, 'state.json'), '{');
  expect(standing()?.underWay).toBeNull();
});
