import type { AgentConfig } from '../../config/site.ts';
import type { Clock, Timer } from '../../contract/clock.ts';
import {
  type AgentPart,
  type ConfigurationReport,
  claimOf,
  parseSignedByCa,
  type SignedByCa,
  type Trial,
} from '../../contract/configuration.ts';
import type { AgentId, SiteId } from '../../contract/ids.ts';
import type { ConfigurationReason } from '../../contract/reasons/configuration.ts';
import { topics } from '../../contract/topics.ts';
import { configurationWords } from '../../contract/words/configuration.ts';
import type { Log } from '../log.ts';
import type { Link } from '../uplink/link.ts';
import { adopt, type Held, kept, refused, reportOf, returned, withdrawn } from './held.ts';
import { type FieldHealth, failureOf, type WorseSince, worseDevices, worseSince } from './judge.ts';
import type { OpenedPart } from './open-part.ts';
import type { HeldStore } from './store.ts';
import type { VerifiedPart } from './verify-part.ts';

export type ConfigurationOptions = {
  clock: Clock;
  log: Log;
  site: SiteId;
  agent: AgentId;
  link: Pick<Link, 'subscribe'>;
  store: Pick<HeldStore, 'write'>;
  /** As it stands after this start. */
  held: Held;
  /** Of what is on trial; null without a trial. */
  trial: Trial | null;
  /** False: the box keeps its own site file. */
  pull: boolean;
  verify(signed: SignedByCa): VerifiedPart;
  /** Takes its time, in which the box goes on. */
  check(part: AgentPart): Promise<OpenedPart>;
  /** Serial ports that it would need and the machine does not have. */
  absent(agent: AgentConfig): readonly string[];
  /** How the box is now. */
  field(): FieldHealth;
  /** There is something new to tell. */
  onChange(): void;
  /** The work is to begin again, with what the record says now. */
  onRestart(): void;
};

const lookEveryMs = 5000;

/**
 * Takes the configuration that the gateway hands down, tries it, and goes back by itself when the box is worse off. The
 * gateway need not be there for that.
 */
export class Configuration {
  readonly #options: ConfigurationOptions;
  #held: Held;
  #since: WorseSince = {};
  #startedMono: number;
  #timer: Timer | undefined;
  #isOver = false;
  /** One after the other: a check takes its time. */
  #heard: Promise<void> = Promise.resolve();

  constructor(options: ConfigurationOptions) {
    this.#options = options;
    this.#held = options.held;
    this.#startedMono = options.clock.monotonic();
  }

  start(): void {
    this.#startedMono = this.#options.clock.monotonic();
    this.#look();
  }

  /** After each connect. */
  connected(): void {
    const { link, log, site, agent, pull } = this.#options;
    if (!pull) return;
    link
      .subscribe(topics.configuration(site, agent), (payload) => {
        this.#heard = this.#heard.then(() => this.#hear(payload));
      })
      .catch((error: Error) => log.info({ why: error.message }, 'configuration-unheard'));
  }

  close(): void {
    this.#isOver = true;
    this.#timer?.cancel();
  }

  report(): ConfigurationReport {
    return reportOf(this.#held, { pull: this.#options.pull, leftMs: this.#leftMs() });
  }

  #leftMs(): number {
    const { trial, clock } = this.#options;
    return trial === null ? 0 : this.#startedMono + trial.ms - clock.monotonic();
  }

  #look(): void {
    this.#timer?.cancel();
    const { clock, trial } = this.#options;
    const on = this.#held.trial;
    if (this.#isOver || on === null || trial === null) return;
    const mono = clock.monotonic();
    const now = this.#options.field();
    this.#since = on.before === null ? {} : worseSince(this.#since, worseDevices(on.before, now), mono);
    const isOver = this.#leftMs() <= 0;
    const failure = failureOf(trial, { before: on.before, now, since: this.#since, mono, isOver });
    if (failure !== null) this.#goBack(failure);
    else if (isOver) this.#keep();
    else this.#timer = clock.after(Math.min(lookEveryMs, Math.max(1, this.#leftMs())), () => this.#look());
  }

  #goBack(reason: ConfigurationReason): void {
    const { log, onRestart } = this.#options;
    const version = this.#held.current?.version;
    if (!this.#write(returned(this.#held, reason))) return;
    log.warn({ version, reason, why: configurationWords(reason).en }, 'configuration-returned');
    onRestart();
  }

  #keep(): void {
    const { log, onChange } = this.#options;
    const version = this.#held.current?.version;
    if (!this.#write(kept(this.#held))) return;
    log.info({ version }, 'configuration-kept');
    onChange();
  }

  async #hear(payload: Uint8Array): Promise<void> {
    if (payload.length === 0 || this.#isOver) return;
    const signed = parseSignedByCa(tryJson(payload));
    if (!signed.ok) {
      this.#options.log.warn({ why: signed.problem }, 'configuration-not-understood');
      return;
    }
    const verified = this.#options.verify(signed.value);
    if (!verified.ok) {
      this.#options.log.warn({ reason: verified.reason }, 'configuration-refused');
      // The version is only said again to the gateway that handed it down; nothing is decided by it.
      this.#refuse(claimOf(signed.value).version ?? this.#held.highest + 1, verified.reason);
      return;
    }
    const { version } = verified.part ?? verified.withdrawal;
    const { highest } = this.#held;
    // It is retained, so it comes again at every connection.
    if (version === highest) return;
    if (version < highest) this.#refuse(version, { code: 'older', version, highest });
    else if (verified.part === null) this.#step(version, withdrawn(this.#held, verified.withdrawal));
    else await this.#take(signed.value, verified.part);
  }

  async #take(signed: SignedByCa, part: AgentPart): Promise<void> {
    const { version, content } = part;
    const reason = await this.#problemOf(part);
    if (this.#isOver) return; // it is retained, so the next start hears it again
    if (reason === null) this.#step(version, adopt(this.#held, { version, content, signed }, this.#options.field()));
    else {
      this.#options.log.warn({ version, reason, why: configurationWords(reason).en }, 'configuration-refused');
      this.#refuse(version, reason);
    }
  }

  #step(version: number, { held, restart }: { held: Held; restart: boolean }): void {
    const { log, onChange, onRestart } = this.#options;
    if (!this.#write(held)) {
      this.#refuse(version, { code: 'not-stored', detail: 'configuration.json' });
      return;
    }
    log.info({ version, runs: held.current?.version ?? null, restart }, 'configuration-taken');
    if (restart) onRestart();
    else onChange();
  }

  async #problemOf(part: AgentPart): Promise<ConfigurationReason | null> {
    const opened = await this.#options.check(part).catch(notChecked);
    if (!opened.ok) return opened.reason;
    const ports = this.#options.absent(opened.agent);
    return ports.length > 0 ? { code: 'port-absent', ports: [...ports].slice(0, 50) } : null;
  }

  /** In memory alone: the same comes again after a start, and is looked at again. */
  #refuse(version: number, reason: ConfigurationReason): void {
    this.#held = refused(this.#held, version, reason);
    this.#options.onChange();
  }

  #write(held: Held): boolean {
    try {
      this.#options.store.write(held);
    } catch (error) {
      this.#options.log.error({ why: String(error) }, 'configuration-not-stored');
      return false;
    }
    this.#held = held;
    return true;
  }
}

function notChecked(error: Error): OpenedPart {
  return { ok: false, reason: { code: 'check-failed', problems: 1, detail: error.message.slice(0, 300) } };
}

function tryJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined; // not JSON is one of the things the schema refuses
  }
}
