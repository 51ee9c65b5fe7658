import { readFileSync } from 'node:fs';
import { isLoss } from '../../config/against/loss.ts';
import type { Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { ConfigurationItem, StagedItem } from '../../contract/http/configuration.ts';
import type { SiteId } from '../../contract/ids.ts';
import { Refusal } from '../../contract/problems/refusal.ts';
import type { TroubleReason } from '../../contract/reasons/alerts.ts';
import { siteChangeWords } from '../../contract/words/site-changes.ts';
import type { AuditSink, Said } from '../audit/entry.ts';
import type { AuthorityKeeper } from '../ca/authority-keeper.ts';
import { documentSigner, type Signer } from '../ca/document.ts';
import { each } from '../each.ts';
import type { Log } from '../log.ts';
import type { OfferMessage } from './offers.ts';
import { digestOf, type FileVersion, type Handed, type SiteRecord } from './record.ts';
import type { RolloutFacts } from './rollout.ts';
import { SiteTrial } from './site-trial.ts';
import type { Wish } from './wish.ts';

export type ConfigurationOptions = {
  /** As they run. */
  sites: readonly Site[];
  /** The site files that the gateway was given, by site. */
  given: ReadonlyMap<SiteId, string>;
  dir: string;
  clock: Clock;
  log: Log;
  audit: AuditSink;
  authority: Pick<AuthorityKeeper, 'open'>;
  /** How agents, services and the chain of alerts are. */
  facts(site: SiteId): Omit<RolloutFacts, 'mono'>;
  /** Publishes at an agent's topic, retained. */
  offer(topic: string, payload: string): void;
  /** What people are to see to. */
  tell(needs: readonly ConfigurationTrouble[]): void;
  /** The gateway is to begin again with what its record says; without it that waits for its next start. */
  onRestart?: (() => void) | undefined;
};

export type ConfigurationTrouble = Extract<TroubleReason, { code: 'configuration-returned' }>;

const lookEveryMs = 5000;

/**
 * Tries a new site file: checks it, signs to each agent its part, follows the trials, takes the file for the gateway itself,
 * and brings everything back when something is worse. What is decided is decided in `rollout.ts`.
 */
export class ConfigurationService {
  readonly #options: ConfigurationOptions;
  readonly #trials: ReadonlyMap<SiteId, SiteTrial>;
  #end: (() => void) | undefined;
  /** Signing takes a moment; one step at a time. */
  #working: Promise<void> = Promise.resolve();
  #isLooking = false;

  constructor(options: ConfigurationOptions) {
    this.#options = options;
    this.#trials = new Map(options.sites.map((site) => [site.id, this.#trialOf(site)]));
  }

  start(): void {
    this.#tell();
    this.#end = each(this.#options.clock, lookEveryMs, () => void this.look());
  }

  async close(): Promise<void> {
    this.#end?.();
    await this.#working;
  }

  /** What stands at the topics of agents. */
  retained(): OfferMessage[] {
    return [...this.#trials.values()].flatMap((trial) => trial.retained());
  }

  items(): ConfigurationItem[] {
    return [...this.#trials.values()].map((trial) => trial.item());
  }

  /** What became of what its city handed down. */
  handed(site: SiteId): Handed {
    return this.#of(site).record.city;
  }

  /** The file that a site runs now. */
  async file(site: SiteId): Promise<Pick<FileVersion, 'text' | 'profiles'>> {
    return this.#of(site).file();
  }

  /**
   * @throws Refusal with what is wrong with the file, or what nobody has confirmed that it takes away
   * @throws NotTaken for what only something of the city is refused
   */
  async stage(said: Said, site: SiteId, wish: Wish): Promise<StagedItem> {
    const { draft, version, order } = await this.#alone(() => this.#of(site).stage(said, wish));
    const changes = draft.changes.map((change) => ({
      code: change.code,
      loss: isLoss(change),
      ...siteChangeWords(change),
    }));
    return { site, version, changes, agents: order, uplinkStays: [...draft.uplinkStays] };
  }

  /** Ends what is being tried: all that have it go back. @throws Refusal when nothing is */
  async stop(said: Said, site: SiteId): Promise<void> {
    return this.#alone(() => this.#of(site).stop(said));
  }

  /** What the city withdraws goes back, whether it is being tried or stands. */
  async withdraw(said: Said, site: SiteId, of: { version: number; withdraws: number }): Promise<void> {
    return this.#alone(() => this.#of(site).withdraw(said, of));
  }

  /** What the city handed down is what runs already. */
  async same(site: SiteId, version: number): Promise<void> {
    return this.#alone(async () => this.#of(site).same(version));
  }

  /** What was taken back is known. @throws Refusal when nothing was */
  async dismiss(said: Said, site: SiteId): Promise<void> {
    return this.#alone(async () => this.#of(site).dismiss(said));
  }

  /** One look at everything that is being tried. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#alone(async () => {
        for (const trial of this.#trials.values()) await trial.look();
      });
    } catch (error) {
      this.#options.log.error({ why: String(error) }, 'configuration-look-failed');
    } finally {
      this.#isLooking = false;
    }
  }

  #trialOf(site: Site): SiteTrial {
    const { dir, given, clock, log, audit } = this.#options;
    const file = given.get(site.id) ?? site.file;
    return new SiteTrial({
      site,
      place: { dir, given: file },
      base: digestOf(readFileSync(file)),
      clock,
      log,
      audit,
      signer: () => this.#signer(),
      facts: () => ({ ...this.#options.facts(site.id), mono: clock.monotonic() }),
      offer: ({ topic, payload }) => this.#options.offer(topic, payload),
      onRecord: () => this.#tell(),
      onRestart: () => this.#options.onRestart?.(),
    });
  }

  async #signer(): Promise<Signer> {
    const { authority, dir, clock } = this.#options;
    await authority.open({ by: 'gateway', why: 'configuration' });
    const signer = await documentSigner(dir, 'configuration', clock);
    if (signer === undefined) throw new Error('a CA that was made is gone');
    return signer;
  }

  #tell(): void {
    this.#options.tell([...this.#trials.values()].flatMap(({ record }) => troublesOf(record)));
  }

  #of(site: SiteId): SiteTrial {
    const trial = this.#trials.get(site);
    if (trial === undefined) throw new Refusal('no-such-site', { site });
    return trial;
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#working.then(work);
    this.#working = done.then(
      () => undefined,
      () => undefined,
    );
    return done;
  }
}

function troublesOf({ rollout }: SiteRecord): ConfigurationTrouble[] {
  if (rollout?.stage !== 'halted' || rollout.dismissed || rollout.reason?.code === 'by-hand') return [];
  return [{ code: 'configuration-returned', version: rollout.version, why: rollout.reason ?? null }];
}
