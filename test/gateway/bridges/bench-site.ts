import type { Site } from '../../../config/site.ts';
import type { DeviceItem, LatestItem } from '../../../contract/http/live.ts';
import type { FaultCode, Value } from '../../../contract/reading.ts';
import { SiteView } from '../../../gateway/bridges/site-view.ts';
import type { PointRows } from '../../../gateway/state/changes.ts';
import { changed, siteOf } from '../../config/site-text.ts';

/** The good site, whose second space is a resident's, with bridges. */
export function bridgedSite(bridges: string): Site {
  const text = changed('agents:\n', `gateway: { bridges: ${bridges} }\nagents:\n`);
  return siteOf(changed('id: s2, type: general', 'id: s2, type: resident', text));
}

type Reading = { value: Value; fault?: FaultCode; at?: number };

/** A site as bridges see it, whose live state a test sets. */
export function standingView(site: Site) {
  const latest = new Map<string, LatestItem>();
  const states = new Map<string, DeviceItem['state']>();
  const itemOf = (point: string, { value, fault = null as never, at }: Reading): LatestItem => ({
    ...{ site: site.id, point, value, unit: null, quality: 'good', fault: fault ?? null, time: 'synced' },
    ...{ at: at === undefined ? null : new Date(at).toISOString(), receivedAt: null, lastGood: null },
  });
  const unknown = { value: null, fault: 'not-polled' as const };
  const view = new SiteView({
    site,
    fleet: {
      latestOf: (_, ref) => latest.get(ref) ?? itemOf(ref, unknown),
      devices: () =>
        view.devices.map(({ id, profile }) => ({
          ...{ site: site.id, agent: 'cab', bus: 'a', device: id, profile: profile.id, since: null, why: null },
          ...{ state: states.get(id) ?? 'unknown', reason: null, lastGoodAt: null, simulated: true },
        })),
    },
  });
  const participant = view.participant();
  const commit = (rows: PointRows[], changes: object[]) => {
    const decided = participant.decide({
      at: { wall: 0, mono: 0 },
      rows,
      changes,
      due: [],
      action: null,
      signals: [],
    } as never);
    if (decided?.decisions) participant.apply(decided.decisions);
    return decided;
  };
  return {
    view,
    participant,
    commit,
    state: (device: string, state: DeviceItem['state']) => {
      states.set(device, state);
      commit([], [{ kind: 'device', site: site.id, device, state }]);
    },
    /** Rows of one message; the last is how the point stands, unless they are late. */
    read: (point: string, readings: (Reading & { at: number })[], late = false) => {
      const last = readings.at(-1);
      if (!late && last !== undefined) latest.set(point, itemOf(point, last));
      const rows = readings.map(({ value, fault = null, at }) => ({ value, fault, at, time: 'synced', mono: 0 }));
      commit([{ site: site.id, point, late, rows } as never], []);
    },
    unknown: (point: string) => {
      latest.delete(point);
      commit([], [{ kind: 'point', site: site.id, point, view: 'unknown' }]);
    },
  };
}
