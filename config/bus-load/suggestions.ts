import type { PointName } from '../../contract/ids.ts';
import { type LoadChange, loadChangeWords } from '../../contract/words/check/load-help.ts';
import { stretchOf } from '../../devices/addresses.ts';
import type { Profile } from '../../devices/profile.ts';
import type { BusConfig, DeviceConfig } from '../site.ts';
import { busShare } from './polls.ts';

/** A change that would lighten a bus. */
export type Change = LoadChange & {
  /** What to do, for a person: `reading di-1 every 1s instead of 500ms`; `ko` in Korean. */
  readonly what: string;
  readonly ko: string;
  /** The bus's share of its wire's time after the change, 0–1. */
  readonly share: number;
};

function changeOf(change: LoadChange, share: number): Change {
  const { en, ko } = loadChangeWords(change);
  return { ...change, what: en, ko, share };
}

/** Over this share of its wire's time a bus is warned of. */
export const warnedShare = 0.7;

/**
 * Changes that would lighten a bus, each worked out by planning the bus again, the most helpful first. Those that bring it
 * to 70 % come first, and among them those that are a word in the site file, then a word in a profile, then work on the
 * line; otherwise the greater relief wins.
 * @param buses all buses of the same agent
 */
export function changesOf(bus: BusConfig, buses: readonly BusConfig[]): readonly Change[] {
  const share = busShare(bus);
  const changes = [...togetherChanges(bus), ...slowerChanges(bus), ...readableChanges(bus), ...baudChanges(bus)];
  const helpful = [...changes, ...moveChanges(bus, buses)].filter((change) => change.share < share - leastRelief);
  const rank = (change: Change) => (change.share <= warnedShare ? effort[change.kind] : leastRank);
  return helpful.toSorted((a, b) => rank(a) - rank(b) || permille(a) - permille(b));
}

/** A change and what it brings, in one sentence without an end: `reading di-1 every 1s instead of 500ms: 83 → 58 %`. */
export function changeText({ what, share }: Change, before: number): string {
  return `${what}: ${Math.round(before * 100)} → ${Math.round(share * 100)} %`;
}

const effort = { together: 0, slower: 0, readable: 1, baud: 2, move: 3 } as const satisfies Record<
  Change['kind'],
  number
>;
const leastRank = 4;
/** What is equal for a person stays in the order of the file. */
function permille({ share }: Change): number {
  return Math.round(share * 1000);
}

/** Half a per cent is not worth a word. */
const leastRelief = 0.005;

/** Two periods of one device made one, the quicker, so that no value gets older: it helps where a request is saved. */
function togetherChanges(bus: BusConfig): Change[] {
  return bus.devices.flatMap((device) => {
    const periods = periodsOf(device);
    return periods.slice(1).flatMap((slow, i) => {
      const quick = periods[i] ?? slow;
      const changed = withDevice(
        bus,
        paced(device, (everyMs) => (everyMs === slow ? quick : everyMs)),
      );
      return [changeOf({ kind: 'together', device: device.id, slowMs: slow, quickMs: quick }, busShare(changed))];
    });
  });
}

/** A device, or what it has at one of its periods, read half as often. */
function slowerChanges(bus: BusConfig): Change[] {
  return bus.devices.flatMap((device) => {
    const periods = periodsOf(device);
    return periods
      .filter((everyMs) => maySlow(device, everyMs))
      .map((quick) => {
        const changed = withDevice(
          bus,
          paced(device, (everyMs) => (everyMs === quick ? 2 * quick : everyMs)),
        );
        const points = periods.length === 1 ? null : pointsAt(device, quick);
        const slower = { kind: 'slower', device: device.id, points, everyMs: 2 * quick, insteadMs: quick } as const;
        return changeOf(slower, busShare(changed));
      });
  });
}

/** A reading that is to be sent each `maxSilence` must be read as often. Nobody is told to look less often for a fire. */
function maySlow(device: DeviceConfig, everyMs: number): boolean {
  const points = device.points.filter((point) => point.everyMs === everyMs);
  return points.every(({ isLifeSafety, maxSilenceMs }) => !isLifeSafety && 2 * everyMs <= maxSilenceMs);
}

