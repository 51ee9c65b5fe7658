import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { placedPart } from '../../config/handed/placed-part.ts';
import { formatProblem, loadChangedSite } from '../../config/load-site.ts';
import type { AgentConfig, Site } from '../../config/site.ts';
import type { AgentPart } from '../../contract/configuration.ts';
import type { ConfigurationRefusal } from '../../contract/reasons/configuration.ts';
import type { BoxSide, RefusedPart } from './verify-part.ts';

/** Of the site what an agent keeps: the rest of a site file is other programs' business. */
export type OwnSite = Pick<Site, 'id' | 'file'>;

export type OpenedPart =
  | { readonly ok: true; readonly site: OwnSite; readonly agent: AgentConfig; readonly warnings: readonly string[] }
  | RefusedPart;

/** Puts a verified part into a folder of its own and loads it as any site file: profiles, plan, all checks. */
export function openPart({ value, profiles }: AgentPart, box: BoxSide, dir: string): OpenedPart {
  const folder = join(dir, 'profiles');
  const file = join(dir, 'site.yaml');
  try {
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const [name, text] of Object.entries(profiles)) writeFileSync(join(folder, name), text, { mode: 0o600 });
    writeFileSync(file, JSON.stringify(value, null, 1), { mode: 0o600 });
  } catch (error) {
    return refuse({ code: 'not-stored', detail: messageOf(error) });
  }
  const place = { folder: box.folder, profileFolder: () => folder };
  const loaded = loadChangedSite(file, (read) => placedPart(read, box), place);
  if (!loaded.ok) {
    const errors = loaded.problems.filter(({ severity }) => severity === 'error');
    const [first] = errors;
    const detail = first === undefined ? '' : formatProblem(first).replace(`${file}:`, '').slice(0, 300);
    return refuse({ code: 'check-failed', problems: errors.length, detail });
  }
  const agent = loaded.site.agents.find(({ id }) => id === box.agent);
  if (agent === undefined) return refuse({ code: 'not-mine', site: loaded.site.id, unit: '' });
  const { id, file: own } = loaded.site;
  return { ok: true, site: { id, file: own }, agent, warnings: loaded.warnings.map(formatProblem) };
}

function refuse(reason: ConfigurationRefusal): RefusedPart {
  return { ok: false, reason };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}
