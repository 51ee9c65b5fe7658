import { didYouMean } from '../config/checks/did-you-mean.ts';
import { devicesOf, type Site } from '../config/site.ts';
import { type WorldEvent, type WorldEventName, worldEventNames } from './world/events.ts';

/** Something that should happen to a place, as somebody asks for it. */
export type EventWish = { readonly name: string; readonly place: string | null; readonly strength: number };

/** Why it cannot happen on a site, by the part of the wish that is wrong. */
export type EventProblem = { readonly at: 'event' | 'place' | 'strength'; readonly message: string };

export type FoundEvent =
  | { readonly ok: true; readonly event: Pick<WorldEvent, 'name' | 'place' | 'strength'> }
  | { readonly ok: false; readonly problems: readonly EventProblem[] };

/** What a wish means on this site, or everything that is wrong with it. */
export function findEvent(site: Site, { name, place, strength }: EventWish): FoundEvent {
  const problems: EventProblem[] = [];
  if (!isEventName(name)) {
    const fix = didYouMean(name, worldEventNames) ?? `there is ${worldEventNames.join(', ')}`;
    problems.push({ at: 'event', message: `${JSON.stringify(name)} does not happen here; ${fix}` });
  }
  const places = placesOf(site);
  if (place !== null && !places.includes(place)) {
    const fix = didYouMean(place, places) ?? `there is ${site.agents.map(({ id }) => id).join(', ')}, and each device`;
    problems.push({
      at: 'place',
      message: `${JSON.stringify(place)}: ${site.id} has no such agent or device; ${fix}`,
    });
  }
  if (!(strength > 0) || !Number.isFinite(strength))
    problems.push({ at: 'strength', message: `${strength}: give a number above 0; 1 is the usual size` });
  if (problems.length > 0 || !isEventName(name)) return { ok: false, problems };
  return { ok: true, event: { name, place, strength } };
}

function isEventName(name: string): name is WorldEventName {
  return worldEventNames.some((known) => known === name);
}

/** A place is a cabinet or an instrument. */
function placesOf(site: Site): string[] {
  return site.agents.flatMap((agent) => [agent.id, ...devicesOf(agent).map(({ device }) => device.id)]);
}
