import type { DeviceState } from '../../contract/http/live.ts';
import type { AlertId } from '../../contract/ids.ts';
import type { Alert, Moment } from './alert.ts';
import type { RuleMemory } from './evaluate.ts';
import { RecentRows } from './evidence.ts';
import type { Gate } from './flood.ts';
import type { AgentWiring, Trouble } from './grouping.ts';
import type { Maintenance } from './maintenance.ts';
import type { LedgerEntry } from './nuisance.ts';

/** A trouble that is there now; `since` on the alerts' clock. */
export type PresentTrouble = { readonly wiring: AgentWiring; readonly trouble: Trouble; readonly since: number };

/** All that the alerts part remembers. `apply` alone changes it, after COMMIT; `decide` reads it. */
export type AlertsMemory = {
  /** Open alerts. */
  readonly alerts: Map<AlertId, Alert>;
  /** The open alert of a rule or trouble, late records apart. By `{site}/{rule}`. */
  readonly standing: Map<string, AlertId>;
  /** By rule key; a late judging has a key of its own. */
  readonly rules: Map<string, RuleMemory>;
  /** When a rule's state was stored last, ms of the alerts' clock. */
  readonly stored: Map<string, number>;
  /** When a rule is to be judged again, ms of the alerts' clock. */
  readonly armed: Map<string, number>;
  /** By `{site}/{agent}`, `{site}/{device}`, `{site}/{device}/{point}`. */
  readonly agents: Map<string, { readonly state: 'online' | 'offline' | 'unknown'; readonly simulated: boolean }>;
  readonly devices: Map<string, DeviceState>;
  readonly views: Map<string, 'fresh' | 'bad' | 'unknown'>;
  /** Of `{site}/{trouble key}`. */
  readonly troubles: Map<string, PresentTrouble>;
  readonly maintenance: Map<string, Maintenance>;
  /** By audience: `{site}/{role}`. */
  readonly gates: Map<string, Gate>;
  /** Buildings that are switched live, `{site}/{building}`. */
  readonly live: Set<string>;
  /** What alerts turned out to be, as far back as nuisances are counted. */
  readonly ledger: LedgerEntry[];
  /** When a point was repaired last, by `{site}/{point}`. */
  readonly repaired: Map<string, number>;
  readonly recent: RecentRows;
  /** The last number that an alert, a maintenance or a digest was given. */
  number: number;
  /** Agents have had their time to come back after the start. */
  settled: boolean;
};

export function emptyMemory(): AlertsMemory {
  return {
    alerts: new Map(),
    standing: new Map(),
    rules: new Map(),
    stored: new Map(),
    armed: new Map(),
    agents: new Map(),
    devices: new Map(),
    views: new Map(),
    troubles: new Map(),
    maintenance: new Map(),
    gates: new Map(),
    live: new Set(),
    ledger: [],
    repaired: new Map(),
    recent: new RecentRows(),
    number: 0,
    settled: false,
  };
}

/** The alerts' clock: it rises with the gateway's monotonic one, and over a restart by what the wall clock says was missed. */
export class AlertClock {
  readonly #offset: number;

  /** @param last both clocks when something was stored last; null for an empty store */
  constructor(last: Moment | null, now: { wall: number; mono: number }) {
    const missedMs = last === null ? 0 : Math.max(0, now.wall - last.wall);
    this.#offset = (last?.mono ?? 0) + missedMs - now.mono;
  }

  at(instant: { wall: number; mono: number }): Moment {
    return { wall: instant.wall, mono: instant.mono + this.#offset };
  }

  /** A reading's moment on this clock; −∞ stays. */
  ofReading(mono: number): number {
    return mono + this.#offset;
  }
}
