import type { AlertId } from '../../contract/ids.ts';

/**
 * Keeps a flood of alerts from becoming a flood of messages. One gate per audience; pure. Every alert is recorded whatever
 * the gate says: it decides only whether a person gets a message of its own or a line in a digest.
 *
 * | told within `windowMs` so far | what may pass by itself |
 * |---|---|
 * | fewer than `single` | anything |
 * | fewer than `single` + `urgent` | life safety: a building's first of its hazard, or a rise to the highest level |
 * | more | nothing; it goes into the next digest |
 *
 * A digest follows `firstDigestMs` after the first message that was held, later ones `nextDigestMs` apart; one with life
 * safety in it does not wait for that distance while fewer than `digests` went within the window. 5 + 2 + 3 messages in ten
 * minutes is the figure at which ISA-18.2 and EEMUA 191 speak of a flood (more than 10 alarms in 10 minutes for one
 * operator).
 */
export type FloodSettings = {
  readonly windowMs: number;
  readonly single: number;
  readonly urgent: number;
  readonly digests: number;
  readonly firstDigestMs: number;
  readonly nextDigestMs: number;
};

export type Gate = {
  /** When messages were sent within the window, the oldest first, ms of the alerts' clock. */
  readonly sent: readonly number[];
  /** Hazards of buildings that were told of by a message of their own within the window, with the time. */
  readonly toldOf: Readonly<Record<string, number>>;
  /** Alerts that wait for the digest, in order of first mention. */
  readonly held: readonly AlertId[];
  /** When digests were sent within the window. */
  readonly digests: readonly number[];
  /** When the next one is due; null when none waits. */
  readonly dueAt: number | null;
};

export const openGate: Gate = { sent: [], toldOf: {}, held: [], digests: [], dueAt: null };

export type Offer = {
  readonly alert: AlertId;
  /** What a first message is counted by, such as `hanbit/fire`. */
  readonly about: string;
  readonly lifeSafety: boolean;
  /** It reached the highest level just now. */
  readonly peak: boolean;
};

export type Passage =
  | { readonly verdict: 'send'; readonly gate: Gate }
  /** `digestMs`: how long until the digest; null when one is on its way already. */
  | { readonly verdict: 'hold'; readonly gate: Gate; readonly digestMs: number | null };

/** Whether a message goes out by itself now. */
export function offer(gate: Gate, message: Offer, mono: number, settings: FloodSettings): Passage {
  const kept = within(gate, mono, settings);
  const isFirst = message.lifeSafety && (message.peak || kept.toldOf[message.about] === undefined);
  const room = settings.single + (isFirst ? settings.urgent : 0);
  if (kept.sent.length < room) {
    const toldOf = { ...kept.toldOf, [message.about]: mono };
    return { verdict: 'send', gate: { ...kept, sent: [...kept.sent, mono], toldOf } };
  }
  const dueAt = Math.min(kept.dueAt ?? Number.POSITIVE_INFINITY, digestAt(kept, message, mono, settings));
  const held = kept.held.includes(message.alert) ? kept.held : [...kept.held, message.alert];
  return { verdict: 'hold', gate: { ...kept, held, dueAt }, digestMs: dueAt === kept.dueAt ? null : dueAt - mono };
}

/** The digest is due: which alerts it is about. Nothing to say when none is held any more. */
export function digest(gate: Gate, mono: number, settings: FloodSettings): { gate: Gate; alerts: readonly AlertId[] } {
  const kept = within(gate, mono, settings);
  const digests = kept.held.length === 0 ? kept.digests : [...kept.digests, mono];
  return { gate: { ...kept, held: [], digests, dueAt: null }, alerts: kept.held };
}

function digestAt({ digests }: Gate, { lifeSafety }: Offer, mono: number, settings: FloodSettings): number {
  const soon = mono + settings.firstDigestMs;
  const [first, last] = [digests[0], digests.at(-1)];
  if (first === undefined || last === undefined) return soon;
  if (digests.length >= settings.digests) return Math.max(soon, first + settings.windowMs);
  return lifeSafety ? soon : Math.max(soon, last + settings.nextDigestMs);
}

function within(gate: Gate, mono: number, { windowMs }: FloodSettings): Gate {
  const from = mono - windowMs;
  const toldOf = Object.fromEntries(Object.entries(gate.toldOf).filter(([, at]) => at > from));
  const late = (at: number) => at > from;
  return { ...gate, sent: gate.sent.filter(late), toldOf, digests: gate.digests.filter(late) };
}
