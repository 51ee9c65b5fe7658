import type { AgentConfig, PointConfig, Site } from '../../config/site.ts';
import { usualStorage } from '../../config/storage/storage.ts';
import {
  agentIdSchema,
  busIdSchema,
  type DeviceId,
  deviceIdSchema,
  pointNameSchema,
  pointRef,
  siteIdSchema,
} from '../../contract/ids.ts';
import type { FaultCode, Reading, Value } from '../../contract/reading.ts';
import { unwatched } from '../../devices/plausibility.ts';
import { profileSchema, valueTypeOf } from '../../devices/profile.ts';
import type { NewRow } from '../../edge/outbox/outbox.ts';
import type { Link, Will } from '../../edge/uplink/link.ts';
import { plainFeeds } from '../plain-feeds.ts';
import { plainGateway, plainUplink } from '../plain-site.ts';

/** Builders and stand-ins for the north side of the agent. */

export const device = (id: string): DeviceId => deviceIdSchema.parse(id);
export const ref = (deviceId: string, point: string) => pointRef(device(deviceId), pointNameSchema.parse(point));

export function reading(options: {
  device?: string;
  point?: string;
  value?: Value;
  fault?: FaultCode | null;
  mono?: number;
  at?: number;
}): Reading {
  const { mono = 0, value = 1, fault = null } = options;
  return {
    point: ref(options.device ?? 'box-1', options.point ?? 'level'),
    value,
    fault,
    mono,
    at: options.at ?? 1_700_000_000_000 + Math.round(mono),
  };
}

export function newRow(options: Partial<NewRow> = {}): NewRow {
  return {
    device: device('box-1'),
    at: 1_700_000_000_000,
    mono: 0,
    clock: 'synced',
    points: '{"level":{"dt":[0],"v":[1]}}',
    ...options,
  };
}

export const newRows = (count: number, options: Partial<NewRow> = {}): NewRow[] =>
  Array.from({ length: count }, () => newRow(options));

const profile = profileSchema.parse({
  id: 'test-box',
  maker: 'Test',
  model: 'Box',
  source: 'made up for tests',
  verified: 'none',
  points: {
    level: { table: 'holding', address: 0, type: 'u16', unit: 'm', valid: [0, 100], kind: 'level' },
    door: { table: 'discrete', address: 0, type: 'bool', kind: 'contact' },
  },
});

/** A device with a number that may wait (`level`) and a contact that may not (`door`), polled every second. */
function pointsOf(deviceId: string): PointConfig[] {
  return Object.entries(profile.points).map(([name, point]) => ({
    ref: ref(deviceId, name),
    name: pointNameSchema.parse(name),
    profile: point,
    valueType: valueTypeOf(point),
    everyMs: 1000,
    deadband: 0,
    maxSilenceMs: 60_000,
    isLifeSafety: false,
    commandBy: ['operator', 'admin'],
    commit: point.type === 'bool' ? 'now' : 'batch',
    plausibility: unwatched,
  }));
}

export function agentConfig(deviceIds: readonly string[] = ['box-1', 'box-2']): AgentConfig {
  return {
    id: agentIdSchema.parse('cabinet-1'),
    uplink: plainUplink('cabinet-1'),
    commitEveryMs: 1000,
    interlocks: [],
    buses: [
      {
        id: busIdSchema.parse('tcp-a'),
        link: { kind: 'modbus-tcp', host: '127.0.0.1', port: 502 },
        timeoutMs: 300,
        devices: deviceIds.map((id, i) => ({ id: device(id), profile, unit: i + 1, points: pointsOf(id) })),
      },
    ],
  };
}

export function siteOf(agent: AgentConfig): Site {
  return {
    id: siteIdSchema.parse('testville'),
    file: '/nowhere/site.yaml',
    folder: '/nowhere',
    name: { ko: '시험', en: 'Test' },
    timezone: 'Asia/Seoul',
    gateway: plainGateway({ mqtt: 1883, http: 8080 }),
    agents: [agent],
    holidays: [],
    backup: null,
    storage: usualStorage,
    feeds: plainFeeds,
    lots: [],
    buildings: [],
    rules: [],
    roles: {},
    profileFolders: [],
  };
}

export type Published = { topic: string; payload: string; retain: boolean; acknowledged: boolean };

/** A broker in memory, of one client. It acknowledges at once, or, when told to hold, one by one. */
export class MemoryLink implements Link {
  readonly published: Published[] = [];
  readonly wills: Will[] = [];
  connects = 0;
  /** Refuses connects with this text. */
  refuse: string | undefined;
  hold = false;
  up = false;
  disconnects = 0;
  mostInFlight = 0;
  #waiting: { message: Published; resolve: () => void; reject: (error: Error) => void }[] = [];
  #onLost: ((why: string) => void) | undefined;
  readonly #heard = new Map<string, (payload: Uint8Array) => void>();

  async connect({ will, onLost }: { will: Will; onLost(why: string): void }): Promise<void> {
    this.connects += 1;
    if (this.refuse !== undefined) throw new Error(this.refuse);
    this.wills.push(will);
    this.#onLost = onLost;
    this.up = true;
  }

  publish(topic: string, payload: string, { retain }: { retain: boolean }): Promise<void> {
    if (!this.up) return Promise.reject(new Error('not connected'));
    const message = { topic, payload, retain, acknowledged: false };
    this.published.push(message);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject });
      this.mostInFlight = Math.max(this.mostInFlight, this.#waiting.length);
      if (!this.hold) this.acknowledge(Number.POSITIVE_INFINITY);
    });
  }

  async subscribe(topic: string, onMessage: (payload: Uint8Array) => void): Promise<void> {
    if (!this.up) throw new Error('not connected');
    this.#heard.set(topic, onMessage);
  }

  get subscriptions(): readonly string[] {
    return [...this.#heard.keys()];
  }

  /** What the broker says on a topic. */
  say(topic: string, payload: string): void {
    this.#heard.get(topic)?.(Buffer.from(payload));
  }

  async disconnect(): Promise<void> {
    this.disconnects += 1;
    this.#end('disconnected');
  }

  get inFlight(): readonly Published[] {
    return this.#waiting.map(({ message }) => message);
  }

  /** Acknowledges the oldest `count`. */
  acknowledge(count: number): void {
    for (const { message, resolve } of this.#waiting.splice(0, count)) {
      message.acknowledged = true;
      resolve();
    }
  }

  /** Acknowledges those that `wanted` names, whatever their place. */
  acknowledgeWhere(wanted: (message: Published) => boolean): void {
    const named = this.#waiting.filter(({ message }) => wanted(message));
    this.#waiting = this.#waiting.filter(({ message }) => !wanted(message));
    for (const { message, resolve } of named) {
      message.acknowledged = true;
      resolve();
    }
  }

  release(): void {
    this.hold = false;
    this.acknowledge(Number.POSITIVE_INFINITY);
  }

  /** Cuts the connection: what is under way was perhaps received, and is not acknowledged. */
  cut(): void {
    const onLost = this.#onLost;
    this.#end('cut');
    onLost?.('cut');
  }

  #end(why: string): void {
    this.up = false;
    this.#onLost = undefined;
    this.#heard.clear();
    for (const { reject } of this.#waiting.splice(0)) reject(new Error(why));
  }
}
