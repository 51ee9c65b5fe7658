import type { UpgradeFailure } from '../contract/reasons/upgrade.ts';
import type { Baseline, Limits, Sign } from '../contract/upgrade.ts';

export type Verdict = { kind: 'wait' } | { kind: 'commit' } | { kind: 'back'; reason: UpgradeFailure };

/** A window counts from its first sign to its last, which are a little less apart. */
const mostOfIt = 0.9;

type Heard = { readonly at: number; readonly sign: Sign };

/**
 * Judges a program on trial by its own signs of life and by nothing from outside: whether a network is there never counts.
 * Pure; times are ms on the judge's monotonic clock. Any fault has to stand for `badForMs`, so that a passing one is none.
 */
export class Gate {
  readonly #limits: Limits;
  readonly #before: Baseline | null;
  readonly #since: number;
  readonly #heard: Heard[] = [];
  readonly #bad = new Map<UpgradeFailure['code'], number>();
  #up: number | undefined;
  #lastBad: { at: number; reason: UpgradeFailure } | undefined;

  /** @param since when the program was first started */
  constructor({ limits, before, since }: { limits: Limits; before: Baseline | null; since: number }) {
    this.#limits = limits;
    this.#before = before;
    this.#since = since;
  }

  /** It has said that it is up. */
  get wasUp(): boolean {
    return this.#up !== undefined;
  }

