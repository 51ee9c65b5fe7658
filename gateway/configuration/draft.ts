import { confirmationOf } from '../../config/against/confirm.ts';
import { isLoss } from '../../config/against/loss.ts';
import { apart } from '../../config/apart/apart.ts';
import { lifeSafetyPoints } from '../../config/buildings/life-safety-points.ts';
import { formatProblem } from '../../config/files/problem.ts';
import { agentPart, contentOf, type PartContent } from '../../config/handed/agent-part.ts';
import { uplinkIn } from '../../config/handed/placed-part.ts';
import { rulesOf, type Site } from '../../config/site.ts';
import type { AgentId } from '../../contract/ids.ts';
import type { SiteChange } from '../../contract/reasons/site-changes.ts';
import { isInside, placedName, placeFile } from './placed-file.ts';
import type { FileVersion } from './record.ts';
import { type Running, runningOf } from './running.ts';

export type Draft = Running & {
  readonly changes: readonly SiteChange[];
  /** Agents whose part differs, with their new part. Those that are new in it get theirs with their bundle. */
  readonly parts: ReadonlyMap<AgentId, PartContent>;
  /** Whose way to the gateway differs: that is changed at the box. */
  readonly uplinkStays: readonly AgentId[];
};

/** Holds a draft against what runs, after the checks of `jari check --against`. Writes into `folder` alone. */
export async function readDraft(
  version: FileVersion,
  runs: Site,
  place: { folder: string; given: string },
): Promise<{ ok: true; draft: Draft } | { ok: false; problems: string[] }> {
  const outside = version.profiles.filter(({ folder }) => !isInside(folder));
  if (outside.length > 0) {
    const where = outside.map(({ folder }) => folder).join(', ');
    return {
      ok: false,
      problems: [`profiles ${where}: only folders below the site file can be handed along; move them there`],
    };
  }
  const { file, standsIn } = placeFile(version, place.folder, place.given);
  const { loaded, value, was, changes } = await apart('held', file, standsIn, runs);
  const shown = (text: string) => text.replaceAll(`${place.folder}/`, '');
  if (!loaded.ok) {
    const errors = loaded.problems.filter(({ severity }) => severity === 'error');
    return { ok: false, problems: errors.map((problem) => shown(formatProblem(problem))) };
  }
  const { site } = loaded;
  if (site.id !== runs.id) {
    return {
      ok: false,
      problems: [`${placedName}: is of site ${site.id}, and this is ${runs.id}; give that one's`],
    };
  }
  const draft = { site, value, profiles: version.profiles };
  return { ok: true, draft: { ...draft, changes, ...partsOf(runningOf(runs, was), draft) } };
}

export function lossesOf({ changes }: Pick<Draft, 'changes'>): SiteChange[] {
  return changes.filter(isLoss);
}

/** Losses that nobody has confirmed. */
export function unconfirmed(draft: Pick<Draft, 'changes'>, confirm: readonly string[]): SiteChange[] {
  return lossesOf(draft).filter((change) => !confirm.includes(confirmationOf(change)));
}

function partsOf(running: Running, draft: Running): Pick<Draft, 'parts' | 'uplinkStays'> {
  const parts = new Map<AgentId, PartContent>();
  const uplinkStays: AgentId[] = [];
  for (const { id } of draft.site.agents) {
    const [before, after] = [partOf(running, id), partOf(draft, id)];
    if (before === undefined || after === undefined) continue;
    if (contentOf(before) !== contentOf(after)) parts.set(id, after);
    if (JSON.stringify(uplinkIn(running.value, id)) !== JSON.stringify(uplinkIn(draft.value, id))) uplinkStays.push(id);
  }
  return { parts, uplinkStays };
}

function partOf({ site, value, profiles }: Running, agent: AgentId): PartContent | undefined {
  const lifeSafety = lifeSafetyPoints(rulesOf(site));
  return agentPart({ value, profiles: profiles.map(({ files }) => files), lifeSafety }, agent);
}
