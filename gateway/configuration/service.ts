import { readFileSync, rmSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { isLoss } from '../../config/against/changes.ts';
import { confirmationOf } from '../../config/against/confirm.ts';
import type { Site } from '../../config/site.ts';
import type { Clock } from '../../contract/clock.ts';
import { claimedVersion, type SignedByCa } from '../../contract/configuration.ts';
import type { ConfigurationItem, StagedItem } from '../../contract/http/configuration.ts';
import type { AgentId, SiteId } from '../../contract/ids.ts';
import { Refusal } from '../../contract/problems/refusal.ts';
import type { TroubleReason } from '../../contract/reasons/alerts.ts';
import type { ConfigurationReason, ConfigurationRefusal } from '../../contract/reasons/configuration.ts';
import type { SiteChange } from '../../contract/reasons/site-changes.ts';
import { topics } from '../../contract/topics.ts';
import { configurationWords } from '../../contract/words/configuration.ts';
import { siteChangeWords } from '../../contract/words/site-changes.ts';
import type { AuditSink, Said } from '../audit/entry.ts';
import type { AuthorityKeeper } from '../ca/authority-keeper.ts';
import { documentSigner, type Signer } from '../ca/document.ts';
import { each } from '../each.ts';
import type { Log } from '../log.ts';
import { folderOf, runningOf } from './chosen-sites.ts';
import { type Draft, lossesOf, readDraft, unconfirmed } from './draft.ts';
import { itemOf } from './item.ts';
import {
  digestOf,
  type FileVersion,
  following,
  type Handed,
  readRecord,
  type SiteRecord,
  writeRecord,
} from './record.ts';
import {
  begin,
  halt,
  isActive,
  noWatch,
  offered,
  type Rollout,
  type RolloutFacts,
  step,
  type Watch,
} from './rollout.ts';
import { signPart, signWithdrawal } from './sign-part.ts';

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

/** A site file that somebody wants to try. */
export type Wish = Pick<FileVersion, 'text' | 'profiles'> & {
  readonly confirm: readonly string[];
  readonly first?: string | undefined;
  /** Handed down by the city under this version. */
  readonly city?: FromCity;
};

export type FromCity = {
  readonly version: number;
  /** Losses that what was signed allows besides those it confirms word by word. */
  allows(change: SiteChange): boolean;
};

/** What the city handed down is not taken; what runs goes on. */
export class NotTaken extends Error {
  override name = 'NotTaken';
  readonly reason: ConfigurationRefusal;

  constructor(reason: ConfigurationRefusal) {
    super(reason.code);
    this.reason = reason;
  }
}

type Tried = { readonly site: Site; record: SiteRecord; watch: Watch };

const lookEveryMs = 5000;
const system = { by: 'gateway', why: null };

/**
 * Tries a new site file: checks it, signs to each agent its part, follows the trials, takes the file for the gateway itself,
 * and brings everything back when something is worse. What is decided is decided in `rollout.ts`.
 */
export class ConfigurationService {
  readonly #options: ConfigurationOptions;
  readonly #sites: ReadonlyMap<SiteId, Tried>;
  #end: (() => void) | undefined;
  /** Signing takes a moment; one step at a time. */
  #working: Promise<void> = Promise.resolve();
  #isLooking = false;

  constructor(options: ConfigurationOptions) {
    this.#options = options;
    this.#sites = new Map(
      options.sites.map((site) => {
        const base = digestOf(readFileSync(options.given.get(site.id) ?? site.file));
        return [site.id, { site, record: readRecord(options.dir, site.id, base), watch: noWatch }];
      }),
    );
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
  retained(): { topic: string; payload: string }[] {
    return [...this.#sites.values()].flatMap(({ site, record }) =>
      site.agents.flatMap(({ id }) => {
        const signed = record.offers[id];
        return signed === undefined ? [] : [message(site.id, id, signed)];
      }),
    );
  }

  items(): ConfigurationItem[] {
    return [...this.#sites.values()].map(({ site, record }) => itemOf(site, record, this.#facts(site.id)));
  }

  /** What became of what its city handed down. */
  handed(site: SiteId): Handed {
    return this.#of(site).record.city;
  }

  /** The file that a site runs now. */
  file(site: SiteId): Pick<FileVersion, 'text' | 'profiles'> {
    const { site: running } = this.#of(site);
    return { text: readFileSync(running.file, 'utf8'), profiles: runningOf(running).profiles };
  }

  /**
   * @throws Refusal with what is wrong with the file, or what nobody has confirmed that it takes away
   * @throws NotTaken for what only something of the city is refused
   */
  async stage(said: Said, site: SiteId, wish: Wish): Promise<StagedItem> {
    return this.#alone(async () => {
      const tried = this.#of(site);
      const { draft, version } = this.#checked(tried, wish);
      const order = orderOf(draft, this.#facts(site), wish.first ?? draft.site.gateway.rollout.first);
      const rollout = this.#begun(tried, { said, draft, version: version.version, order });
      const losses = [...rollout.losses];
      const after = { version: version.version, agents: order, losses, sha256: digestOf(version.text) };
      this.#audit(said, 'configuration-try', site, null, after);
      const city = wish.city === undefined ? tried.record.city : taken(wish.city, version.version);
      await this.#take(
        tried,
        { ...tried.record, highest: version.version, draft: version, rollout, runsDraft: false, city },
        draft,
      );
      const told = draft.changes.map((change) => ({
        code: change.code,
        loss: isLoss(change),
        ...siteChangeWords(change),
      }));
      return { site, version: version.version, changes: told, agents: order, uplinkStays: [...draft.uplinkStays] };
    });
  }

  /** Ends what is being tried: whoever has it goes back. @throws Refusal when nothing is */
  async stop(said: Said, site: SiteId): Promise<void> {
    return this.#alone(async () => {
      const tried = this.#of(site);
      const { rollout } = tried.record;
      if (rollout === null || !isActive(rollout)) throw new Refusal('configuration-not-under-way', {});
      await this.#settle(tried, halt(rollout, { code: 'by-hand', by: said.by }), said);
    });
  }

  /** What the city handed down under a version that it withdraws goes back, whether it is being tried or stands. */
  async withdraw(
    said: Said,
    site: SiteId,
    { version, withdraws }: { version: number; withdraws: number },
  ): Promise<void> {
    return this.#alone(async () => {
      const tried = this.#of(site);
      const { rollout, city } = tried.record;
      const isIts = city.version === withdraws && rollout !== null && rollout.version === city.own;
      const before = tried.record;
      const seen = { ...before, city: { ...city, seen: version } };
      if (!isIts || (!isActive(rollout) && city.state !== 'kept')) return this.#write(tried, seen);
      tried.record = seen;
      try {
        await this.#settle(tried, halt(rollout, { code: 'by-hand', by: said.by }), said);
      } finally {
        // Nothing was written: it is handed down again.
        if (tried.record === seen) tried.record = before;
      }
    });
  }

  /** What the city handed down is what runs already. */
  async same(site: SiteId, version: number): Promise<void> {
    return this.#alone(async () => {
      const tried = this.#of(site);
      this.#write(tried, { ...tried.record, city: { seen: version, version, own: null, state: 'kept', reason: null } });
    });
  }

  /** What was taken back is known. @throws Refusal when nothing was */
  async dismiss(said: Said, site: SiteId): Promise<void> {
    return this.#alone(async () => {
      const tried = this.#of(site);
      const { rollout } = tried.record;
      if (rollout?.stage !== 'halted') throw new Refusal('configuration-not-under-way', {});
      this.#audit(said, 'configuration-dismiss', site, null, { version: rollout.version });
      this.#write(tried, { ...tried.record, rollout: { ...rollout, dismissed: true } });
      this.#tell();
    });
  }

  /** One look at everything that is being tried. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#alone(async () => {
        for (const tried of this.#sites.values()) await this.#lookAt(tried);
      });
    } catch (error) {
      this.#options.log.error({ why: String(error) }, 'configuration-look-failed');
    } finally {
      this.#isLooking = false;
    }
  }

  async #lookAt(tried: Tried): Promise<void> {
    const { rollout } = tried.record;
    if (rollout === null) return;
    const stepped = step(rollout, tried.watch, this.#facts(tried.site.id));
    tried.watch = stepped.watch;
    // A start may have ended it without a word to the agents.
    const isUnsettled = stepped.rollout.stage === 'halted' && this.#hasOffers(tried.record, rollout.version);
    if (JSON.stringify(stepped.rollout) !== JSON.stringify(rollout) || isUnsettled)
      await this.#settle(tried, stepped.rollout, system);
  }

  #checked(tried: Tried, { text, profiles, confirm, city }: Wish): { draft: Draft; version: FileVersion } {
    const { dir, given } = this.#options;
    const { site, record } = tried;
    if (record.rollout !== null && isActive(record.rollout))
      throw new Refusal('configuration-under-way', { version: record.rollout.version });
    const facts = this.#facts(site.id);
    const said = [...facts.agents.values()].map(({ report }) => report?.highest ?? 0);
    const version: FileVersion = { version: Math.max(record.highest, ...said) + 1, text, profiles };
    const folder = folderOf(dir, site.id, version.version);
    const read = readDraft(version, runningOf(site), { folder, given: given.get(site.id) ?? site.file });
    if (!read.ok) {
      rmSync(folder, { recursive: true, force: true });
      throw new Refusal('configuration-refused', { problems: read.problems.slice(0, 50) });
    }
    const { draft } = read;
    if (city !== undefined && !isDeepStrictEqual(draft.site.gateway.city, site.gateway.city))
      throw new NotTaken({ code: 'way-changed' });
    if (draft.changes.length === 0 && draft.parts.size === 0) throw new Refusal('configuration-same', {});
    const open = unconfirmed(draft, confirm).filter((change) => city?.allows(change) !== true);
    if (open.length > 0) {
      const losses = open.map((change) => ({ confirm: confirmationOf(change), ...siteChangeWords(change) }));
      throw new Refusal('configuration-not-confirmed', { losses });
    }
    const unwilling = [...draft.parts.keys()].filter((id) => facts.agents.get(id)?.report?.pull === false);
    if (unwilling.length > 0) throw new Refusal('configuration-pull-off', { agents: unwilling });
    return { draft, version };
  }

  #begun(
    { site }: Tried,
    { said, draft, version, order }: { said: Said; draft: Draft; version: number; order: readonly string[] },
  ): Rollout {
    const agents = order.map((agent) => ({ agent, step: 'waiting' as const, before: null }));
    const losses = lossesOf(draft).map(confirmationOf);
    const about = { version, by: said.by, why: said.why, at: this.#options.clock.now(), losses, agents };
    return begin({ ...about, trial: draft.site.gateway.rollout.trial }, this.#facts(site.id));
  }

  /** Follows a new state of the rollout with what it asks for. */
  async #settle(tried: Tried, rollout: Rollout, said: Said): Promise<void> {
    const { record, site } = tried;
    const before = record.rollout;
    if (rollout.stage === 'halted') {
      await this.#bringBack(tried, rollout, said);
      return;
    }
    const about = { version: rollout.version };
    if (rollout.stage === 'done') {
      this.#audit(
        said,
        'configuration-keep',
        site.id,
        { version: record.current?.version ?? 0 },
        { ...about, losses: [...rollout.losses] },
      );
      this.#write(tried, {
        ...{ ...record, rollout, runsDraft: false },
        ...{ current: record.draft, draft: null, previous: record.current },
      });
      this.#options.log.info({ site: site.id, ...about }, 'configuration-stands');
      return;
    }
    if (before?.stage !== rollout.stage)
      this.#options.log.info({ site: site.id, ...about, stage: rollout.stage }, 'configuration-stage');
    const draft = offered(rollout).every((agent) => this.#isOffered(record, agent, rollout.version))
      ? null
      : this.#draftAgain(tried);
    await this.#take(tried, { ...record, rollout }, draft);
  }

  /** Signs what is newly offered, keeps the record, then says it; and begins again when the gateway's own turn has come. */
  async #take(tried: Tried, record: SiteRecord, draft: Draft | null): Promise<void> {
    const { rollout } = record;
    if (rollout === null) return;
    const news = offered(rollout).filter((agent) => !this.#isOffered(record, agent, rollout.version));
    const offers = { ...record.offers };
    if (news.length > 0 && draft !== null) {
      const signer = await this.#signer();
      for (const [id, part] of draft.parts) {
        if (!news.includes(id)) continue;
        offers[id] = signPart(signer, part, {
          site: tried.site.id,
          agent: id,
          version: rollout.version,
          trial: rollout.trial,
        });
      }
    }
    const runsDraft = rollout.stage === 'gateway';
    this.#write(tried, { ...record, offers, runsDraft });
    this.#say(tried, news);
    this.#tell();
    if (runsDraft && !record.runsDraft) this.#options.onRestart?.();
  }

  async #bringBack(tried: Tried, rollout: Rollout, said: Said): Promise<void> {
    const { record, site } = tried;
    const reason = rollout.reason ?? { code: 'by-hand' as const, by: said.by };
    const who = offered(rollout).filter((agent) => this.#isOffered(record, agent, rollout.version));
    const version = who.length === 0 ? record.highest : record.highest + 1;
    const offers = { ...record.offers };
    if (who.length > 0) {
      const signer = await this.#signer();
      for (const { id } of site.agents)
        if (who.includes(id))
          offers[id] = signWithdrawal(signer, {
            site: site.id,
            agent: id,
            version,
            withdraws: rollout.version,
            reason,
          });
    }
    this.#options.log.warn({ site: site.id, version: rollout.version, reason }, 'configuration-returned');
    const stood = record.rollout?.stage === 'done' && record.current?.version === rollout.version;
    const back = stood ? { current: record.previous, previous: null } : {};
    this.#write(tried, { ...record, highest: version, rollout, draft: null, runsDraft: false, offers, ...back });
    this.#say(tried, who);
    this.#tell();
    if (record.runsDraft || stood) this.#options.onRestart?.();
    // The way back waits for nothing, not even for the audit.
    this.#audit(
      said,
      'configuration-return',
      site.id,
      { version: rollout.version },
      { ...factsOf(reason), agents: who },
    );
  }

  #draftAgain({ site, record }: Tried): Draft | null {
    const { dir, given } = this.#options;
    if (record.draft === null) return null;
    const folder = folderOf(dir, site.id, record.draft.version);
    const read = readDraft(record.draft, runningOf(site), { folder, given: given.get(site.id) ?? site.file });
    return read.ok ? read.draft : null;
  }

  async #signer(): Promise<Signer> {
    const { authority, dir, clock } = this.#options;
    await authority.open({ by: 'gateway', why: 'configuration' });
    const signer = await documentSigner(dir, 'configuration', clock);
    if (signer === undefined) throw new Error('a CA that was made is gone');
    return signer;
  }

  #isOffered({ offers }: SiteRecord, agent: string, version: number): boolean {
    const signed = offers[agent];
    return signed !== undefined && claimedVersion(signed) === version;
  }

  #hasOffers({ offers }: SiteRecord, version: number): boolean {
    return Object.values(offers).some((signed) => signed !== undefined && claimedVersion(signed) === version);
  }

  #say({ site, record }: Tried, agents: readonly string[]): void {
    for (const { id } of site.agents) {
      const signed = record.offers[id];
      if (signed === undefined || !agents.includes(id)) continue;
      const { topic, payload } = message(site.id, id, signed);
      this.#options.offer(topic, payload);
    }
  }

  #tell(): void {
    this.#options.tell(
      [...this.#sites.values()].flatMap(({ record: { rollout } }) =>
        rollout?.stage === 'halted' && !rollout.dismissed && rollout.reason?.code !== 'by-hand'
          ? [{ code: 'configuration-returned' as const, version: rollout.version, why: rollout.reason ?? null }]
          : [],
      ),
    );
  }

  #facts(site: SiteId): RolloutFacts {
    return { ...this.#options.facts(site), mono: this.#options.clock.monotonic() };
  }

  #of(site: SiteId): Tried {
    const tried = this.#sites.get(site);
    if (tried === undefined) throw new Refusal('no-such-site', { site });
    return tried;
  }

  #write(tried: Tried, record: SiteRecord): void {
    writeRecord(this.#options.dir, record);
    tried.record = following(record);
  }

  #audit(
    said: Said,
    action: 'configuration-try' | 'configuration-keep' | 'configuration-return' | 'configuration-dismiss',
    site: SiteId,
    before: { version: number } | null,
    after: Readonly<Record<string, string | number | readonly string[]>>,
  ): void {
    this.#options.audit.write({ ...said, action, subject: `site:${site}`, before, after });
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

function taken({ version }: FromCity, own: number): Handed {
  return { seen: version, version, own, state: 'trying', reason: null };
}

/** Who gets it in which order. @throws Refusal when the first cannot try it */
function orderOf(draft: Draft, { agents }: RolloutFacts, first: string | null): string[] {
  const ids: string[] = [...draft.parts.keys()];
  const isHeard = (id: string) => agents.get(id)?.heard === true;
  const chosen = first !== null && ids.includes(first) ? first : ids.find(isHeard);
  if (ids.length === 0) return [];
  if (chosen === undefined || !isHeard(chosen))
    throw new Refusal('configuration-nobody-to-try', { agent: chosen ?? null });
  return [chosen, ...ids.filter((id) => id !== chosen)];
}

function message(site: SiteId, agent: AgentId, signed: SignedByCa): { topic: string; payload: string } {
  return { topic: topics.configuration(site, agent), payload: JSON.stringify(signed) };
}

/** A reason as plain facts of the audit. */
function factsOf(reason: ConfigurationReason): Record<string, string> {
  return { cause: reason.code, words: configurationWords(reason).en.slice(0, 400) };
}
