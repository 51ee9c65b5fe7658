import { readFileSync } from 'node:fs';
import { confirmationOf } from '../../config/against/confirm.ts';
import { apart } from '../../config/apart/apart.ts';
import type { Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import type { ConfigurationItem } from '../../contract/http/configuration.ts';
import { Refusal } from '../../contract/problems/refusal.ts';
import type { ConfigurationReason } from '../../contract/reasons/configuration.ts';
import { configurationWords } from '../../contract/words/configuration.ts';
import type { AuditSink, Facts, Said } from '../audit/entry.ts';
import type { Signer } from '../ca/document.ts';
import type { Log } from '../log.ts';
import { folderOf } from './chosen-sites.ts';
import { type Draft, lossesOf, readDraft } from './draft.ts';
import { itemOf } from './item.ts';
import {
  isAnyOffered,
  messagesOf,
  messagesTo,
  type OfferMessage,
  tellingOf,
  withParts,
  withWithdrawals,
} from './offers.ts';
import {
  digestOf,
  type FileVersion,
  following,
  type Handed,
  readRecord,
  type SiteRecord,
  writeRecord,
} from './record.ts';
import { begin, halt, isActive, noWatch, type Rollout, type RolloutFacts, step, type Watch } from './rollout.ts';
import { runningOf } from './running.ts';
import { checkedWish, orderOf, type Place, type Wish } from './wish.ts';

export type SiteTrialOptions = {
  /** As it runs. */
  site: Site;
  place: Place;
  /** SHA-256 of the site file that the gateway was given. */
  base: string;
  clock: Clock;
  log: Log;
  audit: AuditSink;
  /** The CA's signature under documents; opening the CA is audited. */
  signer(): Promise<Signer>;
  facts(): RolloutFacts;
  /** Publishes at an agent's topic, retained. */
  offer(message: OfferMessage): void;
  /** The record has changed: what people are to see to may have too. */
  onRecord(): void;
  /** The gateway is to begin again with what the record says. */
  onRestart(): void;
};

const system = { by: 'gateway', why: null };

/** One site's file on trial. Its steps are called one after another, see `ConfigurationService`. */
export class SiteTrial {
  readonly #options: SiteTrialOptions;
  #record: SiteRecord;
  #watch: Watch = noWatch;

  constructor(options: SiteTrialOptions) {
    this.#options = options;
    this.#record = readRecord(options.place.dir, options.site.id, options.base);
  }

  get record(): SiteRecord {
    return this.#record;
  }

  retained(): OfferMessage[] {
    return messagesOf(this.#options.site, this.#record.offers);
  }

  item(): ConfigurationItem {
    return itemOf(this.#options.site, this.#record, this.#options.facts());
  }

  /** @throws Refusal with what is wrong with the file, or what nobody has confirmed that it takes away */
  async stage(said: Said, wish: Wish): Promise<{ draft: Draft; version: number; order: string[] }> {
    const { site, place } = this.#options;
    const facts = this.#options.facts();
    const { draft, version } = await checkedWish(wish, { site, record: this.#record, facts, place });
    const order = orderOf(draft, facts, wish.first ?? draft.site.gateway.rollout.first);
    // What nobody can sign is not begun, and not audited each time that it comes again.
    if (order.length > 0) await this.#options.signer();
    const losses = lossesOf(draft).map(confirmationOf);
    const agents = order.map((agent) => ({ agent, step: 'waiting' as const, before: null }));
    const about = { version: version.version, ...said, at: this.#options.clock.now(), losses, agents };
    const rollout = begin({ ...about, trial: draft.site.gateway.rollout.trial }, facts);
    const after = { version: version.version, agents: order, losses, sha256: digestOf(version.text) };
    this.#audit(said, 'configuration-try', null, after);
    const city = wish.city === undefined ? this.#record.city : takenUp(wish.city.version, version.version);
    const begun = { highest: version.version, draft: version, rollout, runsDraft: false, city };
    await this.#take({ ...this.#record, ...begun }, draft);
    return { draft, version: version.version, order };
  }

  /** All that have it go back. @throws Refusal when nothing is being tried */
  async stop(said: Said): Promise<void> {
    const { rollout } = this.#record;
    if (rollout === null || !isActive(rollout)) throw new Refusal('configuration-not-under-way', {});
    await this.#bringBack(halt(rollout, { code: 'by-hand', by: said.by }), said);
  }

  /** What the city withdraws goes back, whether it is being tried or stands. */
  async withdraw(said: Said, { version, withdraws }: { version: number; withdraws: number }): Promise<void> {
    const { rollout, city } = this.#record;
    const isIts = city.version === withdraws && rollout !== null && rollout.version === city.own;
    const seen = { ...city, seen: version };
    if (isIts && (isActive(rollout) || city.state === 'kept'))
      await this.#bringBack(halt(rollout, { code: 'by-hand', by: said.by }), said, seen);
    else this.#write({ ...this.#record, city: seen });
  }

  /** What the city handed down is what runs already. */
  same(version: number): void {
    this.#write({ ...this.#record, city: { seen: version, version, own: null, state: 'kept', reason: null } });
  }

  /** The file that runs now. */
  async file(): Promise<Pick<FileVersion, 'text' | 'profiles'>> {
    const { site } = this.#options;
    const text = readFileSync(site.file, 'utf8');
    return { text, profiles: runningOf(site, await apart('value', site.file)).profiles };
  }

  /** @throws Refusal when nothing was taken back */
  dismiss(said: Said): void {
    const { rollout } = this.#record;
    if (rollout?.stage !== 'halted') throw new Refusal('configuration-not-under-way', {});
    this.#audit(said, 'configuration-dismiss', null, { version: rollout.version });
    this.#write({ ...this.#record, rollout: { ...rollout, dismissed: true } });
  }

  async look(): Promise<void> {
    const { rollout, offers } = this.#record;
    if (rollout === null) return;
    const stepped = step(rollout, this.#watch, this.#options.facts());
    this.#watch = stepped.watch;
    // A start may have ended it without a word to the agents.
    const isUnsettled = stepped.rollout.stage === 'halted' && isAnyOffered(offers, rollout.version);
    if (JSON.stringify(stepped.rollout) !== JSON.stringify(rollout) || isUnsettled) await this.#settle(stepped.rollout);
  }

  /** Follows a new state of the rollout with what it asks for. */
  async #settle(rollout: Rollout): Promise<void> {
    if (rollout.stage === 'halted') return this.#bringBack(rollout, system);
    if (rollout.stage === 'done') return this.#keep(rollout);
    if (this.#record.rollout?.stage !== rollout.stage) this.#log(rollout, 'configuration-stage');
    const isNews = tellingOf(rollout, this.#record.offers).untold.length > 0;
    const draft = isNews ? await this.#draftAgain() : null;
    await this.#take({ ...this.#record, rollout }, draft);
  }

  #keep(rollout: Rollout): void {
    const { current, draft } = this.#record;
    const after = { version: rollout.version, losses: [...rollout.losses] };
    this.#audit(system, 'configuration-keep', { version: current?.version ?? 0 }, after);
    this.#write({ ...this.#record, rollout, current: draft, draft: null, previous: current, runsDraft: false });
    this.#log(rollout, 'configuration-stands');
  }

  /** Signs what is newly offered, keeps the record, then says it; and begins again when the gateway's own turn has come. */
  async #take(record: SiteRecord, draft: Draft | null): Promise<void> {
    const { rollout } = record;
    if (rollout === null) return;
    const { site } = this.#options;
    const { untold } = tellingOf(rollout, record.offers);
    const offers =
      untold.length > 0 && draft !== null
        ? withParts(record.offers, await this.#options.signer(), { site: site.id, rollout, draft, agents: untold })
        : record.offers;
    const runsDraft = rollout.stage === 'gateway';
    this.#write({ ...record, offers, runsDraft });
    this.#say(untold);
    if (runsDraft && !record.runsDraft) this.#options.onRestart();
  }

  async #bringBack(rollout: Rollout, said: Said, city = this.#record.city): Promise<void> {
    const { site } = this.#options;
    const record = this.#record;
    const reason = rollout.reason ?? { code: 'by-hand' as const, by: said.by };
    const { told } = tellingOf(rollout, record.offers);
    const highest = told.length === 0 ? record.highest : record.highest + 1;
    const about = { site, agents: told, version: highest, withdraws: rollout.version, reason };
    const offers =
      told.length === 0 ? record.offers : withWithdrawals(record.offers, await this.#options.signer(), about);
    this.#options.log.warn({ site: site.id, version: rollout.version, reason }, 'configuration-returned');
    const stood = record.rollout?.stage === 'done' && record.current?.version === rollout.version;
    const before = stood ? { current: record.previous, previous: null } : {};
    this.#write({ ...record, highest, rollout, draft: null, runsDraft: false, offers, ...before, city });
    this.#say(told);
    if (record.runsDraft || stood) this.#options.onRestart();
    // The way back waits for nothing, not even for the audit.
    this.#audit(said, 'configuration-return', { version: rollout.version }, { ...factsOf(reason), agents: told });
  }

  async #draftAgain(): Promise<Draft | null> {
    const { site, place } = this.#options;
    const { draft } = this.#record;
    if (draft === null) return null;
    const folder = folderOf(place.dir, site.id, draft.version);
    const read = await readDraft(draft, site, { folder, given: place.given });
    return read.ok ? read.draft : null;
  }

  #say(agents: readonly string[]): void {
    for (const message of messagesTo(this.#options.site, this.#record.offers, agents)) this.#options.offer(message);
  }

  #write(record: SiteRecord): void {
    writeRecord(this.#options.place.dir, record);
    this.#record = following(record);
    this.#options.onRecord();
  }

  #log({ version, stage }: Rollout, event: 'configuration-stage' | 'configuration-stands'): void {
    this.#options.log.info({ site: this.#options.site.id, version, stage }, event);
  }

  #audit(
    said: Said,
    action: 'configuration-try' | 'configuration-keep' | 'configuration-return' | 'configuration-dismiss',
    before: { version: number } | null,
    after: Facts,
  ): void {
    this.#options.audit.write({ ...said, action, subject: `site:${this.#options.site.id}`, before, after });
  }
}

function takenUp(version: number, own: number): Handed {
  return { seen: version, version, own, state: 'trying', reason: null };
}

/** A reason as plain facts of the audit. */
function factsOf(reason: ConfigurationReason): Facts {
  return { cause: reason.code, words: configurationWords(reason).en.slice(0, 400) };
}
