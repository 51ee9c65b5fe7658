import type { DeviceId } from '../../contract/ids.ts';
import type { BusStats } from '../bus/bus.ts';
import type { DeviceLife } from './connectivity.ts';

/** What reads one bus, by asking its devices or by listening to them. Readings and states come by its callbacks. */
export type Runner = {
  start(): void;
  /** Ends after the frame that is on the wire. */
  close(): Promise<void>;
  /** Offline devices report their points bad once more. */
  sayAgain(): void;
  /** The devices of the bus as they stand. */
  devices(): ReadonlyMap<DeviceId, DeviceLife>;
};

/** The line under it, as health tells it. */
export type Line = { isOpen(): boolean; stats(): BusStats };
