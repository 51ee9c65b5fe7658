import type { WorldEvent, WorldEventName } from './events.ts';

/** Where an instrument stands: its agent, and which of the agent's devices it is, in the order of the site file. */
export type EffectPlace = {
  readonly agent: string;
  readonly device: string;
  /** Every device of the agent. */
  readonly devices: readonly string[];
};

/** An event as one instrument feels it at a moment. */
export type EventEffect = {
  /** Since it came here, ms. */
  readonly ageMs: number;
  /** How much of that it went on; less than `ageMs` once it is over. */
  readonly lastedMs: number;
  readonly isOn: boolean;
  /** It began at this very instrument. */
  readonly isOrigin: boolean;
  /** Since it was over here; 0 while it goes on. */
  readonly overMs: number;
  readonly strength: number;
};

/** What reaches an instrument, by the events begun so far; a list that may grow between two calls. */
export type Effects = {
  at(name: WorldEventName, tMs: number): readonly EventEffect[];
  /** When it was so until a moment: by time, none touching another. */
  spells(name: WorldEventName, untilMs: number): readonly Spell[];
};
export type Spell = { readonly from: number; readonly until: number };

/**
 * How an event goes from the device where it begins to the others of its agent, a step being one place in the site file.
 * One that begins at an agent, or everywhere, is at each of its devices at once and whole.
 */
const spread: Readonly<Record<WorldEventName, { readonly delayMs: number; readonly keeps: number }>> = {
  fire: { delayMs: 20_000, keeps: 0.8 },
  'gas-leak': { delayMs: 30_000, keeps: 0.5 },
  rain: { delayMs: 30_000, keeps: 1 },
  sun: { delayMs: 0, keeps: 1 },
  truck: { delayMs: 0, keeps: 0.5 },
  'power-cut': { delayMs: 0, keeps: 1 },
  settlement: { delayMs: 0, keeps: 0.3 },
};

export function effectsAt(where: EffectPlace, eventsOf: (name: WorldEventName) => readonly WorldEvent[]): Effects {
  const own = where.devices.indexOf(where.device);
  const stepsTo = ({ place }: WorldEvent): number | undefined => {
    if (place === null || place === where.agent) return 0;
    const there = where.devices.indexOf(place);
    return there < 0 ? undefined : Math.abs(there - own);
  };
  const arrived = (name: WorldEventName): WorldEvent[] =>
    eventsOf(name).flatMap((event) => {
      const steps = stepsTo(event);
      return steps === undefined ? [] : [afterSteps(event, steps)];
    });
  return {
    at: (name, tMs) =>
      arrived(name)
        .filter(({ from }) => tMs >= from)
        .map((event) => ({ ...effectOf(event, tMs), isOrigin: event.place === where.device })),
    spells: (name, untilMs) => joined(arrived(name).filter(({ from, until }) => from < untilMs && until > from)),
  };
}

function afterSteps(event: WorldEvent, steps: number): WorldEvent {
  const { delayMs, keeps } = spread[event.name];
  const delay = steps * delayMs;
  return { ...event, from: event.from + delay, until: event.until + delay, strength: event.strength * keeps ** steps };
}

function effectOf({ from, until, strength }: WorldEvent, tMs: number): Omit<EventEffect, 'isOrigin'> {
  const end = Math.max(from, until);
  const [lastedMs, overMs] = [Math.min(tMs, end) - from, Math.max(0, tMs - end)];
  return { ageMs: tMs - from, lastedMs, isOn: tMs < end, overMs, strength };
}

function joined(events: readonly WorldEvent[]): Spell[] {
  const spells: Spell[] = [];
  for (const { from, until } of events.toSorted((a, b) => a.from - b.from)) {
    const last = spells.at(-1);
    if (last === undefined || from > last.until) spells.push({ from, until });
    else spells[spells.length - 1] = { from: last.from, until: Math.max(last.until, until) };
  }
  return spells;
}
