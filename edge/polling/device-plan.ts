import { urgentPoints } from '../../config/bus-load/reads.ts';
import type { BusLink, DeviceConfig } from '../../config/site.ts';
import type { FaultCode } from '../../contract/reading.ts';
import type { DeviceReason, ReadsLimit } from '../../contract/reasons/devices.ts';
import type { ReadRequest } from '../../devices/modbus/pdu.ts';
import { type ReadRange, rangeName, readOf } from '../../devices/plan.ts';
import { deviceFailure } from '../bus/bus.ts';
import type { RangeSetting } from './connectivity.ts';
import { pointNamesOf, runsOf, stretchesOf } from './range-parts.ts';
import { readsWithin } from './reads-within.ts';
import { type Failure, SizeSearch } from './size-search.ts';

/** One range of a device as the schedule sees it. */
export type PollTask = {
  readonly unit: number;
  readonly everyMs: number;
  readonly urgency: 'life-safety' | 'routine';
  readonly fn: ReadRange['fn'];
  /** Asked rarely from the start. */
  readonly isResting: boolean;
  /** Before any other, since it is asked once: the others know no better yet. */
  readonly goesFirst: boolean;
  /** Names the range within its device, for a person too: `holding 16–18`. */
  readonly key: string;
  readonly range: ReadRange;
  /** How the bus is asked for it. */
  readonly asking: { readonly request: ReadRequest; readonly maxCount: number };
  /**
   * whole: as planned · search: one point (or several at the same registers), to find out which of them is in the way ·
   * run: neighbours that are not · alone: one point for good · failing: what the search found, asked rarely · off: not
   * supported, so hardly ever asked · size: to find out how much is answered at once; its points are asked for besides.
   */
  readonly kind: 'whole' | 'search' | 'run' | 'alone' | 'failing' | 'off' | 'size';
  /** What is known to be wrong with it before it is asked. */
  readonly trouble: { readonly fault: FaultCode; readonly reason: DeviceReason } | null;
  /** Which planned range it comes from. */
  readonly origin: number;
};

/** Why a search began: the device does not support the range, refuses it each time, or does not answer it. */
type Cause = 'unsupported' | 'refused' | 'silence';

/**
 * What a device is asked for. A planned range that the device does not support, refuses three times in a row, or leaves
 * unanswered while it answers others, is split once into its points: those in the way are off, alone or failing, and the
 * others are joined again where they stand next to each other. Meanwhile it is found out whether it was only too large
 * (`size-search.ts`): then all is planned again in reads of the size that is answered. So it stays until the device or its
 * port has been away.
 */
export class DevicePlan {
  readonly #unit: number;
  readonly #plannedWithin: (limits: readonly ReadsLimit[]) => readonly ReadRange[];
  #planned: readonly ReadRange[] = [];
  readonly #urgent: ReadonlySet<string>;
  #tasks: readonly PollTask[] = [];
  #found = new Set<PollTask>();
  #searches = new Map<number, { cause: Cause; times: number }>();
  #refusals = new Map<PollTask, number>();
  #limits: readonly ReadsLimit[] = [];
  #sizing: Sizing | null = null;

  constructor(device: DeviceConfig, link: BusLink) {
    this.#unit = device.unit;
    this.#plannedWithin = (limits) => readsWithin(link, device, limits);
    this.#urgent = urgentPoints(device);
    this.reset();
  }

  tasks(): readonly PollTask[] {
    return this.#tasks;
  }

  /** What it was found to answer at most in one read, smaller than its profile says. */
  limits(): readonly ReadsLimit[] {
    return this.#limits;
  }

