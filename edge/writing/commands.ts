import type { Clock } from '../../contract/clock.ts';
import { type AgentId, type PointRef, pointRefSchema, type SiteId } from '../../contract/ids.ts';
import { type CommandMessage, decode, encode, type ResultMessage } from '../../contract/messages.ts';
import type { Value } from '../../contract/reading.ts';
import { topics } from '../../contract/topics.ts';
import { commandText } from '../../contract/words/commands.ts';
import type { ClockState } from '../box/box-clock.ts';
import type { Log } from '../log.ts';
import type { Link } from '../uplink/link.ts';
import { refused, type Written } from './write-point.ts';

export type CommandsOptions = {
  clock: Clock;
  log: Log;
  site: SiteId;
  agent: AgentId;
  link: Pick<Link, 'publish' | 'subscribe'>;
  clockState(): ClockState;
  /** Writes a point, or has its interlock answer. */
  write(point: PointRef, value: number | boolean | string): Promise<Written>;
};

/** A deadline that a clock beside the gateway's may have missed by this much still holds. */
const clockToleranceMs = 2000;
/** Ids are remembered until their deadline, and no longer than this whatever the clocks say. */
const longestMemoryMs = 600_000;
/** Commands under way and remembered; beyond it the gateway is answered `refused`. */
const maxRemembered = 1000;

/**
 * Carries out commands, each at most once: its id is remembered until its deadline, and a copy is answered as one. One
 * that comes after its deadline is not carried out. The deadline is the gateway's wall clock, so a box whose own clock is
 * not known to be right cannot judge it, and relies on commands never being queued.
 */
export class Commands {
  readonly #options: CommandsOptions;
  /** Id → the monotonic clock until which it is remembered. */
  readonly #seen = new Map<string, number>();

  constructor(options: CommandsOptions) {
    this.#options = options;
  }

  /** After each connect. */
  connected(): void {
    const { link, log, site, agent } = this.#options;
    link
      .subscribe(topics.command(site, agent), (payload) => void this.#hear(payload))
      .catch((error: Error) => log.warn({ why: error.message }, 'commands-unheard'));
  }

  async #hear(payload: Uint8Array): Promise<void> {
    const { log } = this.#options;
    const heard = decode.command(payload);
    if (!heard.ok) {
      log.warn({ why: heard.problem }, 'command-refused');
      return;
    }
    const command = heard.value;
    const written = this.#remember(command) ?? (await this.#carryOut(command));
    const { id, point } = command;
    log.info({ command: id, point, outcome: written.outcome, code: written.reason?.code }, 'command');
    await this.#answer(command, written);
  }

  /** Refuses a copy, a late one and one too many; undefined for a new one. */
  #remember({ id, deadline }: CommandMessage): Written | undefined {
    const { clock, clockState } = this.#options;
    const mono = clock.monotonic();
    for (const [known, until] of this.#seen) if (until <= mono) this.#seen.delete(known);
    if (this.#seen.has(id)) return refused({ code: 'duplicate' });
    const lateMs = clock.now() - deadline;
    if (clockState() === 'synced' && lateMs > clockToleranceMs)
      return refused({ code: 'late', seconds: Math.round(lateMs / 1000) });
    if (this.#seen.size >= maxRemembered) return refused({ code: 'not-understood', problem: 'too many commands' });
    const leftMs = Math.min(longestMemoryMs, Math.max(clockToleranceMs, -lateMs + clockToleranceMs));
    this.#seen.set(id, mono + leftMs);
    return undefined;
  }

  async #carryOut({ point, value }: CommandMessage): Promise<Written> {
    const ref = pointRefSchema.safeParse(point);
    if (!ref.success) return refused({ code: 'no-such-point', point });
    return this.#options.write(ref.data, value);
  }

  async #answer({ id }: CommandMessage, { outcome, reason, readBack }: Written): Promise<void> {
    const { clock, log, link, site, agent } = this.#options;
    const why = reason === null ? null : commandText(reason).en.slice(0, 200);
    const isLate = reason?.code === 'late';
    const message: ResultMessage = {
      v: 1,
      id,
      outcome: isLate ? 'expired' : outcome,
      why,
      reason,
      readBack: readBack satisfies Value,
      at: clock.now(),
    };
    try {
      await link.publish(topics.commandResult(site, agent), encode(message), { retain: false });
    } catch (error) {
      log.warn({ command: id, why: error instanceof Error ? error.message : String(error) }, 'result-unsent');
    }
  }
}
