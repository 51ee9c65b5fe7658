import { reconnectDelayMs } from '../../../edge/uplink/backoff.ts';
import { RawAgent } from '../raw-agent.ts';

/** Agents that keep a connection each and come back as the real one does: its wait, and a bare socket. */
export class Returning {
  /** When each sign-in was answered, ms. */
  readonly signIns: number[] = [];
  refused = 0;
  readonly #account: { port: number; agents: readonly { id: string; password: string }[] };
  readonly #connected = new Map<string, RawAgent>();
  readonly #running: Promise<void>[];
  readonly #pings: NodeJS.Timeout;
  #over = false;

  constructor(account: { port: number; agents: readonly { id: string; password: string }[] }) {
    this.#account = account;
    this.#running = account.agents.map((agent) => this.#keep(agent));
    this.#pings = setInterval(() => {
      for (const agent of this.#connected.values()) agent.ping();
    }, 4000);
  }

  get connected(): number {
    return this.#connected.size;
  }

  /** The most sign-ins of any second, by a window that slides. */
  peak(): number {
    const times = this.signIns;
    return Math.max(0, ...times.map((at) => times.filter((other) => other >= at && other < at + 1000).length));
  }

  /** Forgets the figures so far. */
  begin(): void {
    this.signIns.length = 0;
    this.refused = 0;
  }

  async close(): Promise<void> {
    this.#over = true;
    clearInterval(this.#pings);
    for (const agent of this.#connected.values()) agent.destroy();
    await Promise.all(this.#running);
  }

  async #keep({ id, password }: { id: string; password: string }): Promise<void> {
    for (let failures = 0; !this.#over; failures++) {
      const agent = await RawAgent.connect({ port: this.#account.port, id, password }).catch((error: Error) => {
        if (error.message === 'refused with 3') this.refused++;
        return undefined;
      });
      if (agent !== undefined) {
        failures = 0;
        this.signIns.push(performance.now());
        this.#connected.set(id, agent);
        if (this.#over) agent.destroy();
        await agent.ended;
        this.#connected.delete(id);
      }
      await new Promise((resolve) => setTimeout(resolve, this.#over ? 0 : reconnectDelayMs(failures, Math.random)));
    }
  }
}
