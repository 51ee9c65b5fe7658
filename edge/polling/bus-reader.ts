import type { DeviceId, PointRef } from '../../contract/ids.ts';
import type { BusStats } from '../bus/bus.ts';
import type { UplinkFigures } from '../mqtt/end-device.ts';
import type { Written } from '../writing/write-point.ts';
import type { DeviceState } from './connectivity.ts';
import type { PollFigures } from './poll-counts.ts';

/** What reads one bus, by asking its devices or by listening to them. Readings and states come by its callbacks. */
export type BusReader = {
  /** `marks`: how far devices were heard before this start. */
  start(marks?: ReadonlyMap<string, string>): void;
  /** Ends after the frame that is on the wire. */
  close(): Promise<void>;
  /** Offline devices report their points bad once more. */
  sayAgain(): void;
  /** Writes a point of this bus and reads it back; undefined when it has none of that name, or cannot be written to. */
  write(point: PointRef, value: number | boolean | string): Promise<Written | undefined>;
  /**
   * Turns of its work that have ended: a poll, with an answer or without, or a look that found nothing due or the port
   * closed. It stands still when a poll never ends.
   */
  turns(): number;
  /** The devices of the bus as they stand. */
  devices(): ReadonlyMap<DeviceId, DeviceReport>;
};

/** A device as it stands, and how it answered of late where it is asked. */
export type DeviceReport = DeviceState & {
  readonly polls?: PollFigures & { readonly probed: boolean };
  /** Of one that sends messages by way of a broker. */
  readonly uplinks?: UplinkFigures;
};

/** The line under it, as health tells it. */
export type Line = { isOpen(): boolean; stats(): BusStats };
