import type { LotItem, SensorItem, SpaceItem } from '../../contract/http/parking.ts';
import { InputError } from '../../contract/input-error.ts';
import { change, type Where } from './change.ts';
import { type Output, table } from './output.ts';
import { lifeOf } from './token-commands.ts';

/** `jari lot …`: lots as they stand, and what an operator lays over their spaces. Needs a running gateway. */

type OfSite = { readonly siteId?: string };

/** `jari lot list`. @throws InputError */
export async function runLotList(options: Where): Promise<Output> {
  const { items } = await change(options, 'lot-list', {});
  const rows = items.map((lot) => [
    `${lot.site}/${lot.lot}`,
    lot.name.ko,
    lot.sign?.ko ?? lot.state,
    ...[lot.capacity, lot.free, lot.occupied, lot.unknown, lot.outOfService].map(String),
    coverage(lot),
  ]);
  const head = ['lot', 'name', 'state', 'capacity', 'free', 'occupied', 'unknown', 'out of service', 'coverage'];
  return { text: table(head, rows), json: { items } };
}

/** `jari lot spaces LOT`. @throws InputError */
export async function runLotSpaces({ lot, siteId, ...where }: { lot: string } & OfSite & Where): Promise<Output> {
  const { items } = await change(where, 'lot-spaces', { site: siteId ?? null, lot });
  return { text: table(spaceHead, items.map(spaceRow)), json: { items } };
}

/** `jari lot sensors LOT`: those to be replaced or looked at first. @throws InputError */
export async function runLotSensors({ lot, siteId, ...where }: { lot: string } & OfSite & Where): Promise<Output> {
  const { items } = await change(where, 'lot-sensors', { site: siteId ?? null, lot });
  const sorted = items.toSorted((a, b) => urgency(a) - urgency(b));
  const rows = sorted.map(({ space, point, healthy, reason, quiet, age, replaceBy, daysLeft, battery }) => [
    space,
    point,
    healthy ? 'believed' : (reason?.code ?? 'not heard'),
    quiet === null ? '' : `${quiet.minutes} min still, neighbours ${quiet.neighbours}`,
    age,
    replaceBy === null ? '' : `${replaceBy} (${daysLeft} d)`,
    battery === null ? '' : String(battery),
  ]);
  const head = ['space', 'point', 'sensor', 'quiet', 'age', 'replace by', 'battery'];
  return { text: table(head, rows), json: { items: sorted } };
}

/** `jari lot override LOT/SPACE STATE --until 2h --why TEXT`. @throws InputError */
export async function runLotOverride(
  options: { place: string; state: string; until: string } & OfSite & Where,
): Promise<Output> {
  const { place, state, until, siteId, ...where } = options;
  const known = (['closed', 'free', 'occupied'] as const).find((word) => word === state);
  if (known === undefined)
    throw new InputError([`${JSON.stringify(state)}: a space is overridden to closed, free or occupied`]);
  const ask = { ...placeOf(place, siteId), state: known, note: noteOf(where), until: untilOf(until) };
  return spaceOutput(await change(where, 'lot-override', ask));
}

/** `jari lot end-override LOT/SPACE`. @throws InputError */
export async function runLotEndOverride({
  place,
  siteId,
  ...where
}: { place: string } & OfSite & Where): Promise<Output> {
  return spaceOutput(await change(where, 'lot-end-override', placeOf(place, siteId)));
}

/** `jari lot empty LOT/SPACE --why TEXT`. @throws InputError */
export async function runLotEmpty({ place, siteId, ...where }: { place: string } & OfSite & Where): Promise<Output> {
  return spaceOutput(await change(where, 'lot-empty', { ...placeOf(place, siteId), note: noteOf(where) }));
}

function placeOf(text: string, site: string | undefined): { site: string | null; lot: string; space: string } {
  const [lot = '', space = '', rest] = text.split('/');
  if (lot === '' || space === '' || rest !== undefined)
    throw new InputError([`${JSON.stringify(text)}: a space is written LOT/SPACE, such as yard/a1`]);
  return { site: site ?? null, lot, space };
}

function noteOf({ why }: Where): string {
  if (why !== undefined && why.trim() !== '') return why.trim().slice(0, 200);
  throw new InputError(['say why with --why TEXT; drivers and the audit see it']);
}

/** A time from now such as 2h or 3d, or an instant of ISO 8601 with its zone. */
function untilOf(text: string): number {
  if (/^\d{4}-\d{2}-\d{2}T.*(Z|[+-]\d{2}:\d{2})$/.test(text) && !Number.isNaN(Date.parse(text)))
    return Date.parse(text);
  return Date.now() + (lifeOf(text) ?? 0);
}

const spaceHead = ['space', 'type', 'state', 'since', 'why', 'sensor', 'until'];

function spaceRow({ space, type, state, since, reason, sensed, healthy, until }: SpaceItem): string[] {
  const sensor = healthy === false ? `${sensed ?? ''} (doubted)` : (sensed ?? '');
  return [space, type, state, since, reason?.code ?? '', sensor, until ?? ''];
}

function spaceOutput(space: SpaceItem): Output {
  return { text: table(spaceHead, [spaceRow(space)]), json: space };
}

function coverage({ coverage: share }: LotItem): string {
  return `${Math.round(share * 100)} %`;
}

const ages: readonly SensorItem['age'][] = ['battery-low', 'overdue', 'due', 'unknown', 'ok'];

function urgency({ healthy, quiet, age }: SensorItem): number {
  return (healthy ? 10 : 0) + (quiet === null ? 5 : 0) + ages.indexOf(age);
}
