import type { PointConfig, Site } from '../../config/site.ts';
import { usualStorage } from '../../config/storage/storage.ts';
import {
  agentIdSchema,
  busIdSchema,
  deviceIdSchema,
  pointNameSchema,
  pointRef,
  siteIdSchema,
} from '../../contract/ids.ts';
import { unwatched } from '../../devices/plausibility.ts';
import { profileSchema } from '../../devices/profile.ts';
import { plainFeeds } from '../plain-feeds.ts';
import { plainGateway, plainUplink } from '../plain-site.ts';

export const siteId = siteIdSchema.parse('saesol');
export const agentId = agentIdSchema.parse('cabinet-1');

type ValueType = PointConfig['valueType'];

/** A site of one agent; each of its devices with so many points `p_0`, `p_1` … that are said again each 10 s. */
export function siteOf(devices: Record<string, number>, valueType: ValueType = 'number', maxSilenceMs = 10_000): Site {
  return {
    id: siteId,
    file: '/sites/saesol.yaml',
    folder: '/nowhere',
    name: { ko: '새솔', en: 'Saesol' },
    timezone: 'Asia/Seoul',
    gateway: plainGateway(),
    agents: [
      {
        id: agentId,
        uplink: plainUplink('cabinet-1'),
        commitEveryMs: 1000,
        interlocks: [],
        buses: [
          {
            id: busIdSchema.parse('rs485-a'),
            link: { kind: 'modbus-tcp', host: '127.0.0.1', port: 502 },
            timeoutMs: 300,
            devices: Object.entries(devices).map(([id, count], index) =>
              deviceOf(id, { count, unit: index + 1, valueType, maxSilenceMs }),
            ),
          },
        ],
      },
    ],
    holidays: [],
    backup: null,
    storage: usualStorage,
    feeds: plainFeeds,
    lots: [],
    buildings: [],
    rules: [],
    roles: {},
    profileFolders: [],
  };
}

function deviceOf(
  name: string,
  { count, unit, valueType, maxSilenceMs }: { count: number; unit: number; valueType: ValueType; maxSilenceMs: number },
) {
  const id = deviceIdSchema.parse(name);
  const names = Array.from({ length: count }, (_, i) => pointNameSchema.parse(`p_${i}`));
  const point = { table: 'input', type: 'i16', scale: 0.1, unit: 'deg', kind: 'temperature' };
  const points = Object.fromEntries(names.map((one, address) => [one, { ...point, address }]));
  const profile = profileSchema.parse({ id: 'probe', maker: 'x', model: 'x', source: 'x', verified: 'none', points });
  return {
    id,
    profile,
    unit,
    points: names.flatMap((one) => {
      const its = profile.points[one];
      const rest = {
        valueType,
        everyMs: 1000,
        deadband: 0,
        maxSilenceMs,
        isLifeSafety: false,
        commandBy: ['operator', 'admin'],
        commit: 'batch',
        plausibility: unwatched,
      } as const;
      return its === undefined ? [] : [{ ref: pointRef(id, one), name: one, profile: its, ...rest }];
    }),
  };
}
