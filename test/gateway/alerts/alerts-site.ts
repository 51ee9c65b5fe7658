import { agentIdSchema, buildingIdSchema, deviceIdSchema, type PointRef } from '../../../contract/ids.ts';
import type { AlertSite } from '../../../gateway/alerts/alert-site.ts';
import type { AgentWiring } from '../../../gateway/alerts/grouping.ts';
import { conditionSchema } from '../../../rules/condition.ts';
import type { Rule } from '../../../rules/rule.ts';
import { siteId, siteOf } from '../core-site.ts';
import { point } from './alerts-fakes.ts';

/** A site that alerts watch, and rules for it, without a test around them. */

export const hanbit = buildingIdSchema.parse('hanbit');
/** Points of the world's site: four contacts, two heat zones, a door. */
export const parts = { 'contacts-1': 4, 'heat-b1': 2, 'door-1': 1 } as const;

const text = (word: string) => ({ ko: word, en: word });

/** A rule on boolean points. */
export function ruleOf(name: string, points: readonly PointRef[], more: Partial<Rule> & { when?: object } = {}): Rule {
  const { when, ...rest } = more;
  const condition = conditionSchema.parse(
    when ?? { kind: 'voting', witnesses: [{ points, is: true }], levels: { 경계: 1, 심각: 2 } },
  );
  return {
    id: `hanbit/${name}`,
    name,
    building: hanbit,
    hazard: 'fire',
    about: null,
    title: text(name),
    lifeSafety: true,
    consequence: text('x'),
    action: text('119'),
    who: 'manager',
    withinMs: 120_000,
    levels: 'own',
    provenance: { source: 'test', confirmedBy: null },
    condition,
    points: points.map((ref) => ({
      ref,
      type: 'boolean',
      unit: '',
      kind: 'smoke',
      valid: null,
      words: null,
      bits: null,
      everyMs: 1000,
      maxSilenceMs: 10_000,
    })),
    ...rest,
  };
}

export const smoke = [point('contacts-1/p_0'), point('contacts-1/p_1')];
export const door = point('door-1/p_0');

export const fireRule = ruleOf('fire', smoke);
export const doorRule = ruleOf('door', [door], {
  hazard: 'entrance',
  lifeSafety: false,
  when: { kind: 'threshold', levels: { 주의: { is: true } } },
});

/** Where the world's points are and how they are wired: one line, every point of the building. */
export function siteWith(rules: readonly Rule[], devices: Record<string, number> = parts, everyMs = 1000): AlertSite {
  const refs = (device: string) => Array.from({ length: devices[device] ?? 0 }, (_, n) => point(`${device}/p_${n}`));
  const judged = new Set(rules.flatMap(({ points, lifeSafety }) => (lifeSafety ? points.map(({ ref }) => ref) : [])));
  const wiring: AgentWiring = {
    site: siteId,
    agent: agentIdSchema.parse('cabinet-1'),
    buses: [
      {
        bus: siteOf({}).agents[0]?.buses[0]?.id ?? fail(),
        isRadio: false,
        devices: Object.keys(devices).map((device) => ({
          device: deviceIdSchema.parse(device),
          points: refs(device).map((ref) => ({ ref, building: hanbit, lifeSafety: judged.has(ref), everyMs })),
        })),
      },
    ],
  };
  const all = Object.keys(devices).flatMap(refs);
  return {
    site: siteId,
    name: text('새솔'),
    timezone: 'Asia/Seoul',
    buildings: new Map([[hanbit, { ko: '한빛상가', en: 'Hanbit Arcade' }]]),
    rules: new Map(rules.map((rule) => [rule.id, rule])),
    places: new Map(all.map((ref) => [ref, { building: hanbit, zone: ref.split('/')[0] ?? null, name: text(ref) }])),
    wiring: [wiring],
  };
}

function fail(): never {
  throw new Error('the site of the tests has no bus');
}