  /** A sign came in; one that came before is not counted twice. */
  take(sign: Sign, now: number): void {
    if (this.#heard.at(-1)?.sign.mono === sign.mono) return;
    this.#up ??= now;
    this.#heard.push({ at: now, sign });
  }

  look(now: number): Verdict {
    const { startWithinMs, silentMs, commitAfterMs, decideWithinMs, badForMs } = this.#limits;
    if (this.#up === undefined) {
      const waited = now - this.#since;
      return waited < startWithinMs ? wait : back({ code: 'not-started', withinMs: startWithinMs });
    }
    const silent = now - (this.#heard.at(-1)?.at ?? now);
    if (silent >= silentMs) return back({ code: 'silent', forMs: silent });
    const standing = this.#standing(now);
    if (standing !== undefined) return back(standing);
    const upFor = now - this.#up;
    if (upFor < commitAfterMs) return wait;
    const unproven = this.#isUnproven();
    if (!unproven && (this.#lastBad === undefined || now - this.#lastBad.at >= badForMs)) return { kind: 'commit' };
    if (upFor < decideWithinMs) return wait;
    if (unproven) return back({ code: 'chain-unproven' });
    return this.#lastBad === undefined ? { kind: 'commit' } : back(this.#lastBad.reason);
  }

  /** A fault that has stood for too long. */
  #standing(now: number): UpgradeFailure | undefined {
    const found = this.#faults(now);
    const codes = new Set(found.map(({ code }) => code));
    for (const code of this.#bad.keys()) if (!codes.has(code)) this.#bad.delete(code);
    for (const reason of found) {
      const since = this.#bad.get(reason.code) ?? now;
      this.#bad.set(reason.code, since);
      this.#lastBad = { at: now, reason };
      if (now - since >= this.#limits.badForMs) return reason;
    }
    return undefined;
  }

  #faults(now: number): UpgradeFailure[] {
    const last = this.#heard.at(-1)?.sign;
    if (last === undefined) return [];
    return [this.#work(last), this.#chain(last), this.#refused(last), this.#polls(now), this.#memory(now)].filter(
      (reason) => reason !== null,
    );
  }

  #work({ failing }: Sign): UpgradeFailure | null {
    if (failing === null) return null;
    const at = failing.indexOf(': ');
    const [work, detail] = at === -1 ? [failing, ''] : [failing.slice(0, at), failing.slice(at + 2)];
    return { code: 'work-failing', work, detail };
  }

  /** `agent` alone is no fault of ours: nothing arrives from outside, which a cable explains as well. */
  #chain({ chain }: Sign): UpgradeFailure | null {
    const before = this.#before?.chain?.broken ?? [];
    const hops = (chain?.broken ?? []).filter((hop) => hop !== 'agent' && !before.includes(hop));
    return hops.length === 0 ? null : { code: 'chain-broken', hops };
  }

  /** Fewer agents than before, and some were turned away: that is no cable. */
  #refused({ sources, refused, chain }: Sign): UpgradeFailure | null {
    const before = this.#before?.sources ?? 0;
    const isFewer = chain !== null && sources < before && refused > 0;
    return isFewer ? { code: 'agents-refused', before, now: sources } : null;
  }

  #polls(now: number): UpgradeFailure | null {
    const { warmUpMs, windowMs, lowestShare } = this.#limits;
    const up = this.#up ?? now;
    const within = this.#heard.filter(({ at }) => at > now - windowMs && at >= up + warmUpMs);
    const [first, last] = [within.at(0), within.at(-1)];
    if (this.#before === null || first === undefined || last === undefined) return null;
    const took = last.sign.mono - first.sign.mono;
    const isWhole = last.at - first.at >= windowMs * mostOfIt;
    if (!isWhole || took <= 0) return null;
    const fewest = Math.min(...within.map(({ sign }) => sign.sources));
    const share = this.#before.sources === 0 ? 0 : Math.min(1, fewest / this.#before.sources);
    const before = this.#before.perMinute * share;
    const perMinute = ((last.sign.done - first.sign.done) / took) * 60_000;
    // One that ended just outside the window is no loss.
    const isLow = perMinute + 60_000 / took < before * lowestShare;
    return isLow ? { code: 'polls-fell', before, now: perMinute } : null;
  }

  /** It goes on growing after it settled, and is larger by as much than the program before was. */
  #memory(now: number): UpgradeFailure | null {
    const { warmUpMs, growthBytes, badForMs } = this.#limits;
    const settled = (this.#up ?? now) + warmUpMs;
    const early = this.#heard.filter(({ at }) => at >= settled && at < settled + badForMs);
    const late = this.#heard.filter(({ at }) => at > now - badForMs);
    if (now < settled + 2 * badForMs || early.length === 0 || late.length === 0) return null;
    const [fromBytes, toBytes] = [median(early), median(late)];
    const most = Math.max(fromBytes, this.#before?.rss ?? 0) + growthBytes;
    return toBytes > most ? { code: 'memory-grew', fromBytes, toBytes } : null;
  }

  /** The chain was proven before, agents are heard, and it is not proven now. */
  #isUnproven(): boolean {
    const last = this.#heard.at(-1)?.sign;
    const isExpected = this.#before?.chain?.standing === 'ok' && (last?.sources ?? 0) > 0;
    return isExpected && last?.chain?.standing === 'unproven';
  }
}

const wait: Verdict = { kind: 'wait' };

function back(reason: UpgradeFailure): Verdict {
  return { kind: 'back', reason };
}

function median(heard: readonly Heard[]): number {
  const sizes = heard.map(({ sign }) => sign.rss).toSorted((a, b) => a - b);
  return sizes[Math.floor(sizes.length / 2)] ?? 0;
}

/** What the program before does a minute, out of its signs; null from fewer than two. */
export function baselineOf(signs: readonly Sign[]): Baseline | null {
  const [first, last] = [signs.at(0), signs.at(-1)];
  if (first === undefined || last === undefined || last.mono <= first.mono) return null;
  const sizes = signs.map(({ rss }) => rss).toSorted((a, b) => a - b);
  return {
    perMinute: ((last.done - first.done) / (last.mono - first.mono)) * 60_000,
    sources: Math.max(...signs.map(({ sources }) => sources)),
    chain: last.chain,
    rss: sizes[Math.floor(sizes.length / 2)] ?? 0,
  };
}
