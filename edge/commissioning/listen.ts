import type { Clock } from '../../contract/clock.ts';
import { lineTiming } from '../../devices/modbus/rtu.ts';
import { SerialWire } from '../bus/serial-wire.ts';
import { TcpWire } from '../bus/tcp-wire.ts';
import type { Wire } from '../bus/wire.ts';
import { type Line, type LineOptions, lineName, oneLineOf, refuse, siteAnyBus, type WireBus } from './lines.ts';
import { openProblemLine } from './open-line.ts';

/** A line that is only listened to: the wire, how long silence ends a frame, and what the site says of it. */
export type Heard = {
  readonly name: string;
  readonly wire: Wire;
  readonly idleMs: number;
  /** Sensors that talk have no Modbus frames. */
  readonly isModbus: boolean;
  readonly charMs: number;
  readonly config: WireBus | null;
};

/** @throws InputError where there is nothing to listen to */
export function listeningTo(options: LineOptions, clock: Clock): Heard {
  const { language } = options;
  if (options.site !== undefined) {
    const { bus } = siteAnyBus(options);
    const { link } = bus;
    if (link.kind === 'modbus-tcp') return refuse({ code: 'no-listening' }, language);
    const about = { name: lineName(link), config: bus, isModbus: link.kind !== 'serial', ...timesOf(link) };
    const wire = link.kind === 'modbus-rtu-over-tcp' ? new TcpWire({ clock, link }) : new SerialWire({ clock, link });
    return { ...about, wire };
  }
  const { name, link }: Line = oneLineOf(options);
  if (link.kind === 'modbus-tcp') return refuse({ code: 'no-listening' }, language);
  const wire = link.kind === 'modbus-rtu' ? new SerialWire({ clock, link }) : new TcpWire({ clock, link });
  return { name, wire, isModbus: true, config: null, ...timesOf(link) };
}

function timesOf(link: Parameters<typeof lineTiming>[0]): { idleMs: number; charMs: number } {
  const { charMs, silenceMs } = lineTiming(link);
  return { idleMs: silenceMs + adapterMs, charMs };
}

/** USB adapters hold bytes back for 16 ms. */
const adapterMs = 20;

/**
 * Hands out whatever comes, until `signal` aborts or the time is over. Nothing is ever sent.
 * @throws InputError when the line does not open, or goes away
 */
export async function listen(
  { wire, idleMs, name }: Heard,
  of: {
    clock: Clock;
    signal: AbortSignal;
    forMs: number;
    options: LineOptions;
    onBytes(bytes: Uint8Array, at: number): void;
    onQuiet(at: number): void;
  },
): Promise<void> {
  const { clock, signal, forMs, options, onBytes, onQuiet } = of;
  const over = new AbortController();
  const stop = () => over.abort();
  signal.addEventListener('abort', stop, { once: true });
  let lost: Parameters<typeof openProblemLine>[1] | null = null;
  let quiet: { cancel(): void } | null = null;
  const opened = await wire.open({
    onBytes(bytes) {
      const at = clock.monotonic();
      onBytes(bytes.slice(), at);
      quiet?.cancel();
      quiet = clock.after(idleMs, () => onQuiet(clock.monotonic()));
    },
    onClosed(reason) {
      lost = reason;
      stop();
    },
  });
  if (!opened.ok) return openProblemLine(name, opened.reason, options.language);
  if (!signal.aborted) await clock.sleep(forMs, over.signal);
  signal.removeEventListener('abort', stop);
  quiet = null;
  await wire.close();
  onQuiet(Number.POSITIVE_INFINITY);
  if (lost !== null) openProblemLine(name, lost, options.language);
}
