import { at, DayWorld } from '../day/day-world.ts';

/** What a week of the old building brought, counted. */
export type BuildingWeek = {
  readonly days: number;
  /** Polls' worth of readings that were said. */
  readonly said: number;
  /** Alerts before the chattering begins. */
  readonly calm: readonly WeekAlert[];
  /** Rules that chattered before it. */
  readonly chattering: readonly string[];
  /** Alerts of the point that is made to chatter, from then on. */
  readonly chattered: readonly WeekAlert[];
  /** How often it changed. */
  readonly flips: number;
};
export type WeekAlert = {
  readonly rule: string;
  readonly since: string;
  readonly lifeSafety: boolean;
  readonly points: readonly string[];
};

const chatters = 'contacts-1/di_6';
const minuteMs = 60_000;

/**
 * The demo's old building on simulated time with the swings of its days, 0.1 % of its polls lost, and nothing happening;
 * in the hour after the last day a leak rope changes every five seconds.
 */
export async function runBuildingWeek(options: {
  dir: string;
  seed: number;
  days: number;
  onHour?: (hour: number) => void;
}): Promise<BuildingWeek> {
  const { dir, seed, days, onHour } = options;
  const world = new DayWorld({ dir, seed, calm: true, only: 'cabinet-b1', lost: 0.001 });
  try {
    const end = at(24 * days, 0);
    await world.run(end, [], onHour);
    const calm = alertsOf(world);
    const { chattering } = world.services.ports.alerts.figures(world.site.id, at(0, 0), end);
    const flips = Array.from({ length: 360 }, (_, n) => ({
      at: end + n * 5000,
      do: (of: DayWorld) => of.buses.set(chatters, n % 2 === 0),
    }));
    await world.run(end + 45 * minuteMs, flips);
    const chattered = alertsOf(world).slice(calm.length);
    const said = world.agents.reduce((sum, agent) => sum + agent.said, 0);
    return { days, said, calm, chattering, chattered, flips: flips.length };
  } finally {
    world.close();
  }
}

function alertsOf(world: DayWorld): WeekAlert[] {
  // The other cabinets do not run.
  const ofHere = world.alerts().filter(({ rule }) => !rule.startsWith('agent:cabinet-s'));
  return ofHere.map(({ rule, since, lifeSafety, points }) => ({ rule, since, lifeSafety, points }));
}
