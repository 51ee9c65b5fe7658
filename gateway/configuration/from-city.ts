import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { apart } from '../../config/apart/apart.ts';
import { openConfiguration } from '../../config/signed/city-set.ts';
import { publicKeysIn } from '../../config/signed/signature.ts';
import {
  type CityConfiguration,
  claimOf,
  type GatewayReport,
  type RuleSettings,
  type SignedByKey,
} from '../../contract/configuration.ts';
import type { SiteId } from '../../contract/ids.ts';
import { InputError } from '../../contract/input-error.ts';
import type { ProblemCode } from '../../contract/problems/problems.ts';
import { Refusal } from '../../contract/problems/refusal.ts';
import type { ConfigurationRefusal } from '../../contract/reasons/configuration.ts';
import type { SiteChange } from '../../contract/reasons/site-changes.ts';
import { configurationWords } from '../../contract/words/configuration.ts';
import { ClockUnset } from '../ca/authority.ts';
import type { Log } from '../log.ts';
import type { ConfigurationService } from './service.ts';
import { NotTaken, type Wish } from './wish.ts';

export type FromCityOptions = {
  sites: readonly SiteId[];
  /** The file of the keys that are trusted; null: nothing is taken. */
  keyFile: string | null;
  service: Pick<ConfigurationService, 'handed' | 'file' | 'stage' | 'withdraw' | 'same'>;
  log: Log;
};

/** What was handed down last and not taken up. In memory alone: it is handed down again after a start. */
type NotYet = {
  readonly version: number;
  readonly state: 'waiting' | 'refused';
  readonly reason: ConfigurationRefusal;
};

/** They pass by themselves. */
const passing: ReadonlySet<ConfigurationRefusal['code']> = new Set(['busy', 'nobody-to-try', 'clock-unset']);

const said = (version: number) => ({ by: 'city', why: `version ${version}` });

/**
 * What a city hands down: opened by the keys that the site file names, then tried like any other site file. What is refused
 * changes nothing, and a gateway that hears of none goes on with what it has.
 */
export class ConfigurationFromCity {
  readonly #options: FromCityOptions;
  readonly #notYet = new Map<SiteId, NotYet>();
  #hearing: Promise<void> | null = null;

  constructor(options: FromCityOptions) {
    this.#options = options;
  }

  reports(): GatewayReport[] {
    const { sites, service, keyFile } = this.#options;
    return sites.map((site) => {
      const { seen, version, state, reason } = service.handed(site);
      const about = { site, pull: keyFile !== null, seen };
      const notYet = this.#notYet.get(site);
      if (notYet !== undefined) return { ...about, ...notYet };
      return { ...about, version, state, reason };
    });
  }

