import { buildBus } from '../../../config/build.ts';
import { busFileSchema } from '../../../config/schema.ts';
import { isMqttBus, type MqttBusConfig } from '../../../config/site.ts';
import type { Reading } from '../../../contract/reading.ts';
import { SimClock } from '../../../contract/sim-clock.ts';
import { type UplinkProfile, uplinkProfileSchema } from '../../../devices/uplinks/uplink-profile.ts';
import { silentLog } from '../../../edge/log.ts';
import type { Subscription } from '../../../edge/mqtt/subscription.ts';
import { Buses } from '../../../edge/polling/buses.ts';
import type { Trouble } from '../../../edge/polling/evidence.ts';
import { agentOf } from '../bench-site.ts';

export const devEui = 'a81758fffe000001';

/** A bay: port 1 has one byte, 0 or 1; port 2 a distance of two bytes, 0xFFFF is none. */
export const bay: UplinkProfile = uplinkProfileSchema.parse({
  ...{ id: 'bay', maker: 'Test', model: 'Bay', source: 'made up for tests', verified: 'none' },
  protocol: 'uplink',
  every: '1h',
  ignore: { ports: [202] },
  layouts: [
    { id: 'state', port: 1, body: 'bytes', length: 1, fields: { occupied: { type: 'u8' } } },
    {
      id: 'distance',
      port: 2,
      body: 'bytes',
      length: 2,
      fields: { distance: { type: 'u16', noValue: { 65535: 'read-failed' } } },
    },
    { id: 'bridge', body: 'json', fields: { occupied: { path: 'occupied', type: 'bool' } } },
  ],
  points: {
    occupied: { type: 'bool', kind: 'occupancy' },
    distance: { unit: 'mm', kind: 'distance' },
    margin: { from: 'margin', unit: 'dB', kind: 'radio-margin' },
  },
});

export function busOf(more: Record<string, unknown> = {}, address: string = devEui, profile = bay): MqttBusConfig {
  const file = busFileSchema.parse({
    ...{ id: 'lora', kind: 'mqtt', url: 'mqtt://127.0.0.1:1883', format: 'chirpstack' },
    ...more,
    devices: [{ id: 'bay-1', profile: 'bay', address }],
  });
  const bus = buildBus(file, { profiles: new Map([['bay', profile]]), folder: '/' });
  if (!isMqttBus(bus)) throw new Error('no such bus');
  return bus;
}

/** A broker in memory. */
export class MemoryBroker implements Subscription {
  /** Why the next connections fail; null while they do not. */
  problem: string | null = null;
  /** What it kept comes before the connection is said to be open. */
  kept: readonly [topic: string, payload: unknown][] | null = null;
  #open: Parameters<Subscription['open']>[0] | null = null;

  async open(options: Parameters<Subscription['open']>[0]): Promise<void> {
    if (this.problem !== null) throw new Error(this.problem);
    this.#open = options;
    options.onBegan?.(this.kept !== null);
    for (const [topic, payload] of this.kept ?? []) this.say(topic, payload);
    this.kept = null;
  }

  async close(): Promise<void> {
    this.#open = null;
  }

  /** Resolves to whether it was acknowledged. */
  say(topic: string, payload: unknown): Promise<boolean> | undefined {
    return this.#open?.onMessage(topic, Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)));
  }

  vanish(problem: string): void {
    const open = this.#open;
    this.#open = null;
    this.problem = problem;
    open?.onLost(problem);
  }
}

export type Up = { fCnt: number; fPort?: number; hex?: string; agoMs?: number; sf?: number; snr?: number[] };

/** The sensors of a bus on simulated time, with ChirpStack's words for what they say. */
export async function start(config: MqttBusConfig = busOf(), kept: MemoryBroker['kept'] = null) {
  const clock = new SimClock(Date.UTC(2026, 10, 29));
  const broker = new MemoryBroker();
  broker.kept = kept;
  const readings: Reading[] = [];
  const troubles: Trouble[] = [];
  const field = new Buses({
    clock,
    log: silentLog,
    random: () => 0.5,
    agent: { ...agentOf([]), buses: [config] },
    subscribe: () => broker,
    onReadings: (batch) => readings.push(...batch),
    onDeviceState: () => {},
    onTrouble: (trouble) => troubles.push(trouble),
  });
  field.start();
  await clock.advance(0);
  const topic = (event: string) => `application/a/device/${devEui}/event/${event}`;
  const chirp = (event: string, more: object, agoMs = 0) =>
    broker.say(topic(event), {
      deduplicationId: 'd',
      time: new Date(clock.now() - agoMs).toISOString(),
      deviceInfo: { devEui },
      ...more,
    });
  const up = ({ fCnt, fPort = 1, hex = '01', agoMs = 0, sf = 12, snr = [-3] }: Up) =>
    chirp(
      'up',
      {
        fCnt,
        fPort,
        data: Buffer.from(hex, 'hex').toString('base64'),
        rxInfo: snr.map((each) => ({ rssi: -110, snr: each })),
        txInfo: { modulation: { lora: { spreadingFactor: sf } } },
      },
      agoMs,
    );
  let seen = 0;
  /** What came since the last look: `point value`, or `point fault`, with `late` behind it. */
  const news = () => {
    const since = readings.slice(seen).map(({ point, value, fault, late }) => {
      const name = point.slice(point.indexOf('/') + 1);
      return `${name} ${value ?? fault}${late ? ' late' : ''}`;
    });
    seen = readings.length;
    return since;
  };
  const state = () => {
    const found = field.health().devices['bay-1'];
    if (found === undefined) throw new Error('no device');
    return found;
  };
  return { clock, broker, field, readings, troubles, chirp, up, news, state };
}
