import type { OrderConfig } from '../../config/notify/order-file.ts';
import type { Hazard, Level } from '../../contract/hazards.ts';
import type { PersonChannel } from './channels/channel.ts';

/** What a notice is about, as far as that decides who is told. Null where it is about no alert. */
export type About = {
  readonly role: string;
  readonly building: string;
  readonly hazard: Hazard | null;
  readonly level: Level | null;
};

/** A figure that decides when people are told, with where it comes from. Durations in ms. */
type Sourced = { readonly value: number; readonly source: string };

export const orderDefaults: Readonly<Record<'nextAfterMs' | 'acceptWithinMs' | 'receiveWithinMs', Sourced>> = {
  nextAfterMs: { value: 120_000, source: 'own: a person after 2 min without an acknowledgement' },
  acceptWithinMs: {
    value: 29_000,
    source:
      'own: without acceptance a second channel has it within 30 s, a second of which is for looking and committing',
  },
  receiveWithinMs: {
    value: 60_000,
    source: 'own: accepted is not received; a phone that is on answers within seconds',
  },
};

/** How people of a role are told of a notice. */
export type Telling = {
  /** Person after person; null where everybody of the role is told at once. */
  readonly people: readonly string[];
  readonly channels: readonly PersonChannel[] | null;
  readonly language: 'ko' | 'en' | null;
  readonly nextAfterMs: number;
  readonly acceptWithinMs: number;
  readonly receiveWithinMs: number;
};

/** The first entry of the site file that fits; the defaults where none does. Pure, as all here. */
export function tellingFor(order: readonly OrderConfig[], about: About): Telling {
  const entry = order.find((each) => fits(each, about));
  return {
    people: entry?.people ?? [],
    channels: entry?.channels ?? null,
    language: entry?.language ?? null,
    nextAfterMs: entry?.nextAfter ?? orderDefaults.nextAfterMs.value,
    acceptWithinMs: entry?.acceptWithin ?? orderDefaults.acceptWithinMs.value,
    receiveWithinMs: entry?.receiveWithin ?? orderDefaults.receiveWithinMs.value,
  };
}

function fits({ role, building, hazards, levels }: OrderConfig, about: About): boolean {
  if (role !== about.role || (building !== undefined && building !== about.building)) return false;
  if (hazards !== undefined && (about.hazard === null || !hazards.includes(about.hazard))) return false;
  return levels === undefined || (about.level !== null && levels.includes(about.level));
}

export type Turns = {
  /** One list a turn; those of a turn are told together. */
  readonly turns: readonly (readonly string[])[];
  /** A rota says who is on duty now, and nobody of them can be told: everybody is, at once. */
  readonly isGap: boolean;
};

/**
 * Who is told in which turn.
 *
 * | | turn 0, 1 … | last turn |
 * |---|---|---|
 * | neither order nor rota | everybody of the role | |
 * | an order | its people, one a turn | the others of the role |
 * | a rota | those on duty, one a turn, then the order's people | the others of the role |
 * | a rota, and nobody on duty who can be told | everybody of the role | |
 *
 * `holders`: who fills the role and can be told now; others take no turn. `onDuty` null: there is no rota.
 */
export function turnsOf(of: {
  readonly holders: readonly string[];
  readonly order: readonly string[];
  readonly onDuty: readonly string[] | null;
}): Turns {
  const { holders, order, onDuty } = of;
  const everybody = { turns: holders.length === 0 ? [] : [holders], isGap: false };
  const able = new Set(holders);
  const there = (names: readonly string[]) => names.filter((name) => able.has(name));
  const first = there(onDuty ?? []);
  if (onDuty !== null && first.length === 0) return { ...everybody, isGap: true };
  const named = [...new Set([...first, ...there(order)])];
  if (named.length === 0) return everybody;
  const others = holders.filter((name) => !named.includes(name));
  return { turns: [...named.map((name) => [name]), ...(others.length === 0 ? [] : [others])], isGap: false };
}
