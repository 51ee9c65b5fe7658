import { allBuiltIn } from '../../config/profiles.ts';
import {
  type AgentConfig,
  type BusConfig,
  type DeviceConfig,
  modbusBusesOf,
  type PointConfig,
  type Site,
} from '../../config/site.ts';
import { type Clock, systemClock } from '../../contract/clock.ts';
import type { PointRef } from '../../contract/ids.ts';
import { commissioningText } from '../../contract/words/commissioning.ts';
import type { Language } from '../../contract/words/language.ts';
import { isModbus, type PointProfile, registersOf } from '../../devices/profile.ts';
import type { Bus } from '../bus/bus.ts';
import type { Known } from './detective.ts';
import {
  durationIn,
  given,
  type Line,
  type LineOptions,
  linesOf,
  oneLineOf,
  refuse,
  siteBus,
  siteIn,
} from './lines.ts';
import { numbersIn } from './lists.ts';
import { type MakeBus, openOrRefuse, realBuses, refuseBusyHost } from './open-line.ts';
import { readEverything } from './read.ts';
import { readText } from './read-text.ts';
import { mostOf, parseTarget, type Target } from './target.ts';
import { type Output, untilStopped } from './terminal.ts';

export type ReadCommand = LineOptions & {
  readonly target: string;
  readonly unit?: string;
  /** `PROFILE/POINT` for what is not in a site file. */
  readonly profile?: string;
  readonly known?: string;
  readonly tolerance?: string;
  readonly times?: string;
  readonly every?: string;
};

export type Around = { readonly clock: Clock; readonly make: MakeBus };

/** What a target is on which line. */
export type Aimed = {
  readonly line: Line;
  readonly unit: number;
  readonly gapMs: number;
  readonly range: Extract<Target, { kind: 'range' }>;
  readonly point: { readonly name: string; readonly profile: PointProfile } | null;
  /** The site's own device, where a site file is given. */
  readonly place: { readonly site: Site; readonly agent: AgentConfig; readonly device: DeviceConfig } | null;
};

/** `jari read`. `failed` where not one read gave a value. @throws InputError */
export async function runRead(options: ReadCommand, around?: Around): Promise<Output & { failed: boolean }> {
  const { language } = options;
  const aimed = aim(options);
  const known = knownOf(options);
  const times = wholeOf(options.times ?? '3', '--times', language);
  const everyMs = durationIn(options.every ?? '500ms', language, '--every');
  const clock = around?.clock ?? systemClock;
  return onBus(options, aimed.line, around, async (bus, signal) => {
    const { line, unit, gapMs, range, point } = aimed;
    const { timeoutMs } = line;
    const result = await readEverything({
      ...{ clock, bus, unit, timeoutMs, gapMs, range, known, times, everyMs, signal },
      point: point?.profile ?? null,
    });
    const named = point === null ? null : { name: point.name, unit: point.profile.unit };
    const failed = result.reads.every(({ items }) => items === null);
    const [first] = result.reads;
    const words =
      failed && first?.reason != null
        ? ({ code: 'no-reading', line: line.name, unit, reason: first.reason } as const)
        : null;
    const about = { line: line.name, unit, range, point: named, known };
    return {
      text: words === null ? readText(result, about, language) : commissioningText(words)[language],
      json: { ok: !failed, ...about, ...result },
      failed,
    };
  });
}

