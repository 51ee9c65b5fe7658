import type { LotConfig, SpaceConfig } from '../../../config/lots/lot-config.ts';
import type { SharingWindow } from '../../../config/lots/sharing.ts';
import type { Site } from '../../../config/site.ts';
import type { SpaceSignal } from '../../commit/participant.ts';
import { type Calendar, calendarOf } from '../calendar/calendar.ts';
import type { Interval } from '../calendar/intervals.ts';
import { closureOf, type SpaceKey, type SpaceView, spaceKey } from '../space-state.ts';
import type { Now, Sight, World } from './availability.ts';
import type { Claims } from './ledger.ts';
import type { Place } from './reservation.ts';
import type { Lots } from './turn.ts';

/** What parking knows of a space; undefined for one that no site file has. */
export type SpacesView = { spaceView(place: Place): SpaceView | undefined };

/** What owners have said since the site file was written. */
export type Owners = {
  windows(key: SpaceKey): readonly SharingWindow[] | undefined;
  recalls(key: SpaceKey): readonly Interval[];
};

type SiteOfLots = { readonly site: Site; readonly calendar: Calendar };

/** The lots of all sites, as an answer about one of them needs to see them. */
export class Worlds {
  readonly #sites: readonly SiteOfLots[];
  readonly #lots = new Map<string, { readonly site: SiteOfLots; readonly lot: LotConfig }>();
  readonly #spaces: SpacesView;
  readonly #owners: Owners;

  constructor({ sites, spaces, owners }: { sites: readonly Site[]; spaces: SpacesView; owners: Owners }) {
    this.#sites = sites.map((site) => ({ site, calendar: calendarOf(site.timezone, site.holidays) }));
    this.#spaces = spaces;
    this.#owners = owners;
    for (const of of this.#sites)
      for (const lot of of.site.lots) this.#lots.set(nameOf(of.site.id, lot.id), { site: of, lot });
  }

  has({ site, lot }: Pick<Place, 'site' | 'lot'>): boolean {
    return this.#lots.has(nameOf(site, lot));
  }

  /** Undefined for one that no site file has. */
  lot({ site, lot }: Pick<Place, 'site' | 'lot'>): LotConfig | undefined {
    return this.#lots.get(nameOf(site, lot))?.lot;
  }

  calendarOf(site: Place['site']): Calendar | undefined {
    return this.#sites.find((each) => each.site.id === site)?.calendar;
  }

  /** Of the sites that have lots. */
  calendars(): readonly { readonly site: Site; readonly calendar: Calendar }[] {
    return this.#sites.filter(({ site }) => site.lots.length > 0);
  }

  /** The lots as they are seen at an instant, with what the present commit says of their spaces laid over it. */
  at(now: Now, claims: Claims, said: ReadonlyMap<SpaceKey, SpaceSignal> = new Map()): Lots {
    const worldOf = ({ site, lot }: Pick<Place, 'site' | 'lot'>): World => {
      const known = this.#lots.get(nameOf(site, lot));
      if (known === undefined) throw new Error(`no site file has lot ${site}/${lot}`);
      return this.#world(known, { now, claims, said });
    };
    const nearby = ({ site, lot }: Pick<Place, 'site' | 'lot'>) => {
      const others = this.#sites.find((each) => each.site.id === site)?.site.lots ?? [];
      return [lot, ...others.map(({ id }) => id).filter((id) => id !== lot)].map((id) => worldOf({ site, lot: id }));
    };
    return { has: (place) => this.has(place), worldOf, nearby };
  }

  #world(
    { site: { site, calendar }, lot }: { site: SiteOfLots; lot: LotConfig },
    { now, claims, said }: { now: Now; claims: Claims; said: ReadonlyMap<SpaceKey, SpaceSignal> },
  ): World {
    const placeOf = (space: SpaceConfig['id']): Place => ({ site: site.id, lot: lot.id, space });
    return {
      site: site.id,
      lot,
      calendar,
      claims,
      sightOf: (space) => {
        const place = placeOf(space);
        return sightOf(this.#spaces.spaceView(place), said.get(spaceKey(place)), now);
      },
      windowsOf: (space) => this.#owners.windows(spaceKey(placeOf(space.id))) ?? space.sharing,
      recallsOf: (space) => this.#owners.recalls(spaceKey(placeOf(space))),
    };
  }
}

const nobody: Sight = {
  ...{ sensed: 'unknown', since: 0, healthy: false, seenMono: Number.NEGATIVE_INFINITY },
  ...{ closed: false, closedUntil: null },
};

/** An emergency says no end; it keeps nobody from reserving a time long after it. */
const emergencyMs = 12 * 60 * 60_000;

/** Hours are judged for the time that is asked for; whether the lot is closed at this moment says nothing about it. */
function sightOf(view: SpaceView | undefined, said: SpaceSignal | undefined, now: Now): Sight {
  if (view === undefined) return nobody;
  const { since, sensed, healthy, sensorSeenMono: seenMono } = view;
  const closure = said === undefined ? closureOf(view) : said.closed;
  const closedUntil = closure?.until ?? (closure?.by === 'emergency' ? now.wall + emergencyMs : null);
  const closed = { closed: closure !== null, closedUntil };
  if (said === undefined) return { sensed, since, healthy, seenMono, ...closed };
  const heard = said.sensed === 'unknown' ? seenMono : now.mono;
  return { sensed: said.sensed, since: said.since, healthy: said.healthy, seenMono: heard, ...closed };
}

function nameOf(site: string, lot: string): string {
  return `${site}/${lot}`;
}
