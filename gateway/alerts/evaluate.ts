import type { PointRef, SiteId } from '../../contract/ids.ts';
import type { CompiledRule, Judgement, Rule, RuleInput, RuleState } from '../../rules/rule.ts';
import type { PointRows, Row } from '../state/changes.ts';

/** A rule of a site, ready to judge. */
export type SiteRule = {
  /** `{site}/{rule id}` */
  readonly key: string;
  readonly site: SiteId;
  readonly rule: Rule;
  readonly compiled: CompiledRule;
};

/** What is remembered of a rule. `judgement` is null until it has judged since the gateway started. */
export type RuleMemory = { readonly state: RuleState; readonly judgement: Judgement | null };

/** A judgement that says something else than the one before it, in order. */
export type Judging = {
  readonly rule: SiteRule;
  readonly judgement: Judgement;
  /** ms of the alerts' clock, at the reading that decided. */
  readonly mono: number;
  /** Of the reading that decided, epoch ms; null when its time is not known or no reading decided. */
  readonly readAt: number | null;
  readonly simulated: boolean;
  readonly late: boolean;
  /** The place of the reading that decided among those of its commit; behind all of them where none did. */
  readonly nth: number;
};

/** Finds the rules of a point, by the site file's names at first and by the store's numbers from then on. */
export class RuleIndex {
  readonly #byPoint = new Map<string, SiteRule[]>();
  readonly #byNumber: (readonly SiteRule[])[] = [];
  readonly #byKey: ReadonlyMap<string, SiteRule>;
  readonly #places: ReadonlyMap<SiteRule, number>;
  readonly all: readonly SiteRule[];

  constructor(rules: readonly SiteRule[]) {
    this.all = rules;
    this.#places = new Map(rules.map((rule, place) => [rule, place]));
    this.#byKey = new Map(rules.map((rule) => [rule.key, rule]));
    for (const rule of rules) for (const point of rule.compiled.points) this.#add(nameOf(rule.site, point), rule);
  }

  /** Rules have an order: that of the site files. */
  placeOf(rule: SiteRule): number {
    return this.#places.get(rule) ?? -1;
  }

  byKey(key: string): SiteRule | undefined {
    return this.#byKey.get(key);
  }

  has(site: SiteId, point: PointRef): boolean {
    return this.#byPoint.has(nameOf(site, point));
  }

  of(site: SiteId, point: PointRef): readonly SiteRule[] {
    return this.#byPoint.get(nameOf(site, point)) ?? none;
  }

  ofRows({ id, site, point }: Pick<PointRows, 'id' | 'site' | 'point'>): readonly SiteRule[] {
    const known = this.#byNumber[id];
    if (known !== undefined) return known;
    const found = this.of(site, point);
    this.#byNumber[id] = found;
    return found;
  }

  #add(name: string, rule: SiteRule): void {
    const list = this.#byPoint.get(name);
    if (list === undefined) this.#byPoint.set(name, [rule]);
    else list.push(rule);
  }
}

const none: readonly SiteRule[] = [];

function nameOf(site: SiteId, point: PointRef): string {
  return `${site}/${point}`;
}

/** One commit's judging over what is remembered. Nothing of the memory is changed: `changed` holds what is new. */
export class Evaluation {
  readonly judgings: Judging[] = [];
  readonly changed = new Map<string, RuleMemory>();
  /** Rules whose live state is another than before. */
  readonly stepped = new Set<SiteRule>();
  readonly #memory: ReadonlyMap<string, RuleMemory>;

  constructor(memory: ReadonlyMap<string, RuleMemory>) {
    this.#memory = memory;
  }

