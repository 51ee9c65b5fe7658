import { networkOf } from '../accounts/network.ts';

/** How often one address may use a route: `burst` at once, and `perMinute` over time. */
export type Pace = { readonly burst: number; readonly perMinute: number };

type Bucket = { tokens: number; at: number };

/** Addresses remembered; the one that asked the longest ago is forgotten first. */
const maxBuckets = 10_000;

/** Token buckets by route and network (an IPv4 address, or a /64 of IPv6; anything else, such as a name, is itself). `now` is monotonic ms. */
export class Pacing {
  readonly #buckets = new Map<string, Bucket>();

  /** Takes one token; 0 lets it through, else the ms after which there is one. */
  take(route: string, address: string, { pace, now }: { pace: Pace; now: number }): number {
    const key = `${route} ${networkOf(address)}`;
    const perMs = pace.perMinute / 60_000;
    const before = this.#buckets.get(key) ?? { tokens: pace.burst, at: now };
    const tokens = Math.min(pace.burst, before.tokens + (now - before.at) * perMs);
    const isLet = tokens >= 1;
    this.#put(key, { tokens: isLet ? tokens - 1 : tokens, at: now });
    return isLet ? 0 : (1 - tokens) / perMs;
  }

  #put(key: string, bucket: Bucket): void {
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size <= maxBuckets) return;
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