  settings(): RangeSetting[] {
    return this.#ranges().map(({ key, everyMs, range, trouble }) => ({
      key,
      everyMs,
      trouble: trouble && { fault: trouble.fault, reason: { ...trouble.reason, points: pointNamesOf(range) } },
    }));
  }

  /** Whether something is left that may be asked. */
  isReadable(): boolean {
    return this.#ranges().some(({ kind }) => kind !== 'off');
  }

  /** As planned, with nothing off and no limit but the profile's. */
  reset(): void {
    this.#plan([]);
  }

  #plan(limits: readonly ReadsLimit[]): void {
    this.#found = new Set();
    this.#searches = new Map();
    this.#refusals = new Map();
    this.#sizing = null;
    this.#limits = limits;
    this.#planned = this.#plannedWithin(limits);
    this.#set(this.#planned.map((range, origin) => ({ kind: 'whole', range, origin, trouble: null })));
  }

  /** What its points come from, each of them once. */
  #ranges(): readonly PollTask[] {
    return this.#tasks.filter(({ kind }) => kind !== 'size');
  }

  /** The device answered this task; true when the tasks changed by it. */
  supported(task: PollTask): boolean {
    this.#refusals.delete(task);
    if (task.kind === 'size') return this.#sized(false, (search) => search.answered());
    if (task.kind === 'failing' || task.kind === 'off') {
      const kind = task.range === this.#planned[task.origin] ? 'whole' : 'alone';
      this.#replace(task, [{ kind, range: task.range, origin: task.origin, trouble: null }]);
      return true;
    }
    if (task.kind !== 'search') return false;
    this.#found.add(task);
    return this.#rejoin(task.origin);
  }

  /**
   * The device does not support this task, perhaps only because the bus asked for more than its points: from now on it is
   * asked as it stands. False when it was asked so already.
   */
  shortened(task: PollTask): boolean {
    const { kind, range, origin, trouble } = task;
    if (kind === 'size' || range.maxCount === range.count) return false;
    this.#replace(task, [{ kind, range: { ...range, maxCount: range.count }, origin, trouble }]);
    return true;
  }

  /** A read to find out how much is answered at once was not; true when the tasks changed by it. */
  failedAtSize(how: Failure): boolean {
    const mayPass = how.exception === undefined || how.exception >= deviceFailure;
    return this.#sized(how.as !== 'exception', (search) => search.failed(how, mayPass));
  }

  /** The device answered something else, so it is there and the search may go on; true when the tasks changed by it. */
  heard(): boolean {
    if (this.#sizing === null || !this.#sizing.isHeld) return false;
    this.#sizing.isHeld = false;
    this.#set(this.#ranges());
    return true;
  }

  /** The device does not support this task; the tasks changed by it. */
  unsupported(task: PollTask): void {
    const { kind, origin, range } = task;
    if (kind === 'whole') {
      this.#search(task, 'unsupported');
    } else if (kind === 'run') {
      this.#beginSizing(task);
      this.#replace(
        task,
        stretchesOf(range).map((part) => ({ kind: 'alone', range: part, origin, trouble: null })),
      );
    } else {
      this.#endSizing(origin);
      const trouble = { fault: 'unsupported', reason: { code: 'not-supported' } } as const;
      this.#replace(task, [{ kind: 'off', range, origin, trouble }]);
      if (kind === 'search') this.#rejoin(origin);
    }
  }

  /** The device refused this task; true when the tasks changed by it. */
  refused(task: PollTask): boolean {
    const times = (this.#refusals.get(task) ?? 0) + 1;
    this.#refusals.set(task, times);
    if (task.kind === 'search') {
      this.#endSizing(task.origin);
      this.#replace(task, [{ kind: 'alone', range: task.range, origin: task.origin, trouble: null }]);
      this.#rejoin(task.origin);
      return true;
    }
    if (times < refusalsToSplit || !this.#maySearch(task)) return false;
    this.#search(task, 'refused');
    return true;
  }

  /** The device leaves this task unanswered, and is there; true when the tasks changed by it. */
  unanswered(task: PollTask, fault: FaultCode, reason: DeviceReason): boolean {
    if (task.kind === 'search') {
      this.#endSizing(task.origin);
      this.#replace(task, [{ kind: 'failing', range: task.range, origin: task.origin, trouble: { fault, reason } }]);
      this.#rejoin(task.origin);
      return true;
    }
    if (!this.#maySearch(task)) return false;
    this.#search(task, 'silence');
    return true;
  }

  #maySearch({ kind, range, origin }: PollTask): boolean {
    const isDivisible = (kind === 'whole' || kind === 'run') && stretchesOf(range).length > 1;
    return isDivisible && (this.#searches.get(origin)?.times ?? 0) < mostSearches;
  }

  #search(task: PollTask, cause: Cause): void {
    const { origin } = task;
    this.#searches.set(origin, { cause, times: (this.#searches.get(origin)?.times ?? 0) + 1 });
    this.#beginSizing(task);
    this.#replace(
      task,
      stretchesOf(task.range).map((range) => ({ kind: 'search', range, origin, trouble: null })),
    );
  }

  /** One range at a time: what is found of one holds for all of its table. */
  #beginSizing({ range, origin }: PollTask): void {
    if (this.#sizing !== null) return;
    const search = new SizeSearch(range);
    if (search.window !== null) this.#sizing = { search, origin, isHeld: false };
  }

  /** A point of the range is in the way, so its size is not. */
  #endSizing(origin: number): void {
    if (this.#sizing?.origin === origin) this.#sizing = null;
  }

  #sized(isMiss: boolean, step: (search: SizeSearch) => void): boolean {
    const sizing = this.#sizing;
    if (sizing === null) return false;
    const { search, origin } = sizing;
    const before = search.window;
    step(search);
    if (search.limit !== null && this.#isNews(search.limit)) {
      const { of } = search.limit;
      this.#plan([...this.#limits.filter((limit) => limit.of !== of), search.limit]);
    } else if (search.window === null) {
      this.#sizing = null;
      if (!this.#rejoin(origin)) this.#set(this.#ranges());
    } else {
      // Something else comes first: it is to show that the device is there, or to let pass what passes.
      sizing.isHeld = isMiss || search.window === before;
      this.#set(this.#ranges());
    }
    return true;
  }

  #isNews({ of, upTo }: ReadsLimit): boolean {
    return this.#limits.every((known) => known.of !== of || upTo < known.upTo);
  }

  /** Once it is known of each point of a split range how it does, neighbours are read together again. */
  #rejoin(origin: number): boolean {
    const isSearch = (task: PollTask) => task.kind === 'search' && task.origin === origin;
    const points = this.#tasks.filter(isSearch);
    if (!points.every((task) => this.#found.has(task)) || this.#sizing?.origin === origin) return false;
    const failing = this.#tasks.filter((task) => task.kind === 'failing' && task.origin === origin);
    if (points.length === 0 && failing.length === 0) return false;
    const others = this.#tasks.filter((task) => !isSearch(task) && !failing.includes(task));
    this.#set([...others, ...this.#joined(origin, points, failing)]);
    return true;
  }

  #joined(origin: number, points: readonly PollTask[], failing: readonly PollTask[]): Part[] {
    const planned = this.#planned[origin];
    const search = this.#searches.get(origin);
    const isWhole = this.#tasks.every((task) => task.origin !== origin || task.kind === 'search');
    // Nothing was in the way after all: a device that had just come back, or noise. The second time it is the range.
    if (planned !== undefined && isWhole && search?.cause === 'silence' && search.times < mostSearches)
      return [{ kind: 'whole', range: planned, origin, trouble: null }];
    const trouble = failing[0]?.trouble ?? null;
    if (planned !== undefined && points.length === 0 && stretchesOf(planned).length === failing.length)
      return [{ kind: 'failing', range: planned, origin, trouble }];
    const parts = (kind: 'run' | 'failing', tasks: readonly PollTask[]) =>
      runsOf(tasks.map(({ range }) => range)).map(
        (range): Part => ({ kind, range, origin, trouble: kind === 'failing' ? trouble : null }),
      );
    return [...parts('run', points), ...parts('failing', failing)];
  }

  #replace(task: PollTask, parts: readonly Part[]): void {
    this.#set(this.#tasks.flatMap((other): readonly Part[] => (other === task ? parts : [other])));
  }

  /** What was a task already stays that task, so that the schedule knows it again. */
  #set(ranges: readonly Part[]): void {
    const parts = [...ranges.filter(({ kind }) => kind !== 'size'), ...this.#sizePart()];
    const kept = new Map<Part, PollTask>(this.#tasks.map((task) => [task, task]));
    const keys = new Set(parts.flatMap((part) => kept.get(part)?.key ?? []));
    this.#tasks = parts.map((part) => {
      const known = kept.get(part);
      if (known !== undefined) return known;
      const key = unused(rangeName(part.range), keys);
      keys.add(key);
      const urgency = part.range.points.some(({ name }) => this.#urgent.has(name)) ? 'life-safety' : 'routine';
      const isResting = part.kind === 'failing';
      const goesFirst = part.kind === 'size';
      const { everyMs, fn, maxCount } = part.range;
      const asking = { request: readOf(part.range), maxCount };
      return { ...part, unit: this.#unit, everyMs, fn, asking, urgency, isResting, goesFirst, key };
    });
  }

  #sizePart(): Part[] {
    if (this.#sizing === null || this.#sizing.isHeld) return [];
    const { search, origin } = this.#sizing;
    const range = search.window;
    const known = this.#tasks.find((task) => task.kind === 'size' && task.range === range);
    if (known !== undefined) return [known];
    return range === null ? [] : [{ kind: 'size', range, origin, trouble: null }];
  }
}

type Part = Pick<PollTask, 'kind' | 'range' | 'origin' | 'trouble'>;

/** What is being found out of how much the device answers at once. */
type Sizing = { readonly search: SizeSearch; readonly origin: number; isHeld: boolean };

const refusalsToSplit = 3;
/** A search for want of answers may have been noise, so there is a second one; then it is as it was found. */
const mostSearches = 2;

function unused(key: string, used: ReadonlySet<string>): string {
  for (let n = 1; ; n++) {
    const name = n === 1 ? key : `${key} (${n})`;
    if (!used.has(name)) return name;
  }
}
