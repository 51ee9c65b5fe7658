import { residentPoints } from '../../config/lots/resident-points.ts';
import { devicesOf, type Site } from '../../config/site.ts';
import type { DeviceItem, LatestItem } from '../../contract/http/live.ts';
import type { DeviceId, PointRef } from '../../contract/ids.ts';
import type { Participant, Retained } from '../commit/participant.ts';
import type { PointRows } from '../state/changes.ts';
import type { Fleet } from '../state/fleet.ts';

/** What the values of a point are, as far as a type of another system can say. */
export type Shape = 'boolean' | 'string' | 'double' | 'signed' | 'unsigned';

export type OutsidePoint = {
  readonly ref: PointRef;
  readonly name: string;
  readonly kind: string | null;
  readonly unit: string | null;
  readonly shape: Shape;
};

export type OutsideDevice = {
  readonly id: DeviceId;
  readonly profile: { readonly id: string; readonly maker: string; readonly model: string };
  readonly points: readonly OutsidePoint[];
};

/** What a commit brought that others may know. */
export type News = {
  readonly rows: readonly PointRows[];
  readonly points: ReadonlySet<PointRef>;
  /** Whose state is another. */
  readonly devices: ReadonlySet<DeviceId>;
};

/**
 * One site as other systems may see it: the points that watch residents' spaces are not in it. It takes part in the
 * commit and decides nothing, so it hears every row in order, and what became unknown.
 */
export class SiteView {
  readonly site: Site;
  readonly devices: readonly OutsideDevice[];
  readonly #fleet: Pick<Fleet, 'latestOf' | 'devices'>;
  readonly #visible: ReadonlySet<PointRef>;
  readonly #listeners: ((news: News) => void)[] = [];
  readonly #standing = new Map<string, string>();
  readonly #lots: ReadonlySet<string>;

  constructor({ site, fleet }: { site: Site; fleet: Pick<Fleet, 'latestOf' | 'devices'> }) {
    this.site = site;
    this.#fleet = fleet;
    const hidden = residentPoints(site.lots);
    this.devices = site.agents.flatMap((agent) =>
      devicesOf(agent).flatMap(({ device: { id, profile, points } }) => {
        const shown = points.filter(({ ref }) => !hidden.has(ref)).map(outsidePoint);
        const { id: of, maker, model } = profile;
        return shown.length === 0 ? [] : [{ id, profile: { id: of, maker, model }, points: shown }];
      }),
    );
    this.#visible = new Set(this.devices.flatMap(({ points }) => points.map(({ ref }) => ref)));
    this.#lots = new Set(
      site.lots.filter(({ spaces }) => !spaces.some((space) => space.isResident)).map(({ id }) => id),
    );
  }

  onNews(listener: (news: News) => void): void {
    this.#listeners.push(listener);
  }

  /** How a point stands: without a value where nothing holds now. */
  latest({ ref }: OutsidePoint): LatestItem {
    const item = this.#fleet.latestOf(this.site.id, ref);
    if (item === undefined) throw new Error(`${this.site.id} has no point ${ref}`);
    return item;
  }

  /** By id. */
  states(): ReadonlyMap<string, DeviceItem> {
    return new Map(
      this.#fleet.devices().flatMap((item) => (item.site === this.site.id ? [[item.device, item] as const] : [])),
    );
  }

  /** A state of a lot or an alert was announced, after its commit. True when it is one that others may know. */
  said({ topic, payload }: Retained): boolean {
    const [, , site, kind, of = '', rest] = topic.split('/');
    if (site !== this.site.id) return false;
    if (kind !== 'alerts' && !(kind === 'parking' && rest === undefined && this.#lots.has(of))) return false;
    if (payload === '') this.#standing.delete(topic);
    else this.#standing.set(topic, payload);
    return true;
  }

  /** A lot with residents' spaces is not. */
  isShown(lot: string): boolean {
    return this.#lots.has(lot);
  }

  /** Bodies of the lots, by id, as they were announced. */
  lots(): ReadonlyMap<string, Record<string, unknown>> {
    return this.#bodies('parking');
  }

  /** Bodies of open alerts, by `building/alert`. */
  alerts(): ReadonlyMap<string, Record<string, unknown>> {
    return this.#bodies('alerts');
  }

  #bodies(kind: string): ReadonlyMap<string, Record<string, unknown>> {
    return new Map(
      [...this.#standing].flatMap(([topic, payload]) => {
        const [, , , of, ...name] = topic.split('/');
        return of === kind ? [[name.join('/'), JSON.parse(payload) as Record<string, unknown>] as const] : [];
      }),
    );
  }

  participant(): Participant<never, News, never> {
    const { id } = this.site;
    return {
      name: `bridges-${id}`,
      watches: (site, point) => site === id && this.#visible.has(point),
      decide: ({ rows, changes }) => {
        const ours = rows.filter(({ site, point }) => site === id && this.#visible.has(point));
        const views = changes.flatMap((change) =>
          change.kind === 'point' && change.site === id ? [change.point] : [],
        );
        const states = changes.flatMap((change) =>
          change.kind === 'device' && change.site === id ? [change.device] : [],
        );
        if (ours.length === 0 && views.length === 0 && states.length === 0) return null;
        const points = new Set([
          ...ours.map(({ point }) => point),
          ...views.filter((point) => this.#visible.has(point)),
        ]);
        return { decisions: { rows: ours, points, devices: new Set(states) } };
      },
      record: () => {},
      apply: (news) => {
        for (const listener of this.#listeners) listener(news);
        return {};
      },
    };
  }
}

type ConfiguredPoint = ReturnType<typeof devicesOf>[number]['device']['points'][number];

function outsidePoint({ ref, name, profile, valueType }: ConfiguredPoint): OutsidePoint {
  return {
    ...{ ref, name, kind: profile.kind ?? null, unit: profile.unit ?? null },
    shape: valueType === 'number' ? shapeOfNumber(profile) : valueType,
  };
}

/** A count keeps its type on the way; anything with a fraction is a double. */
function shapeOfNumber(profile: ConfiguredPoint['profile']): Shape {
  const { type, scale, offset } = profile;
  const isWhole = Number.isInteger(scale) && Number.isInteger(offset) && !('scaleFrom' in profile && profile.scaleFrom);
  if (!isWhole || !/^([ui](8|16|24|32|64)|sm(16|32)|bcd)$/.test(type)) return 'double';
  return /^(u\d+|bcd)$/.test(type) && scale > 0 && offset >= 0 ? 'unsigned' : 'signed';
}