/** Opens the line for one command, closes it whatever happens, and ends what waits at Ctrl-C. @throws InputError */
export async function onBus<T>(
  options: LineOptions,
  line: Line,
  around: Around | undefined,
  work: (bus: Bus, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const { language } = options;
  if (options.beside !== true && around === undefined) await refuseBusyHost(line, language);
  const bus = await openOrRefuse(around?.make ?? realBuses(systemClock), line, language);
  const stop = untilStopped();
  try {
    return await work(bus, stop.signal);
  } finally {
    stop.release();
    await bus.close();
  }
}

/** Finds the line, the unit and the registers that are meant. @throws InputError */
export function aim(options: LineOptions & { target: string; unit?: string; profile?: string }): Aimed {
  const { language, target: text, site } = options;
  const target = parseTarget(text);
  if (target === undefined) return refuse({ code: 'what-to-read', given: text, bus: site !== undefined }, language);
  if (target.kind === 'point') return aimAtPoint(options, target.ref);
  const most = mostOf(target.table);
  if (target.count > most) return refuse({ code: 'too-many', count: target.count, most }, language);
  const line = oneLineOf(options);
  if (options.unit === undefined) return refuse({ code: 'unit-needed' }, language);
  const [unit = 0] = given(numbersIn(options.unit, { option: '--unit', least: 0, most: 255, example: '5' }), language);
  const point = options.profile === undefined ? null : profilePoint(options.profile, language);
  return { line, unit, gapMs: usualGapMs, range: target, point, place: placeOf(options, unit) };
}

/** The site's own device behind a unit, where registers are named and a site is given as well. */
function placeOf(options: LineOptions, unit: number): Aimed['place'] {
  if (options.site === undefined) return null;
  const { site, agent, config } = siteBus(options);
  const device = config.devices.find((each) => each.unit === unit);
  return device === undefined ? null : { site, agent, device };
}

function aimAtPoint(options: LineOptions, ref: PointRef): Aimed {
  const { language, site: file } = options;
  if (file === undefined) return refuse({ code: 'what-to-read', given: ref, bus: false }, language);
  const site = siteIn(file, language);
  const all = site.agents.flatMap((agent) =>
    modbusBusesOf(agent).flatMap((bus) =>
      bus.devices.flatMap((device) => device.points.map((point) => ({ agent, bus, device, point }))),
    ),
  );
  const found = all.find(({ point }) => point.ref === ref);
  if (found === undefined) return refuse({ code: 'unknown-point', point: ref, known: nearest(all, ref) }, language);
  const { agent, bus, device, point } = found;
  const [line] = linesOf({ ...options, bus: `${agent.id}/${bus.id}` });
  if (line === undefined) return refuse({ code: 'which-line' }, language);
  return {
    line,
    unit: device.unit,
    gapMs: device.profile.limits.gap,
    ...registersOfPoint(point),
    place: { site, agent, device },
  };
}

function registersOfPoint({ ref, profile }: PointConfig): Pick<Aimed, 'range' | 'point'> {
  const { table, address } = profile;
  const range = parseTarget(`${table}:${address}+${registersOf(profile)}`);
  if (range?.kind !== 'range') throw new Error(`${ref} has no registers`);
  return { range, point: { name: ref, profile } };
}

type Placed = { readonly bus: BusConfig; readonly device: DeviceConfig; readonly point: PointConfig };

/** Of the same device, or all devices. */
function nearest(all: readonly Placed[], ref: PointRef): string {
  const [device = ''] = ref.split('/');
  const own = all.filter((each) => each.device.id === device).map(({ point }) => point.ref);
  return (own.length > 0 ? own : [...new Set(all.map((each) => `${each.device.id}/…`))]).join(', ');
}

function profilePoint(text: string, language: Language): Aimed['point'] {
  const [id = '', name = ''] = text.split('/');
  const profile = allBuiltIn().get(id);
  if (profile === undefined || !isModbus(profile))
    return refuse({ code: 'unknown-profile', profile: id, known: [...allBuiltIn().keys()].join(', ') }, language);
  const found = Object.entries(profile.points).find(([own]) => own === name);
  const known = Object.keys(profile.points)
    .map((own) => `${id}/${own}`)
    .join(', ');
  return found === undefined
    ? refuse({ code: 'unknown-point', point: text, known }, language)
    : { name: text, profile: found[1] };
}

/** Without a tolerance: 2 % of the value, and 0.5 at least of what is above 5, as a thermometer beside a sensor differs. */
function knownOf({ known, tolerance, language }: ReadCommand): Known | null {
  if (known === undefined) return null;
  const value = numberIn(known, '--known', language);
  const usual = Math.max(Math.abs(value) * 0.02, Math.abs(value) > 5 ? 0.5 : 0.05);
  return { value, tolerance: tolerance === undefined ? usual : Math.abs(numberIn(tolerance, '--tolerance', language)) };
}

function numberIn(text: string, option: string, language: Language): number {
  const value = Number(text);
  return text.trim() === '' || !Number.isFinite(value)
    ? refuse({ code: 'list-form', option, given: text, example: '21.4' }, language)
    : value;
}

function wholeOf(text: string, option: string, language: Language): number {
  const [value = 1] = given(numbersIn(text, { option, least: 1, most: 1000, example: '3' }), language);
  return value;
}

const usualGapMs = 20;