  /** Feeds a rule. `key` tells a late judging of its own from the live one of the same rule. */
  step(rule: SiteRule, input: RuleInput, of: Omit<Judging, 'rule' | 'judgement'>, key = rule.key): void {
    const before = this.memory(key);
    const stateBefore = before?.state ?? rule.compiled.start();
    const { state, judgement } = rule.compiled.step(stateBefore, input);
    const known = before?.judgement ?? null;
    if (state === stateBefore && known !== null) return;
    const isNews = known === null || !isSame(known, judgement);
    this.changed.set(key, { state, judgement });
    if (key === rule.key) this.stepped.add(rule);
    if (isNews) this.judgings.push({ rule, judgement, ...of });
  }

  /** Forgets what a rule has seen; it judges from nothing. */
  restart(rule: SiteRule, mono: number): void {
    const state = rule.compiled.start();
    const { judgement } = rule.compiled.step(state, { kind: 'tick', mono });
    this.changed.set(rule.key, { state, judgement });
    this.stepped.add(rule);
  }

  memory(key: string): RuleMemory | undefined {
    return this.changed.get(key) ?? this.#memory.get(key);
  }
}

/** Whether two judgements say the same of the world; figures, and when to judge again, may differ. */
export function isSame(one: Judgement, other: Judgement): boolean {
  return (
    one === other ||
    (one.verdict === other.verdict &&
      one.level === other.level &&
      isSameList(one.witnesses, other.witnesses) &&
      isSameList(one.unknown, other.unknown))
  );
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one === other || (one.length === other.length && one.every((item, index) => item === other[index]));
}

/** A reading with its column, as rules take it in. `nth`: its place among the readings of its commit. */
export type Fed = { readonly column: PointRows; readonly row: Row; readonly nth: number };

/**
 * The readings of a commit as rules take them in: each rule in the order in which they were read, which nearly always is
 * that of their arrival. `mixed` are the rules for which it is not. What arrived first goes first where nobody knows when
 * it was read.
 */
export function feedOf(
  columns: readonly PointRows[],
  index: RuleIndex,
): { single: Single[]; mixed: Map<SiteRule, Fed[]> } {
  const readUntil = new Map<SiteRule, number>();
  const mixed = new Map<SiteRule, Fed[]>();
  for (const column of columns) {
    const { rows } = column;
    const [first = 0, last = 0] = [rows[0]?.mono, rows[rows.length - 1]?.mono];
    const rises = isRising(rows);
    for (const rule of index.ofRows(column)) {
      const before = readUntil.get(rule);
      if (!rises || (before !== undefined && !(first >= before))) mixed.set(rule, []);
      readUntil.set(rule, last);
    }
  }
  if (mixed.size > 0) gather(columns, index, mixed);
  let nth = 0;
  const single = columns.flatMap((column): Single[] => {
    const from = nth;
    nth += column.count;
    const all = index.ofRows(column);
    const rules = mixed.size === 0 ? all : all.filter((rule) => !mixed.has(rule));
    return rules.length === 0 ? [] : [{ column, rules, from }];
  });
  return { single, mixed };
}

/** Rules that take this column as it comes. `from`: the place of its first reading. */
export type Single = { readonly column: PointRows; readonly rules: readonly SiteRule[]; readonly from: number };

function isRising(rows: readonly Row[]): boolean {
  return rows.every(({ mono }, place) => place === 0 || mono >= (rows[place - 1]?.mono ?? mono));
}

function gather(columns: readonly PointRows[], index: RuleIndex, mixed: ReadonlyMap<SiteRule, Fed[]>): void {
  let from = 0;
  for (const column of columns) {
    for (const rule of index.ofRows(column))
      mixed.get(rule)?.push(...column.rows.map((row, place) => ({ column, row, nth: from + place })));
    from += column.count;
  }
  for (const list of mixed.values()) list.sort((a, b) => orderOf(a) - orderOf(b));
}

/** −∞ minus −∞ is no number: such rows stay where they are. */
function orderOf({ row }: Fed): number {
  return row.mono === Number.NEGATIVE_INFINITY ? -Number.MAX_VALUE : row.mono;
}
