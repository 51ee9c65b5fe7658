import type { Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { Commit } from '../commit/commit.ts';
import type { Retained } from '../commit/participant.ts';
import type { Log } from '../log.ts';
import type { Fleet } from '../state/fleet.ts';
import type { Store } from '../store/store.ts';
import { BirthNumbers } from './birth-numbers.ts';
import { SiteView } from './site-view.ts';

export type BridgesOptions = {
  sites: readonly Site[];
  store: Pick<Store, 'db' | 'commit'>;
  fleet: Pick<Fleet, 'latestOf' | 'devices'>;
  commit: Pick<Commit, 'join' | 'standing'>;
  version: string;
  clock: Clock;
  log: Log;
  random: () => number;
};

type Bridge = { start(): void; standingChanged(): void; close(): Promise<void> };
type SiteBridges = { readonly view: SiteView; readonly bridges: readonly Bridge[] };

/** Other people's systems that are told of readings, by site. Without one in the site files nothing of it exists. */
export class Bridges {
  readonly #commit: BridgesOptions['commit'];
  readonly #sites: readonly SiteBridges[];

  private constructor(commit: BridgesOptions['commit'], sites: readonly SiteBridges[]) {
    this.#commit = commit;
    this.#sites = sites;
  }

  /** What speaks to other systems is loaded where a site has one. */
  static async open(options: BridgesOptions): Promise<Bridges> {
    const sites = await Promise.all(options.sites.map((site) => bridgesOf(site, options)));
    return new Bridges(options.commit, sites.flat());
  }

  start(): void {
    for (const message of this.#commit.standing()) this.said(message);
    for (const { bridges } of this.#sites) for (const bridge of bridges) bridge.start();
  }

  /** A state that is retained was announced, after its commit. */
  said(message: Retained): void {
    for (const { view, bridges } of this.#sites)
      if (view.said(message)) for (const bridge of bridges) bridge.standingChanged();
  }

  async close(): Promise<void> {
    await Promise.all(this.#sites.flatMap(({ bridges }) => bridges.map((bridge) => bridge.close())));
  }
}

async function bridgesOf(site: Site, options: BridgesOptions): Promise<SiteBridges[]> {
  const { sparkplug, homeAssistant } = site.gateway.bridges;
  if (sparkplug === null && homeAssistant === null) return [];
  const { fleet, store, commit, version, clock, log, random } = options;
  const view = new SiteView({ site, fleet });
  const common = { view, version, clock, log, random };
  const bridges: Bridge[] = [];
  if (sparkplug !== null) {
    const { SparkplugNode } = await import('./sparkplug/node.ts');
    const numbers = new BirthNumbers(store);
    bridges.push(new SparkplugNode({ ...common, config: sparkplug, nextBdSeq: () => numbers.next(site.id) }));
  }
  if (homeAssistant !== null) {
    const { HomeAssistantPublisher } = await import('./home-assistant/publisher.ts');
    bridges.push(new HomeAssistantPublisher({ ...common, config: homeAssistant }));
  }
  commit.join(view.participant());
  return [{ view, bridges }];
}
