import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Registry } from 'prom-client';
import type { AgentItem, DeviceItem } from '../../contract/http/live.ts';
import {
  type AgentCounts,
  type BrokerCount,
  type BrokerCountsView,
  brokerCountNames,
  type CountersView,
  type FleetView,
  type IngestView,
} from './ports.ts';
import type { Streams } from './streams.ts';

type Sources = {
  fleet: FleetView;
  counters: CountersView;
  ingest: IngestView;
  brokerCounts: BrokerCountsView;
  streams: Streams;
};

/** Figures for Prometheus. */
export type Metrics = {
  /** Each figure gathered now, in the text format of `contentType`. */
  text(): Promise<string>;
  readonly contentType: string;
  close(): void;
};

/** Labels are names of the site file, so their number is bounded. */
export function openMetrics(sources: Sources): Metrics {
  const registry = new Registry();
  addCounts(registry, sources.counters);
  addStates(registry, sources.fleet);
  addBroker(registry, sources);
  const { close } = addProcess(registry, sources.streams);
  return { text: () => registry.metrics(), contentType: registry.contentType, close };
}

const counts = {
  jari_rejected_messages_total: ['rejected', 'Messages of an agent that did not parse or validate, kept raw.'],
  jari_identity_conflicts_total: ['conflicts', 'Messages with the identity of another message and other content.'],
  jari_duplicate_messages_total: ['duplicates', 'Messages that were already stored.'],
  jari_late_messages_total: ['late', 'Messages that came after newer ones, or of an earlier start.'],
} as const satisfies Record<string, readonly [keyof AgentCounts, string]>;

function addCounts(registry: Registry, counters: CountersView): void {
  const registers = [registry];
  const labelNames = ['site', 'agent'] as const;
  for (const [name, [key, help]] of Object.entries(counts)) {
    new Counter({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset();
        for (const row of counters.all()) this.inc({ site: row.site, agent: row.agent }, row[key]);
      },
    });
  }
  new Gauge({
    name: 'jari_missing_messages',
    help: 'Messages that were sent, were not declared lost, and have not come.',
    labelNames,
    registers,
    collect() {
      this.reset();
      for (const row of counters.all()) this.set({ site: row.site, agent: row.agent }, row.missing);
    },
  });
}

const broker = {
  connections: ['jari_mqtt_connections', 'MQTT connections that are open.'],
  connects: ['jari_mqtt_connects_total', 'MQTT connections that were let in.'],
  refusedConnects: ['jari_mqtt_refused_connects_total', 'MQTT connections that were refused at CONNECT.'],
  deferredConnects: [
    'jari_mqtt_held_back_connects_total',
    'MQTT connections with right credentials that were told to retry later: too many sign-ins at once.',
  ],
  takeovers: [
    'jari_mqtt_takeovers_total',
    'Connections ended by a newer one of the same account; many mean two boxes with one id.',
  ],
  takeoverStorms: [
    'jari_mqtt_takeover_storms_total',
    'Minutes in which the connections of one account replaced each other more than three times.',
  ],
  breaches: ['jari_mqtt_breaches_total', 'Messages on topics where their sender may not publish.'],
  refusedFilters: ['jari_mqtt_refused_filters_total', 'Subscriptions that were refused.'],
  slowReaders: ['jari_mqtt_slow_readers_total', 'Readers cut off because they had stopped reading.'],
  droppedConnections: ['jari_mqtt_dropped_connections_total', 'Connections over the limit of open ones.'],
  refusedUnauthenticated: [
    'jari_mqtt_turned_away_connections_total',
    'Connections closed before a byte of them was read: too many that have not signed in, or too many failures of one address.',
  ],
  messagesIn: ['jari_mqtt_messages_in_total', 'Messages handed to ingest.'],
  messagesOut: ['jari_mqtt_messages_out_total', 'Messages handed to readers.'],
  bytesIn: ['jari_mqtt_bytes_in_total', 'Bytes received over MQTT.'],
  bytesOut: ['jari_mqtt_bytes_out_total', 'Bytes sent over MQTT.'],
  violations: ['jari_mqtt_packet_violations_total', 'Packets too long or malformed; their connection was cut.'],
} as const satisfies Record<BrokerCount, readonly [string, string]>;

function addBroker(registry: Registry, { ingest, brokerCounts }: Sources): void {
  const registers = [registry];
  for (const key of brokerCountNames) {
    const [name, help] = broker[key];
    if (name.endsWith('_total')) {
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(brokerCounts()[key]);
        },
      });
    } else {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(brokerCounts()[key]);
        },
      });
    }
  }
  new Gauge({
    name: 'jari_store_failing',
    help: '1 while what comes in cannot be stored and is therefore not acknowledged.',
    registers,
    collect() {
      this.set(ingest.isFailing() ? 1 : 0);
    },
  });
}

const agentStates: readonly AgentItem['state'][] = ['online', 'offline', 'unknown'];
const deviceStates: readonly DeviceItem['state'][] = ['online', 'degraded', 'offline', 'unknown'];

function addStates(registry: Registry, fleet: FleetView): void {
  addStateGauge(registry, {
    name: 'jari_agents',
    help: 'Agents by state.',
    states: agentStates,
    items: () => fleet.agents(),
  });
  addStateGauge(registry, {
    name: 'jari_devices',
    help: 'Devices by state.',
    states: deviceStates,
    items: () => fleet.devices(),
  });
}

/** Every state of every site has its figure, so that a count of 0 is said and not left out. */
function addStateGauge(
  registry: Registry,
  gauge: {
    name: string;
    help: string;
    states: readonly string[];
    items: () => readonly { site: string; state: string }[];
  },
): void {
  new Gauge({
    name: gauge.name,
    help: gauge.help,
    labelNames: ['site', 'state'] as const,
    registers: [registry],
    collect() {
      const items = gauge.items();
      this.reset();
      for (const site of new Set(items.map((item) => item.site))) {
        for (const state of gauge.states) this.set({ site, state }, 0);
      }
      for (const { site, state } of items) this.inc({ site, state });
    },
  });
}

function addProcess(registry: Registry, streams: Streams): { close(): void } {
  const registers = [registry];
  new Gauge({
    name: 'jari_event_streams',
    help: 'Open streams of server-sent events.',
    registers,
    collect() {
      this.set(streams.size);
    },
  });
  new Gauge({
    name: 'jari_event_waiting_bytes',
    help: 'Bytes that wait for readers of server-sent events who do not take them.',
    registers,
    collect() {
      this.set(streams.waitingBytes);
    },
  });
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Resident memory of the gateway.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss());
    },
  });
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  new Gauge({
    name: 'jari_event_loop_delay_p99_seconds',
    help: 'Delay of the event loop since the last reading of this figure, 99th percentile.',
    registers,
    collect() {
      this.set(delay.percentile(99) / 1e9);
      delay.reset();
    },
  });
  return { close: () => delay.disable() };
}
