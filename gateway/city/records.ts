import type { LotConfig } from '../../config/lots/lot-config.ts';
import type { Site } from '../../config/site.ts';
import { type CapRecord, recordKinds } from '../../contract/city.ts';
import { siteIdSchema } from '../../contract/ids.ts';
import type { Alert } from '../alerts/alert.ts';
import { alertItem } from '../alerts/alert-item.ts';
import type { AlertSite } from '../alerts/alert-site.ts';
import type { CapHead } from '../feeds/cap/chain.ts';
import { publicCapacity, spaceLocation } from '../feeds/parking/public-figures.ts';
import { parkingColumns } from '../feeds/parking/standard-parking.ts';
import { residentTable } from '../feeds/parking/standard-resident.ts';
import { platformOf } from '../feeds/platform-envelope.ts';
import type { AlertView } from '../feeds/views.ts';
import { devicePlaces } from './device-places.ts';
import type { NewRecord, StoredRecord } from './record-tables.ts';
import type { Numbered } from './sending.ts';

/** What is known of the sites that the records are about. */
export type RecordContext = {
  readonly sites: ReadonlyMap<string, { readonly config: Site; readonly alerts: AlertSite }>;
  /** `site/lot/space` that must not leave the site. */
  readonly isPrivate: (site: string, place: string) => boolean;
};

type Body = Record<string, unknown>;

/** A stored record in the words of the contract. What may not leave the site keeps its number and nothing else. Pure. */
export function recordOf(stored: StoredRecord, context: RecordContext): Numbered {
  const { epoch, start, seq, key, at } = stored;
  const site = siteIdSchema.safeParse(stored.site);
  const kind = recordKinds.find((each) => each === stored.kind) ?? 'withheld';
  const body = stored.body === null ? null : (JSON.parse(stored.body) as Body); // written by this gateway
  const said = !site.success ? undefined : bodyOf(kind, stored.site, body, context);
  if (!site.success || said === undefined) {
    const [any] = context.sites.keys();
    const nowhere = site.success ? site.data : siteIdSchema.parse(any);
    return { epoch, start, record: { seq, kind: 'withheld', site: nowhere, key: '', at, body: null } };
  }
  return { epoch, start, record: { seq, kind, site: site.data, key, at, body: said } };
}

/** Undefined: withheld. */
function bodyOf(
  kind: string,
  site: string,
  body: Body | null,
  { sites, isPrivate }: RecordContext,
): Body | null | undefined {
  if (kind === 'alert') {
    const known = sites.get(site);
    return known === undefined || body === null ? undefined : alertBody(body, known.alerts);
  }
  if (kind === 'cap') {
    const known = sites.get(site);
    return known === undefined || body === null ? undefined : capBody(body, known.config);
  }
  if (kind === 'stay') return body === null || isPrivate(site, `${body.lot}/${body.space}`) ? undefined : body;
  return kind === 'withheld' ? undefined : body;
}

/** People's names and words stay at the site: the city learns that it was done, and when. */
function alertBody(body: Body, site: AlertSite): Body {
  const item = alertItem(body as unknown as Alert, site); // as alerts wrote it
  const { acknowledged, report, shelved } = item;
  return {
    ...item,
    acknowledged: acknowledged && { at: acknowledged.at, byCity: acknowledged.by.startsWith('city:') },
    report: report && { at: report.at },
    shelved: shelved && { at: shelved.at, until: shelved.until },
  };
}

/** A message as the site's own feed has it, and the event that the integrated platform takes of it. */
function capBody(body: Body, site: Site): CapRecord {
  const { number, head, view, xml } = body as { number: number; head: CapHead; view: AlertView; xml: string }; // by the trigger
  const { sent, expires, headline, instruction } = head;
  const platform = platformOf(site, view, head);
  return {
    ...{ alert: view.alert, number, sent: sent.ms, expires: expires.ms, headline, instruction },
    ...{ author: site.feeds.cap.senderName.ko, xml, platform },
  };
}

/** What the site file says of a site, its lots and its buildings. */
export function placeRecords(site: Site, at: number): NewRecord[] {
  const { id, name, timezone, lots, buildings } = site;
  const place = (key: string, body: object): NewRecord => ({
    kind: 'place',
    site: id,
    key,
    at,
    body: JSON.stringify(body),
  });
  const devices = devicePlaces(site);
  return [
    place('site', {
      ...{ name, timezone, lots: lots.map((lot) => lot.id), buildings: buildings.map((each) => each.id) },
      devices: devices.map((each) => each.device),
    }),
    ...buildings.map((each) =>
      place(`building/${each.id}`, {
        ...{ name: each.name, address: each.address, location: each.location, outline: each.outline },
        ...{ built: each.built, grade: each.grade, category: each.category, occupants: each.occupants },
        floors: floorsOf(each.storeys.map(({ elevation }) => elevation)),
      }),
    ),
    ...lots.map((lot) => place(`lot/${lot.id}`, lotBody(lot))),
    ...devices.map(({ device, ...body }) => place(`device/${device}`, body)),
  ];
}

function lotBody(lot: LotConfig) {
  return {
    ...{ name: lot.name, kind: lot.kind, operator: lot.operator, address: lot.address, location: lot.location },
    ...{ capacity: publicCapacity(lot), ttl: lot.ttl, bookable: lot.booking !== null },
    spaces: lot.spaces.map((space) => ({
      ...{ id: space.id, type: space.type, name: space.name, size: space.size },
      location: spaceLocation(lot, space),
    })),
    residents: residentTable([lot]),
    // In order: a database of JSON keeps none of keys.
    standard: parkingColumns.map(({ key, heading, of }) => [key, heading, of(lot)]),
  };
}

/** Storeys whose floor is below the ground, and the others. */
function floorsOf(elevations: readonly number[]) {
  const below = elevations.filter((elevation) => elevation < 0).length;
  return { above: elevations.length - below, below };
}