  /** One at a time; what comes meanwhile comes again. */
  hear(offers: readonly SignedByKey[]): void {
    if (offers.length === 0) return;
    this.#hearing ??= this.#all(offers).finally(() => {
      this.#hearing = null;
    });
  }

  /** Resolves when nothing of what was heard is under way. */
  async settled(): Promise<void> {
    await this.#hearing;
  }

  async #all(offers: readonly SignedByKey[]): Promise<void> {
    for (const signed of offers) {
      const site = this.#options.sites.find((id) => id === claimOf(signed).site);
      if (site === undefined) this.#options.log.warn({}, 'configuration-of-another-site');
      else await this.#one(site, signed);
    }
  }

  async #one(site: SiteId, signed: SignedByKey): Promise<void> {
    const { service, log } = this.#options;
    const opened = openConfiguration(signed, site, this.#keys());
    // The version of what nobody has signed is only said again to the city that handed it down.
    if (!opened.ok) return this.#refuse(site, claimOf(signed).version ?? 1, opened.reason);
    const { configuration } = opened;
    const { version } = configuration;
    const { seen } = service.handed(site);
    if (version === seen) return;
    if (version < seen) return this.#refuse(site, version, { code: 'older', version, highest: seen });
    try {
      await this.#take(site, configuration);
      this.#notYet.delete(site);
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === null) log.error({ site, version, why: String(error) }, 'configuration-not-tried');
      this.#refuse(site, version, reason ?? { code: 'not-stored', detail: String(error).slice(0, 300) });
    }
  }

  async #take(site: SiteId, configuration: CityConfiguration): Promise<void> {
    const { service, log } = this.#options;
    const { version, kind } = configuration;
    log.info({ site, version, kind }, 'configuration-handed-down');
    if (kind === 'withdrawal') return service.withdraw(said(version), site, configuration);
    const wish = kind === 'site' ? wholeFile(configuration) : await this.#withRules(site, configuration);
    try {
      await service.stage(said(version), site, wish);
    } catch (error) {
      if (!(error instanceof Refusal && isOf(error, 'configuration-same'))) throw error;
      await service.same(site, version);
    }
  }

  async #withRules(site: SiteId, { version, rules }: Extract<CityConfiguration, { kind: 'rules' }>): Promise<Wish> {
    const file = await this.#options.service.file(site);
    const laid = await apart('withRules', file.text, rules);
    if (!laid.ok)
      throw new NotTaken({ code: 'check-failed', problems: 1, detail: `rule ${laid.rule}: shared by an anchor` });
    return { ...file, text: laid.text, confirm: [], city: { version, allows: (change) => isAllowed(change, rules) } };
  }

  #keys(): KeyObject[] {
    const { keyFile, log } = this.#options;
    if (keyFile === null) return [];
    try {
      return publicKeysIn(readFileSync(keyFile, 'utf8'));
    } catch (error) {
      log.error({ keyFile, why: String(error) }, 'city-key-not-read');
      return [];
    }
  }

  #refuse(site: SiteId, version: number, reason: ConfigurationRefusal): void {
    const state = passing.has(reason.code) ? 'waiting' : 'refused';
    const before = this.#notYet.get(site);
    this.#notYet.set(site, { version, state, reason });
    if (before?.version === version && before.reason.code === reason.code) return;
    this.#options.log.warn({ site, version, reason, why: configurationWords(reason).en }, 'configuration-refused');
  }
}

function wholeFile({ text, profiles, confirm, version }: Extract<CityConfiguration, { kind: 'site' }>): Wish {
  return { text, profiles, confirm, city: { version, allows: () => false } };
}

/** A life-safety rule is changed where the set names it and says that it knows. */
function isAllowed(change: SiteChange, rules: readonly RuleSettings[]): boolean {
  if (change.code !== 'rule-changed') return false;
  return rules.some(({ rule, lifeSafety }) => lifeSafety && isNamed(change.rule, rule));
}

const isNamed = (full: string, name: string) => full === name || full.endsWith(`/${name}`);

/** Null: nothing of what was handed down, but a fault. */
function reasonOf(error: unknown): ConfigurationRefusal | null {
  if (error instanceof NotTaken) return error.reason;
  if (error instanceof ClockUnset) return { code: 'clock-unset', at: error.at };
  if (!(error instanceof Refusal))
    return error instanceof InputError ? { code: 'cannot-sign', detail: error.message.slice(0, 300) } : null;
  if (isOf(error, 'configuration-under-way')) return { code: 'busy', version: error.figures.version };
  if (isOf(error, 'configuration-nobody-to-try')) return { code: 'nobody-to-try', agent: error.figures.agent };
  if (isOf(error, 'configuration-not-confirmed'))
    return { code: 'not-confirmed', losses: error.figures.losses.map(({ confirm }) => confirm) };
  if (isOf(error, 'configuration-pull-off')) return { code: 'pull-off' };
  if (!isOf(error, 'configuration-refused')) return null;
  const { problems } = error.figures;
  return { code: 'check-failed', problems: problems.length, detail: (problems[0] ?? '').slice(0, 300) };
}

function isOf<C extends ProblemCode>(error: Refusal, code: C): error is Refusal<C> {
  return error.code === code;
}
