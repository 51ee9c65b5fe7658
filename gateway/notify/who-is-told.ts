import { z } from 'zod';
import type { Site } from '../../config/site.ts';
import { hazards, levels } from '../../contract/hazards.ts';
import type { DutyItem } from '../../contract/http/notices.ts';
import { isOfBuildings } from '../../contract/roles.ts';
import { type Calendar, calendarOf } from '../parking/calendar/calendar.ts';
import { isoOf } from '../store/iso-time.ts';
import type { ChannelKind } from './channels/channel.ts';
import type { Contact } from './contact-table.ts';
import { dutyOf, isWithin, onDuty } from './duty.ts';
import type { Notice } from './notice.ts';
import type { QuietTable } from './quiet-table.ts';
import { holdersOf, reachable, type Target, targetsOf, type Who } from './targets.ts';
import { type About, type Telling, tellingFor, turnsOf } from './who-next.ts';

type SiteOfNotices = Pick<Site, 'id' | 'timezone' | 'holidays' | 'roles'> & {
  readonly buildings: readonly { readonly id: string; readonly name: { readonly ko: string; readonly en: string } }[];
  readonly gateway: { readonly notify: Pick<Site['gateway']['notify'], 'webhooks' | 'order' | 'duty'> };
};

export type WhoIsToldOptions = {
  readonly sites: readonly SiteOfNotices[];
  readonly quiet: Pick<QuietTable, 'all'>;
  people(): Who['people'];
  contacts(): readonly Contact[];
  /** By which people of a site are told. */
  kinds(site: string): readonly ChannelKind[];
  /** Who was told anything of an alert. */
  toldOf(alert: string): ReadonlySet<string>;
  now(): number;
};

/** A role at a place whose rota names nobody now who can be told. `people`: whom it names. */
export type RotaState = {
  readonly role: string;
  readonly building: string | null;
  readonly people: readonly string[];
  readonly isGap: boolean;
};

/** Which people a notice goes to, in which order, by the site file's order and rota and by people's own quiet hours. */
export class WhoIsTold {
  readonly #options: WhoIsToldOptions;
  readonly #sites: ReadonlyMap<string, SiteOfNotices>;
  readonly #calendars: ReadonlyMap<string, Calendar>;
  readonly #webhooks: Who['webhooks'];

  constructor(options: WhoIsToldOptions) {
    const { sites } = options;
    this.#options = options;
    this.#sites = new Map(sites.map((site) => [site.id, site]));
    this.#calendars = new Map(sites.map(({ id, timezone, holidays }) => [id, calendarOf(timezone, holidays)]));
    this.#webhooks = sites.flatMap(({ id, gateway }) => gateway.notify.webhooks.map((hook) => ({ ...hook, site: id })));
  }

