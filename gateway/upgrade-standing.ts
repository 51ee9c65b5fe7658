import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { Upkeep } from '../contract/http/upkeep.ts';
import { outcomeSchema, type UpgradeState, upgradeFolderVariable, upgradeStateSchema } from '../contract/upgrade.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** How an upgrade of this gateway stands, from the files that it leaves; null where nobody could upgrade it. */
export function upgradeStanding(env: Env, version: string): Upkeep['upgrade'] {
  const folder = env[upgradeFolderVariable];
  if (folder === undefined || folder === '') return null;
  const state = tryRead(join(folder, 'state.json'), upgradeStateSchema);
  const last = tryRead(join(folder, 'last.json'), outcomeSchema);
  return {
    version,
    underWay:
      state === null
        ? null
        : {
            ...{ phase: state.phase, from: state.from.version, to: state.to.version, askedAt: isoOf(state.at) },
            commitsAt: commitsAt(state),
          },
    last:
      last === null
        ? null
        : {
            ...{ outcome: last.outcome, from: last.from.version, to: last.to.version, at: isoOf(last.at) },
            ...{ reason: last.reason, isSetAside: last.setAside !== null },
          },
  };
}

function commitsAt({ phase, trialAt, limits }: UpgradeState): string | null {
  return phase !== 'trial' || trialAt === undefined ? null : isoOf(trialAt + limits.commitAfterMs);
}

function tryRead<T>(file: string, schema: z.ZodType<T>): T | null {
  try {
    return schema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data ?? null;
  } catch {
    return null;
  }
}

function isoOf(at: number): string {
  return new Date(at).toISOString();
}
