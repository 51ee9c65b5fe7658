import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { devicesOf, isModbusBus, type Site } from '../../config/site.ts';
import { compileParser } from '../../contract/compiled.ts';
import type { Creep } from '../world/creep.ts';
import { World } from '../world/world.ts';

/**
 * What the demo's building did before the demo began, so that its movement can be forecast at once: the simulator's own model,
 * read at times that are past. It is put into the gateway as simulated, which every page says.
 */

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** How long the building is known, and one of its corners leans. */
const knownDays = 60;
const creepDays = 35;
const corner = 'tilt-ne';
const sampleEveryMs = 30 * 60_000;
const kinds: ReadonlySet<string> = new Set(['tilt', 'crack']);

const readKept = compileParser(z.object({ device: z.string(), since: z.int() }));

/** The corner that leans, since when: chosen once for the folder, so that the next run goes on where this one ends. */
export function keptCreep(dir: string, now: number): Creep {
  const file = join(dir, 'creep.json');
  try {
    const kept = readKept(JSON.parse(readFileSync(file, 'utf8')));
    if (kept.ok) return kept.value;
  } catch {
    // The first run on this folder.
  }
  const creep = { device: corner, since: Math.floor(now / dayMs - creepDays) * dayMs };
  writeFileSync(file, `${JSON.stringify(creep)}\n`, { mode: 0o600 });
  return creep;
}

/** As `jari simulate --creep` takes it. */
export function creepOption({ device, since }: Creep): string {
  return `${device}@${new Date(since).toISOString()}`;
}

/** CSV: a column `device/point` for each tilt and crack and for the air that explains them, every 30 min of the last 60 days. */
export function pastCsv(site: Site, { seed, creep, now }: { seed: number; creep: Creep; now: number }): string {
  const world = new World({ site, seed, creep });
  const airs = new Set(site.buildings.flatMap(({ forecast }) => forecast.temperature ?? []));
  const columns = site.agents
    .flatMap((agent) => devicesOf(agent))
    .flatMap(({ bus, device }) => {
      if (!isModbusBus(bus)) return [];
      const own = bus.devices.find(({ id }) => id === device.id);
      const models = own === undefined ? new Map() : world.modelsFor(own);
      return device.points.flatMap(({ ref, name, profile, valueType }) => {
        const model = models.get(name);
        const isShown = (valueType === 'number' && kinds.has(profile.kind)) || airs.has(ref);
        return isShown && model !== undefined ? [{ ref, model }] : [];
      });
    });
  const lines = [['time', ...columns.map(({ ref }) => ref)].join(',')];
  const last = Math.floor(now / hourMs) * hourMs;
  for (let at = last - knownDays * dayMs; at < last; at += sampleEveryMs)
    lines.push([new Date(at).toISOString(), ...columns.map(({ model }) => figure(model(at)))].join(','));
  return `${lines.join('\n')}\n`;
}

/** More digits than any register carries, and no more. */
function figure(value: unknown): string {
  return typeof value === 'number' ? String(Number(value.toPrecision(7))) : '';
}