  targetsOf(notice: Notice): Target[] {
    const { people, toldOf } = this.#options;
    const { alert, site, audience, building } = notice;
    const quiet = new Set(this.#asleep(site));
    return targetsOf(notice, {
      ...{ people: people(), contacts: this.#offered(site), webhooks: this.#webhooks, quiet },
      telling: this.tellingFor(notice),
      onDuty: this.#onDuty(site, audience.role, building)?.people ?? null,
      named: this.#named(site, audience.role),
      told: () => (alert === null ? new Set() : toldOf(alert)),
    });
  }

  tellingFor(notice: Notice): Telling {
    return tellingFor(this.#sites.get(notice.site)?.gateway.notify.order ?? [], aboutOf(notice));
  }

  /** What can wait is held for the person now. What is meant for them alone was asked for, or waited already. */
  isAsleep(person: string, { site, audience, building }: Pick<Notice, 'site' | 'audience' | 'building'>): boolean {
    if (audience.person !== undefined) return false;
    if (!this.#asleep(site).includes(person)) return false;
    return this.#onDuty(site, audience.role, building)?.people.includes(person) !== true;
  }

  /** Every rota of a site, and whether somebody whom it names can be told now. */
  rotas(site: string): RotaState[] {
    return this.duty(site).flatMap(({ role, building, onDuty: people, isGap }) =>
      people === null ? [] : [{ role, building, people: people.map(({ person }) => person), isGap }],
    );
  }

  /** Who is told now and who next, for each role and place that the site file says something of. */
  duty(site: string): DutyItem[] {
    const { order = [], duty = [] } = this.#sites.get(site)?.gateway.notify ?? {};
    const places = [...order, ...duty].flatMap(({ role, building }) => this.#placesOf(site, role, building));
    const keys = new Map(places.map((place) => [`${place.role} ${place.building ?? ''}`, place]));
    return [...keys.values()].map((place) => this.#dutyAt(site, place));
  }

  /** Managers are others at each building. */
  #placesOf(site: string, role: string, building: string | undefined): { role: string; building: string | null }[] {
    if (building !== undefined) return [{ role, building }];
    if (!isOfBuildings(role)) return [{ role, building: null }];
    return (this.#sites.get(site)?.buildings ?? []).map(({ id }) => ({ role, building: id }));
  }

  #dutyAt(site: string, { role, building }: { role: string; building: string | null }): DutyItem {
    const { people } = this.#options;
    const at = { site, building: building ?? 'site', audience: { role, step: 0 } };
    const works = reachable(this.#offered(site));
    const holders = holdersOf(at, { people: people(), named: this.#named(site, role) });
    const now = this.#onDuty(site, role, at.building);
    const { order = [] } = this.#sites.get(site)?.gateway.notify ?? {};
    const telling = tellingFor(order, { role, building: at.building, hazard: null, level: null });
    const { turns, isGap } = turnsOf({
      holders: holders.filter((name) => works.has(name)),
      order: telling.people,
      onDuty: now?.people ?? null,
    });
    return {
      ...{ site, role, building, isGap },
      buildingName: this.#sites.get(site)?.buildings.find(({ id }) => id === building)?.name ?? null,
      onDuty:
        now?.people.map((person) => ({ person, isReachable: holders.includes(person) && works.has(person) })) ?? null,
      until: isoOf(now?.until ?? null),
      turns: turns.map((names, turn) => ({ people: [...names], afterS: (turn * telling.nextAfterMs) / 1000 })),
      unreachable: holders.filter((name) => !works.has(name)),
    };
  }

  #onDuty(site: string, role: string, building: string) {
    const { duty = [] } = this.#sites.get(site)?.gateway.notify ?? {};
    const [rota, calendar] = [dutyOf(duty, { role, building }), this.#calendars.get(site)];
    return rota === undefined || calendar === undefined ? null : onDuty(rota, this.#options.now(), calendar);
  }

  /** Addresses of the channels that the site has. */
  #offered(site: string): Contact[] {
    const { contacts, kinds } = this.#options;
    const by = kinds(site);
    return contacts().filter(({ channel }) => by.includes(channel));
  }

  #named(site: string, role: string): string[] {
    const { order = [], duty = [] } = this.#sites.get(site)?.gateway.notify ?? {};
    const listed = order.filter((each) => each.role === role).flatMap(({ people }) => people);
    const shifts = duty.filter((each) => each.role === role).flatMap((each) => [...each.shifts, ...each.swaps]);
    return [...new Set([...listed, ...shifts.flatMap(({ people }) => people)])];
  }

  #asleep(site: string): string[] {
    const calendar = this.#calendars.get(site);
    if (calendar === undefined) return [];
    const now = this.#options.now();
    return this.#options.quiet.all().flatMap((each) => (isWithin(each, now, calendar) ? [each.person] : []));
  }
}

const alertNotice = z.looseObject({ alert: z.looseObject({ hazard: z.enum(hazards), level: z.enum(levels) }) });

function aboutOf({ audience: { role }, building, payload }: Notice): About {
  const read = alertNotice.safeParse(payload);
  const { hazard = null, level = null } = read.success ? read.data.alert : {};
  return { role, building, hazard, level };
}
