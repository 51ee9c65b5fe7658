import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { formatProblem, loadSite } from '../../../config/load-site.ts';
import { modbusBusesOf, type Site } from '../../../config/site.ts';
import type { Model } from '../../../simulators/models.ts';
import type { WorldEvent } from '../../../simulators/world/events.ts';
import { World } from '../../../simulators/world/world.ts';

type Points = Readonly<Record<string, object>>;
export type SiteWish = {
  timezone?: string;
  /** Devices by id, of one agent each entry; a device is its points, kinds and units given, the rest filled in. */
  agents: Readonly<Record<string, Readonly<Record<string, Points>>>>;
  lots?: readonly { id: string; spaces: readonly { type: string; occupancy: string }[] }[];
};

/** A site whose devices have profiles of their own. */
export function siteOf(wish: SiteWish): Site {
  const dir = mkdtempSync(join(tmpdir(), 'jari-world-'));
  try {
    return loadedIn(dir, wish);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

function loadedIn(dir: string, wish: SiteWish): Site {
  mkdirSync(join(dir, 'mine'));
  for (const devices of Object.values(wish.agents)) {
    for (const [id, points] of Object.entries(devices))
      writeFileSync(join(dir, 'mine', `${id}.yaml`), profileText(id, points));
  }
  const file = join(dir, 'site.yaml');
  writeFileSync(file, stringify(siteFile(wish)));
  const loaded = loadSite(file);
  if (!loaded.ok) throw new Error(loaded.problems.map(formatProblem).join('\n'));
  return loaded.site;
}

function siteFile({ timezone = 'Asia/Seoul', agents, lots = [] }: SiteWish): object {
  const text = (en: string) => ({ ko: en, en });
  return {
    site: 'test',
    name: text('test'),
    timezone,
    profiles: ['mine'],
    agents: Object.entries(agents).map(([id, devices], nth) => ({
      id,
      uplink: { url: 'mqtt://127.0.0.1:1883' },
      buses: [
        {
          id: 'lan',
          kind: 'modbus-tcp',
          host: '127.0.0.1',
          port: 1502 + nth,
          devices: Object.keys(devices).map((device, i) => ({
            id: device,
            profile: device,
            unit: i + 1,
            every: '10s',
          })),
        },
      ],
    })),
    lots: lots.map(({ id, spaces }) => ({
      id,
      name: text(id),
      spaces: spaces.map((space, i) => ({ id: `s${i}`, ...space })),
    })),
  };
}

function profileText(id: string, points: Points): string {
  const filled = Object.entries(points).map(([name, point], i) => [
    name,
    'type' in point && point.type === 'bool'
      ? { table: 'discrete', address: i, ...point }
      : { table: 'holding', address: 4 * i, type: 'f64', ...point },
  ]);
  const about = { id, maker: 'x', model: 'x', source: 'x', verified: 'none' };
  return stringify({ ...about, points: Object.fromEntries(filled) });
}

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;
/** Midnight in Seoul, the demo's day. */
export const midnight = Date.UTC(2026, 10, 20, 15);

/** A site's instruments and what may happen to them. */
export function worldOf(site: Site, seed = 1) {
  const world = new World({ site, seed });
  const devices = new Map(
    site.agents.flatMap((agent) =>
      modbusBusesOf(agent).flatMap((bus) => bus.devices.map((device) => [device.id as string, device])),
    ),
  );
  const models = new Map<string, Model>();
  for (const [id, device] of devices) {
    for (const [name, model] of world.modelsFor(device)) models.set(`${id}/${name}`, model);
  }
  const at = (ref: string, tMs: number) => {
    const model = models.get(ref);
    if (model === undefined) throw new Error(`no point ${ref}; there are ${[...models.keys()].join(', ')}`);
    return model(tMs);
  };
  return {
    world,
    points: [...models.keys()],
    at,
    number: (ref: string, tMs: number) => Number(at(ref, tMs)),
    begin: (event: Pick<WorldEvent, 'name'> & Partial<WorldEvent>) =>
      world.begin({ place: null, from: midnight, until: Infinity, strength: 1, ...event }),
  };
}
