/** What can happen to a place, beyond a quiet day. A site's places are its agents: what hangs on one cabinet is near. */
export const worldEventNames = ['fire', 'gas-leak', 'rain', 'sun', 'truck', 'power-cut', 'settlement'] as const;

export type WorldEventName = (typeof worldEventNames)[number];

export type WorldEvent = {
  readonly name: WorldEventName;
  /** Where: an agent's id, or a device's for what begins at one instrument; null: the whole site. */
  readonly place: string | null;
  /** Simulated epoch ms. `until` may be Infinity. */
  readonly from: number;
  readonly until: number;
  /** 1 is the usual size of such an event. */
  readonly strength: number;
};
