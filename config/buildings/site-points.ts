import type { DeviceId, PointRef } from '../../contract/ids.ts';
import type { RulePoint } from '../../rules/rule.ts';
import type { AgentConfig, AnyDeviceConfig } from '../site.ts';

/** A point as the rules of a site see it. */
export type SitePoint = {
  readonly point: RulePoint;
  readonly device: DeviceId;
  readonly profile: string;
  readonly verified: 'hardware' | 'field' | 'manual' | 'none';
};

/** Every point of these agents, by device/point. */
export function sitePoints(agents: readonly Pick<AgentConfig, 'buses'>[]): ReadonlyMap<PointRef, SitePoint> {
  const all = agents.flatMap((agent) => agent.buses.flatMap((bus): readonly AnyDeviceConfig[] => bus.devices));
  return new Map(
    all.flatMap(({ id, profile, points }) =>
      points.map((config): [PointRef, SitePoint] => {
        const { ref, valueType: type, everyMs, maxSilenceMs, profile: own } = config;
        const { kind, unit, valid } = own;
        const words = own.enum === null ? null : [...new Set(Object.values(own.enum))];
        const bits = 'bits' in own ? own.bits : null;
        const point = { ref, type, unit: unit ?? '', kind, valid, words, bits, everyMs, maxSilenceMs };
        return [ref, { point, device: id, profile: profile.id, verified: profile.verified }];
      }),
    ),
  );
}
