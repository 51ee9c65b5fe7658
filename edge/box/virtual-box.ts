import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Clock, Timer } from '../../contract/clock.ts';
import { compileParser } from '../../contract/compiled.ts';
import { boxAsItIs, type VirtualBox, virtualBoxesSchema } from '../../contract/virtual-box.ts';
import type { Log } from '../log.ts';
import type { Link, Will } from '../uplink/link.ts';

/** A link that can be made to break as when a cable is pulled: without a goodbye. */
export type BreakableLink = Link & { drop(): void };

/** The box that a virtual field wants this agent to run on. */
export type SimulatedBox = { readonly clock: Clock; readonly link: Link; close(): void };

const lookEveryMs = 1000;
const readBoxes = compileParser(virtualBoxesSchema);

/** `box.json` beside a ports file. */
export function boxFileOf(portsFile: string): string {
  return join(dirname(portsFile), 'box.json');
}

/**
 * Follows what `jari simulate` writes about an agent's box, looked at once a second: an uplink that is cut, a wall clock
 * that steps. For agents on virtual lines alone. Without the file, or while it says nothing usable, nothing befalls the
 * box. Caller closes.
 */
export function watchVirtualBox(options: {
  file: string;
  agent: string;
  clock: Clock;
  link: BreakableLink;
  log: Pick<Log, 'warn'>;
}): SimulatedBox {
  const { file, agent, clock, log } = options;
  let box = boxAsItIs;
  let trouble: string | undefined;
  const link = new CuttableLink(options.link);
  const look = () => {
    const looked = boxIn(file, agent);
    if (looked.problem !== undefined && looked.problem !== trouble)
      log.warn({ why: looked.problem }, 'virtual-box-unreadable');
    trouble = looked.problem;
    box = looked.box;
    link.setUp(box.uplink === 'up');
    timer = clock.after(lookEveryMs, look);
  };
  let timer: Timer;
  look();
  return {
    clock: { ...timersOf(clock), now: () => clock.now() + box.clockOffsetMs },
    link,
    close: () => timer.cancel(),
  };
}

/** Waits and ages do not know what the wall clock says. */
function timersOf(clock: Clock): Omit<Clock, 'now'> {
  return {
    monotonic: () => clock.monotonic(),
    after: (ms, fn) => clock.after(ms, fn),
    sleep: (ms, signal) => clock.sleep(ms, signal),
    sleepExactly: (ms) => clock.sleepExactly(ms),
  };
}

/** A link over another, which loses its connection when it is cut and gets none until it is restored. */
class CuttableLink implements Link {
  readonly #inner: BreakableLink;
  #up = true;

  constructor(inner: BreakableLink) {
    this.#inner = inner;
  }

  setUp(up: boolean): void {
    if (this.#up && !up) this.#inner.drop();
    this.#up = up;
  }

  async connect(options: { will: Will; onLost(why: string): void }): Promise<void> {
    if (this.#up) await this.#inner.connect(options);
    if (this.#up) return;
    this.#inner.drop();
    throw new Error('the virtual field has cut the way to the broker');
  }

  publish(topic: string, payload: string, options: { retain: boolean }): Promise<void> {
    return this.#inner.publish(topic, payload, options);
  }

  subscribe(topic: string, onMessage: (payload: Uint8Array) => void): Promise<void> {
    return this.#inner.subscribe(topic, onMessage);
  }

  disconnect(): Promise<void> {
    return this.#inner.disconnect();
  }
}

function boxIn(file: string, agent: string): { box: VirtualBox; problem: string | undefined } {
  const text = tryText(file);
  if (text === undefined) return { box: boxAsItIs, problem: undefined };
  const read = readBoxes(tryJson(text));
  if (!read.ok) return { box: boxAsItIs, problem: `${file}: ${read.problem}` };
  return { box: read.value.agents[agent] ?? boxAsItIs, problem: undefined };
}

function tryText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // no simulator runs there at the moment
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