/** A profile that does not say what lies between its points, taken as if all of it could be read. */
function readableChanges(bus: BusConfig): Change[] {
  const profiles = new Map(bus.devices.map(({ profile }) => [profile.id, profile]));
  return [...profiles.values()].flatMap((profile) => {
    const stretches = Map.groupBy(Object.values(profile.points).map(stretchOf), ({ table }) => table);
    return [...stretches].flatMap(([table, points]) => {
      if ((profile.readable[table] ?? []).length > 0) return [];
      const first = Math.min(...points.map((point) => point.first));
      const last = Math.max(...points.map((point) => point.last));
      const readable: Profile['readable'] = { ...profile.readable, [table]: [[first, last]] };
      const open = (device: DeviceConfig): DeviceConfig =>
        device.profile.id === profile.id ? { ...device, profile: { ...profile, readable } } : device;
      const share = busShare({ ...bus, devices: bus.devices.map(open) });
      return [changeOf({ kind: 'readable', profile: profile.id, table, first, last }, share)];
    });
  });
}

/** The slowest of the usual faster rates that is enough, or the fastest of them. */
function baudChanges({ link, ...bus }: BusConfig): Change[] {
  if (!('baudRate' in link)) return [];
  const faster = usualBaudRates.filter((baudRate) => baudRate > link.baudRate);
  const shares = faster.map((baudRate) => ({ baudRate, share: busShare({ ...bus, link: { ...link, baudRate } }) }));
  const enough = shares.find(({ share }) => share <= warnedShare) ?? shares.at(-1);
  if (enough === undefined) return [];
  return [changeOf({ kind: 'baud', baudRate: enough.baudRate }, enough.share)];
}

/** The speeds that most devices can be set to. */
const usualBaudRates = [9600, 19_200, 38_400, 57_600, 115_200];

function moveChanges(bus: BusConfig, buses: readonly BusConfig[]): Change[] {
  return [...moveToOther(bus, buses), ...moveToNew(bus)];
}

/** One device to a bus that is there, is like this one, has the unit free, and stays under 70 % with it. */
function moveToOther(bus: BusConfig, buses: readonly BusConfig[]): Change[] {
  const others = buses.filter((other) => other.id !== bus.id && isAlike(bus, other));
  return others.flatMap((other) =>
    bus.devices.flatMap((device): Change[] => {
      if (other.devices.some(({ unit }) => unit === device.unit)) return [];
      const [before, after] = [busShare(other), busShare({ ...other, devices: [...other.devices, device] })];
      if (after > warnedShare) return [];
      const move = { kind: 'move', devices: [device.id], to: { bus: other.id, before }, there: after } as const;
      return [changeOf(move, busShare(without(bus, [device])))];
    }),
  );
}

/** So many devices to a bus of their own that this one comes down to 70 %, the heaviest first. */
function moveToNew(bus: BusConfig): Change[] {
  const heaviest = bus.devices.toSorted((a, b) => shareAlone(bus, b) - shareAlone(bus, a));
  const enough = heaviest.findIndex((_, i) => busShare(without(bus, heaviest.slice(0, i + 1))) <= warnedShare);
  const moved = heaviest.slice(0, enough + 1);
  if (enough < 0 || moved.length === bus.devices.length) return [];
  const there = busShare({ ...bus, devices: moved });
  if (there > warnedShare) return [];
  const move = { kind: 'move', devices: moved.map(({ id }) => id), to: null, there } as const;
  return [changeOf(move, busShare(without(bus, moved)))];
}

function isAlike({ link: a }: BusConfig, { link: b }: BusConfig): boolean {
  if (!('baudRate' in a) || !('baudRate' in b)) return a.kind === b.kind;
  return a.baudRate === b.baudRate && a.parity === b.parity && a.stopBits === b.stopBits;
}

function shareAlone(bus: BusConfig, device: DeviceConfig): number {
  return busShare({ ...bus, devices: [device] });
}

function without(bus: BusConfig, gone: readonly DeviceConfig[]): BusConfig {
  return { ...bus, devices: bus.devices.filter((device) => !gone.includes(device)) };
}

function withDevice(bus: BusConfig, device: DeviceConfig): BusConfig {
  return { ...bus, devices: bus.devices.map((other) => (other.id === device.id ? device : other)) };
}

function paced(device: DeviceConfig, pace: (everyMs: number) => number): DeviceConfig {
  return { ...device, points: device.points.map((point) => ({ ...point, everyMs: pace(point.everyMs) })) };
}

/** The periods at which a device is read, quickest first. */
function periodsOf({ points }: DeviceConfig): number[] {
  return [...new Set(points.map(({ everyMs }) => everyMs))].toSorted((a, b) => a - b);
}

function pointsAt({ points }: DeviceConfig, everyMs: number): PointName[] {
  return points.filter((point) => point.everyMs === everyMs).map(({ name }) => name);
}
