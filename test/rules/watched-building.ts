import { join } from 'node:path';
import { loadSite } from '../../config/load-site.ts';
import { type PointConfig, rulesOf, type Site } from '../../config/site.ts';
import type { PointRef } from '../../contract/ids.ts';
import type { Value } from '../../contract/reading.ts';
import { SimClock } from '../../contract/sim-clock.ts';
import { compileRule } from '../../rules/compile.ts';
import { type Replayed, startReplay } from '../../rules/replay.ts';
import type { Rule } from '../../rules/rule.ts';
import { keyOf, uniform } from '../../simulators/noise.ts';
import { loadScenario } from '../../simulators/scenario/load.ts';
import { Player } from '../../simulators/scenario/player.ts';
import { VirtualBuses } from '../../simulators/virtual-buses.ts';
import { root } from '../needs.ts';

/** Midnight in Seoul, the demo's day. */
export const midnight = Date.UTC(2026, 10, 20, 15);

type Watched = { readonly rule: Rule; readonly result: Replayed };

/**
 * The demo's building as its rules see it, on simulated time, without lines, agents and a gateway: each point is read at
 * its period (or `everyMs`, where that is longer; six times that what is no matter of life), a share of the readings is
 * lost, and a change beyond the deadband or the longest silence makes a reading. `sharp` times are read at the points' own
 * periods.
 */
export async function watchBuilding(options: {
  days: number;
  scenario?: string;
  everyMs: number;
  lost: number;
  sharp?: { readonly from: number; readonly to: number };
}): Promise<Watched[]> {
  const site = demoSite();
  const clock = new SimClock(midnight);
  const buses = new VirtualBuses({ site, clock, seed: 1, speed: 1, begins: midnight });
  const player =
    options.scenario === undefined ? undefined : new Player({ scenario: dayOf(site, options.scenario), buses });
  const rules = rulesOf(site).map((rule) => ({ rule, replay: startReplay(compileRule(rule), rule.points) }));
  const readers = readersOf(
    site,
    rules.flatMap(({ rule }) => rule.points.map(({ ref }) => ref)),
  );
  const byPoint = new Map(
    readers.map(({ point }) => [
      point.ref,
      rules.filter(({ rule }) => rule.points.some(({ ref }) => ref === point.ref)),
    ]),
  );
  const end = midnight + options.days * 86_400_000;
  for (let now = midnight; now < end; now = clock.now()) {
    for (const reader of readers) {
      if (now < reader.next) continue;
      const isSharp = options.sharp !== undefined && now >= options.sharp.from && now < options.sharp.to;
      const slowedMs = reader.point.isLifeSafety ? options.everyMs : 6 * options.everyMs;
      reader.next = now + (isSharp ? reader.point.everyMs : Math.max(reader.point.everyMs, slowedMs));
      if (uniform(keyOf(7, reader.point.ref), Math.round(now / 500)) < options.lost) continue;
      const value = buses.valueOf(reader.point.ref);
      if (!reader.isWorthSaying(value, now)) continue;
      for (const { replay } of byPoint.get(reader.point.ref) ?? [])
        replay.add({ point: reader.point.ref, at: now, value, fault: null, epoch: 1 });
    }
    await clock.advance(Math.max(1, Math.min(...readers.map(({ next }) => next)) - clock.now()));
  }
  player?.close();
  return rules.map(({ rule, replay }) => ({ rule, result: replay.end() }));
}

export function demoSite(): Site {
  const loaded = loadSite(join(root, 'config/sites/demo.yaml'));
  if (!loaded.ok) throw new Error('the demo site is refused');
  return loaded.site;
}

function dayOf(site: Site, name: string) {
  const loaded = loadScenario(join(root, 'config/sites/scenarios', `${name}.yaml`), site);
  if (!loaded.ok) throw new Error(`${name} is refused`);
  return loaded.scenario;
}

function readersOf(site: Site, refs: readonly PointRef[]) {
  const wanted = new Set(refs);
  const points = site.agents.flatMap(({ buses }) =>
    buses.flatMap((bus) => bus.devices.flatMap((device): readonly PointConfig<unknown>[] => device.points)),
  );
  return points.filter(({ ref }) => wanted.has(ref)).map((point) => new Reader(point));
}

class Reader {
  next = midnight;
  readonly point: PointConfig<unknown>;
  #said: { readonly value: Value; readonly at: number } | undefined;

  constructor(point: PointConfig<unknown>) {
    this.point = point;
  }

  isWorthSaying(value: Value, now: number): boolean {
    const said = this.#said;
    const isNew =
      said === undefined ||
      now - said.at >= this.point.maxSilenceMs ||
      (typeof value === 'number' && typeof said.value === 'number'
        ? Math.abs(value - said.value) > this.point.deadband
        : value !== said.value);
    if (isNew) this.#said = { value, at: now };
    return isNew;
  }
}
