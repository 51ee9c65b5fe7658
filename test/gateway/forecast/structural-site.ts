import { buildBuilding } from '../../../config/buildings/building-config.ts';
import { buildingFileSchema } from '../../../config/buildings/building-file.ts';
import type { Site } from '../../../config/site.ts';
import { pointRefSchema } from '../../../contract/ids.ts';
import { ruleOf } from '../alerts/alerts-site.ts';
import { siteOf } from '../core-site.ts';

/** The corners of a roof, an air temperature, and a rule on how far each corner leans. */
export const corners = ['tilt-ne/p_0', 'tilt-nw/p_0', 'tilt-se/p_0'] as const;

const places = [
  { device: 'tilt-ne', storey: 'roof', at: [20, 10] },
  { device: 'tilt-nw', storey: 'roof', at: [0, 10] },
  { device: 'tilt-se', storey: 'roof', at: [20, 0] },
  { device: 'climate-b1', storey: 'b1', at: [20, 10] },
  { device: 'climate-roof', storey: 'roof', at: [18, 9] },
];

export function structuralSite(
  of: { judged?: readonly string[]; temperature?: string; when?: object; drift?: object } = {},
): Site {
  const { judged = corners } = of;
  const levels = { 관심: { above: 5 }, 주의: { above: 8 }, 경계: { above: 9 } };
  const { when = { kind: 'threshold', levels } } = of;
  const site = siteOf(
    { 'tilt-ne': 2, 'tilt-nw': 1, 'tilt-se': 1, 'climate-b1': 1, 'climate-roof': 1 },
    'number',
    3_600_000,
  );
  const file = buildingFileSchema.parse({
    id: 'hanbit',
    name: { ko: '한빛', en: 'Hanbit' },
    storeys: [
      { id: 'b1', name: { ko: '지하', en: 'Basement' }, elevation: -3, height: 3 },
      { id: 'roof', name: { ko: '옥상', en: 'Roof' }, elevation: 17, height: 1 },
    ],
    places,
    ...(of.temperature === undefined ? {} : { forecast: { temperature: of.temperature } }),
  });
  const rules = judged.map((point) =>
    ruleOf(`tilt:${point}`, [pointRefSchema.parse(point)], {
      hazard: 'collapse',
      when,
    }),
  );
  return {
    ...site,
    agents: site.agents.map((agent) => ({
      ...agent,
      buses: agent.buses.map((bus) => ({
        ...bus,
        devices: bus.devices.map((device) => ({
          ...device,
          points: device.points.map((point) => ({
            ...point,
            profile: device.id.startsWith('tilt')
              ? { ...point.profile, kind: 'tilt', ...(of.drift === undefined ? {} : { drift: of.drift }) }
              : { ...point.profile, kind: 'temperature', unit: '°C' },
          })),
        })),
      })),
    })) as Site['agents'],
    buildings: [buildBuilding(file, rules)],
  };
}
