import { z } from 'zod';
import {
  type LotItem,
  lotItemSchema,
  type SensorItem,
  type SpaceItem,
  sensorItemSchema,
  spaceItemSchema,
} from '../../contract/http/parking.ts';
import { lotIdSchema, type SiteId, siteIdSchema, spaceIdSchema } from '../../contract/ids.ts';
import { InputError } from '../../contract/input-error.ts';
import type { Said } from '../audit/entry.ts';
import type { ParkingAction, ParkingAnswer } from '../parking/on-action.ts';
import { longestOverrideMs } from '../parking/overrides.ts';
import type { SpaceKey } from '../parking/space-state.ts';

/** What the command line asks of the lots. They are live, so only a running gateway knows them. */

/** Parking as far as commands touch it. */
export type ParkingDesk = {
  lots(): LotItem[];
  spaces(site: SiteId, lot: string, reader: 'operator'): SpaceItem[] | undefined;
  space(key: SpaceKey, reader: 'operator'): SpaceItem | undefined;
  sensors(site: SiteId, lot: string): SensorItem[] | undefined;
  act(by: Said, action: ParkingAction): ParkingAnswer;
};

/** `site` null: the only one that has a lot of this name. */
const lot = { site: z.string().nullable(), lot: z.string() };
const space = { ...lot, space: z.string() };

export const lotSchemas = {
  'lot-list': { ask: z.object({}), answer: z.object({ items: z.array(lotItemSchema) }) },
  'lot-spaces': { ask: z.object(lot), answer: z.object({ items: z.array(spaceItemSchema) }) },
  'lot-sensors': { ask: z.object(lot), answer: z.object({ items: z.array(sensorItemSchema) }) },
  'lot-override': {
    ask: z.object({
      ...space,
      state: z.enum(['closed', 'free', 'occupied']),
      note: z.string().min(1).max(200),
      until: z.number(),
    }),
    answer: spaceItemSchema,
  },
  'lot-end-override': { ask: z.object(space), answer: spaceItemSchema },
  'lot-empty': { ask: z.object({ ...space, note: z.string().min(1).max(200) }), answer: spaceItemSchema },
} as const;

type Asked<C extends keyof typeof lotSchemas> = z.infer<(typeof lotSchemas)[C]['ask']>;
type Desk = { readonly parking?: ParkingDesk };

export const lotWork = {
  'lot-list': (target: Desk) => ({ items: deskOf(target).lots() }),
  'lot-spaces': (target: Desk, ask: Asked<'lot-spaces'>) => ({
    items: deskOf(target).spaces(siteOf(deskOf(target), ask), ask.lot, 'operator') ?? [],
  }),
  'lot-sensors': (target: Desk, ask: Asked<'lot-sensors'>) => ({
    items: deskOf(target).sensors(siteOf(deskOf(target), ask), ask.lot) ?? [],
  }),
  'lot-override': (target: Desk, { state, note, until, ...ask }: Asked<'lot-override'>, said: Said) =>
    act(target, ask, { said, wish: { kind: 'override', state, note, until } }),
  'lot-end-override': (target: Desk, ask: Asked<'lot-end-override'>, said: Said) =>
    act(target, ask, { said, wish: { kind: 'end-override' } }),
  'lot-empty': (target: Desk, { note, ...ask }: Asked<'lot-empty'>, said: Said) =>
    act(target, ask, { said, wish: { kind: 'seen-empty', note } }),
};

function deskOf({ parking }: Desk): ParkingDesk {
  if (parking !== undefined) return parking;
  throw new InputError(['no gateway runs on this folder, and lots are live; start jari gateway and try again']);
}

function siteOf(desk: ParkingDesk, { site, lot: name }: { site: string | null; lot: string }): SiteId {
  const lots = desk.lots();
  const [only, other] = lots.filter((item) => item.lot === name && (site === null || item.site === site));
  if (only === undefined) {
    const known = [...new Set(lots.map((item) => item.lot))].join(', ');
    throw new InputError([`lot ${name}: there is none of this name; there are ${known}`]);
  }
  if (other !== undefined) throw new InputError([`lot ${name}: several sites have one; say which with --site-id`]);
  return siteIdSchema.parse(only.site);
}

type Wish =
  | Pick<Extract<ParkingAction, { kind: 'override' }>, 'kind' | 'state' | 'note' | 'until'>
  | { readonly kind: 'end-override' }
  | { readonly kind: 'seen-empty'; readonly note: string };

function act(
  target: Desk,
  ask: { site: string | null; lot: string; space: string },
  { said, wish }: { said: Said; wish: Wish },
): SpaceItem {
  const desk = deskOf(target);
  const site = siteOf(desk, ask);
  const name = spaceIdSchema.safeParse(ask.space);
  const answer = name.success
    ? desk.act(said, { site, lot: lotIdSchema.parse(ask.lot), space: name.data, ...wish })
    : { ok: false as const, code: 'no-such-space' as const };
  if (!answer.ok) throw new InputError([`${ask.lot}/${ask.space}: ${refusals[answer.code]}`]);
  const item = answer.space === null ? undefined : desk.space(answer.space, 'operator');
  if (item === undefined) throw new Error(`${ask.lot}/${ask.space} was changed and is not there`);
  return item;
}

const refusals = {
  'no-such-space': 'the lot has no such space; see jari lot spaces',
  'no-override': 'no override stands that could be ended',
  'until-in-the-past': 'the time until which it should hold is over already',
  'until-too-far': `an override lasts ${longestOverrideMs / 86_400_000} days at most`,
} as const;
