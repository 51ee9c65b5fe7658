import type { LotItem, SensorItem, SpaceItem } from '../../contract/http/parking.ts';
import { encode } from '../../contract/messages.ts';
import { topics } from '../../contract/topics.ts';
import type { Instant, Retained } from '../commit/participant.ts';
import { type Axis, timeOf, wallOf } from './axis.ts';
import { coverageOf, fullnessOf } from './counts.ts';
import { expectedIn } from './lanes.ts';
import type { LotMemory } from './lot-memory.ts';
import { ageOf } from './sensor-age.ts';
import { isQuiet, newSensor } from './sensor-health.ts';
import { type SpaceMemory, sensedOf } from './space-memory.ts';
import type { SpaceView } from './space-state.ts';

/** Lots, spaces and sensors in the words of HTTP and MQTT. */

const iso = (wall: number) => new Date(wall).toISOString();

/** `wall`: when the figures were looked at. */
export function lotItem({ site, config, calendar, shown, balance }: LotMemory, wall: number): LotItem {
  const { counts } = shown;
  const expected = expectedIn(balance, counts.capacity);
  return {
    site,
    lot: config.id,
    at: iso(wall),
    state: shown.state,
    ...counts,
    byType: { ...counts.byType },
    sign: shown.sign,
    ttl: config.ttl,
    fullness: shown.state === 'closed' ? 'closed' : fullnessOf(counts),
    coverage: coverageOf(counts),
    name: config.name,
    timezone: calendar.zone.name,
    kind: config.kind,
    operator: config.operator,
    address: config.address,
    location: config.location,
    outline: config.outline === null ? null : [...config.outline],
    plan: config.plan,
    zones: config.zones.map((zone) => ({ ...zone })),
    bookable: config.booking !== null && config.spaces.some(({ bookable }) => bookable),
    lanes: expected === null || balance.at === null ? null : { expected, balancedAt: iso(balance.at) },
  };
}

/** A lot with each of its spaces as it stands. `wall`: when it was looked at. */
export function lotNow({ shown }: LotMemory, spaces: readonly SpaceMemory[], wall: number) {
  return {
    observedAt: wall,
    state: shown.state,
    sign: shown.sign,
    spaces: spaces.map(({ config, said, openness }) => ({
      space: config,
      state: said.state,
      // Of a resident's space: until when it is lent at least; null outside every window.
      sharedUntil: config.isResident && openness.isOpen ? openness.until : null,
    })),
  };
}

/** For everybody; operators see what the sensor alone says as well. */
export function spaceItem(space: SpaceMemory, axis: Axis, reader: 'anyone' | 'operator'): SpaceItem {
  const { site, lot, config, said, override } = space;
  const item: SpaceItem = {
    site,
    lot,
    space: config.id,
    type: config.type,
    state: said.state,
    since: iso(wallOf(axis, said.since)),
    reason: said.reason,
    until: override === null ? null : iso(override.until),
    name: config.name,
    zone: config.zone,
    at: config.at,
    size: config.size,
    bookable: config.bookable,
  };
  return reader === 'anyone' ? item : { ...item, sensed: sensedOf(space).sensed, healthy: space.healthy };
}

/** For reservations. */
export function viewOf(space: SpaceMemory, saidMono: number, axis: Axis): SpaceView {
  const { site, lot, config, said, healthy, override } = space;
  return {
    site,
    lot,
    space: config.id,
    state: said.state,
    since: wallOf(axis, said.since),
    reason: said.reason,
    sensed: sensedOf(space).sensed,
    healthy,
    sensorSeenMono: Math.max(saidMono, space.seenMono),
    until: override?.until ?? null,
  };
}

/** A resident's space outside its windows is nobody's business: its history would tell who is at home. */
export function isPublic({ config, openness }: Pick<SpaceMemory, 'config' | 'openness'>): boolean {
  return !config.isResident || openness.isOpen;
}

export function lotRetained({ site, config, shown }: LotMemory, wall: number): Retained {
  const { byType, ...counts } = shown.counts;
  const { state, sign } = shown;
  const { ttl } = config;
  const message = { v: 1 as const, at: wall, state, ...counts, byType: { ...byType }, sign, ttl };
  return { topic: topics.lot(site, config.id), payload: encode(message) };
}

/** Takes the message back where the space is not public. */
export function spaceRetained(space: SpaceMemory, axis: Axis, wall: number): Retained {
  const { site, lot, config, said } = space;
  const topic = topics.space(site, lot, config.id);
  if (!isPublic(space)) return { topic, payload: '' };
  const message = { v: 1 as const, at: wall, state: said.state, type: config.type, since: wallOf(axis, said.since) };
  return { topic, payload: encode(message) };
}

export function sensorItem(space: SpaceMemory, lot: LotMemory, { axis, at }: { axis: Axis; at: Instant }): SensorItem {
  const { site, config, healthy, said, seenMono, battery } = space;
  const sensor = lot.health.sensors.get(config.id) ?? newSensor;
  const now = timeOf(axis, at);
  const isStill = isQuiet(sensor, now, lot.config.detection);
  const { state: age, ...dates } = ageOf(config, at.wall, battery);
  const { why } = sensedOf(space);
  return {
    site,
    lot: space.lot,
    space: config.id,
    point: config.occupancy,
    healthy,
    reason: sensor.doubt?.reason ?? why ?? (said.reason?.code === 'seen-empty' ? said.reason : null),
    quiet: isStill
      ? { minutes: Math.floor((now - sensor.changedAt) / 60_000), neighbours: sensor.neighbourChanges }
      : null,
    lastHeardAt: Number.isFinite(seenMono) ? iso(wallOf(axis, seenMono + axis.offset)) : null,
    ...dates,
    age,
  };
}
