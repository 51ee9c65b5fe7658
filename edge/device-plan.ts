import { readsOf } from '../config/reads.ts';
import type { BusLink, DeviceConfig } from '../config/site.ts';
import type { ReadRange } from '../devices/plan.ts';
import { registersOf } from '../devices/profile.ts';
import type { RangeSetting } from './connectivity.ts';

/** One range of a device as the schedule sees it. */
export type PollTask = {
  readonly unit: number;
  readonly everyMs: number;
  /** Names the range within its device, for a person too: `holding 16–18`. */
  readonly key: string;
  readonly range: ReadRange;
  /**
   * whole: as planned · search: one point (or several at the same registers), to find out what is not supported ·
   * run: neighbours that are · alone: one point for good, since its run was refused · off: not supported, so not asked.
   */
  readonly kind: 'whole' | 'search' | 'run' | 'alone' | 'off';
  /** Which planned range it comes from. */
  readonly origin: number;
};

/**
 * What a device is asked for. A planned range that it does not support is split once into its points; those that are
 * not supported by themselves are off until the device or its port has been away, and the others are joined again where
 * they stand next to each other. Gaps and lengthened reads are not tried again, since they may have been the cause.
 */
export class DevicePlan {
  readonly #unit: number;
  readonly #planned: readonly ReadRange[];
  #tasks: readonly PollTask[] = [];
  #found = new Set<PollTask>();

  constructor(device: DeviceConfig, link: BusLink) {
    this.#unit = device.unit;
    this.#planned = readsOf(link, device);
    this.restore();
  }

  tasks(): readonly PollTask[] {
    return this.#tasks;
  }

  settings(): RangeSetting[] {
    return this.#tasks.map(({ key, everyMs, kind, range }) => {
      const offBecause = kind === 'off' ? `not supported: ${range.points.map(({ name }) => name).join(', ')}` : null;
      return { key, everyMs, offBecause };
    });
  }

  /** Whether something is left that may be asked. */
  isReadable(): boolean {
    return this.#tasks.some(({ kind }) => kind !== 'off');
  }

  /** As planned, with nothing off. */
  restore(): void {
    this.#found = new Set();
    this.#set(this.#planned.map((range, origin) => ({ kind: 'whole', range, origin })));
  }

  /** The device answered this task; true when the tasks changed by it. */
  supported(task: PollTask): boolean {
    if (task.kind !== 'search') return false;
    this.#found.add(task);
    return this.#rejoin(task.origin);
  }

  /** The device does not support this task; the tasks changed by it. */
  unsupported(task: PollTask): void {
    const next = ({ whole: 'search', run: 'alone', search: 'off', alone: 'off', off: 'off' } as const)[task.kind];
    const ranges = next === 'off' ? [task.range] : pointsOf(task.range);
    const parts = ranges.map((range): Part => ({ kind: next, range, origin: task.origin }));
    this.#set(this.#tasks.flatMap((other): readonly Part[] => (other === task ? parts : [other])));
    if (task.kind === 'search') this.#rejoin(task.origin);
  }

  /** Once each point of a split range has answered, neighbours are read together again. */
  #rejoin(origin: number): boolean {
    const isSearch = (task: PollTask) => task.kind === 'search' && task.origin === origin;
    const points = this.#tasks.filter(isSearch);
    if (points.length === 0 || !points.every((task) => this.#found.has(task))) return false;
    const runs = runsOf(points.map(({ range }) => range)).map((range): Part => ({ kind: 'run', range, origin }));
    this.#set([...this.#tasks.filter((task) => !isSearch(task)), ...runs]);
    return true;
  }

  /** What was a task already stays that task, so that the schedule knows it again. */
  #set(parts: readonly Part[]): void {
    const kept = new Map<Part, PollTask>(this.#tasks.map((task) => [task, task]));
    const keys = new Set(parts.flatMap((part) => kept.get(part)?.key ?? []));
    this.#tasks = parts.map((part) => {
      const known = kept.get(part);
      if (known !== undefined) return known;
      const key = unused(keyOf(part.range), keys);
      keys.add(key);
      return { ...part, unit: this.#unit, everyMs: part.range.everyMs, key };
    });
  }
}

type Part = Pick<PollTask, 'kind' | 'range' | 'origin'>;

const tableNames = { 1: 'coils', 2: 'discrete inputs', 3: 'holding', 4: 'input' } as const;

function keyOf({ fn, address, count }: ReadRange): string {
  const last = address + count - 1;
  return `${tableNames[fn]} ${last === address ? address : `${address}–${last}`}`;
}

function unused(key: string, used: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? key : `${key} (${n})`;
    if (!used.has(name)) return name;
  }
}

/** A range for each stretch of registers that some points share. */
function pointsOf(range: ReadRange): ReadRange[] {
  const stretches = Map.groupBy(range.points, ({ profile }) => `${profile.address} ${registersOf(profile)}`);
  return [...stretches.values()].flatMap((points) => {
    const [first] = points;
    if (first === undefined) return [];
    const count = registersOf(first.profile);
    return [{ ...range, address: first.profile.address, count, maxCount: count, points }];
  });
}

/** Ranges of one plan that touch, as one. */
function runsOf(ranges: readonly ReadRange[]): ReadRange[] {
  const runs: ReadRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.address - b.address)) {
    const last = runs.at(-1);
    if (last !== undefined && range.address <= last.address + last.count) runs[runs.length - 1] = joined(last, range);
    else runs.push(range);
  }
  return runs;
}

function joined(a: ReadRange, b: ReadRange): ReadRange {
  const count = Math.max(a.address + a.count, b.address + b.count) - a.address;
  return { ...a, count, maxCount: count, points: [...a.points, ...b.points] };
}
