import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { AgentItem, DeviceItem } from '../../contract/http/live.ts';
import { contentType, type Metric, metricsText, type Sample } from './metrics-text.ts';
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
  text(): string;
  readonly contentType: string;
  close(): void;
};

/** Labels are names of the site file, so their number is bounded. */
export function openMetrics({ fleet, counters, ingest, brokerCounts, streams }: Sources): Metrics {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const metrics = [
    ...messageMetrics(counters),
    ...stateMetrics(fleet),
    ...brokerMetrics(brokerCounts),
    {
      name: 'jari_store_failing',
      help: '1 while what comes in cannot be stored and is therefore not acknowledged.',
      read: () => (ingest.isFailing() ? 1 : 0),
    },
    ...processMetrics(streams, delay),
  ];
  return { text: () => metricsText(metrics), contentType, close: () => delay.disable() };
}

type CountKey = Exclude<keyof AgentCounts, 'site' | 'agent'>;

const counts = {
  jari_rejected_messages_total: ['rejected', 'Messages of an agent that did not parse or validate, kept raw.'],
  jari_identity_conflicts_total: ['conflicts', 'Messages with the identity of another message and other content.'],
  jari_duplicate_messages_total: ['duplicates', 'Messages that were already stored.'],
  jari_late_messages_total: ['late', 'Messages that came after newer ones, or of an earlier start.'],
} as const satisfies Record<string, readonly [CountKey, string]>;

function messageMetrics(counters: CountersView): Metric[] {
  const read = (key: CountKey) => () =>
    counters.all().map((row) => ({ labels: { site: row.site, agent: row.agent }, value: row[key] }));
  return [
    ...Object.entries(counts).map(([name, [key, help]]) => ({ name, help, read: read(key) })),
    {
      name: 'jari_missing_messages',
      help: 'Messages that were sent, were not declared lost, and have not come.',
      read: read('missing'),
    },
  ];
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

function brokerMetrics(brokerCounts: BrokerCountsView): Metric[] {
  return brokerCountNames.map((key) => {
    const [name, help] = broker[key];
    return { name, help, read: () => brokerCounts()[key] };
  });
}

const agentStates: readonly AgentItem['state'][] = ['online', 'offline', 'unknown'];
const deviceStates: readonly DeviceItem['state'][] = ['online', 'degraded', 'offline', 'unknown'];

function stateMetrics(fleet: FleetView): Metric[] {
  return [
    { name: 'jari_agents', help: 'Agents by state.', read: () => byState(fleet.agents(), agentStates) },
    { name: 'jari_devices', help: 'Devices by state.', read: () => byState(fleet.devices(), deviceStates) },
  ];
}

/** Every state of every site has its figure, so that a count of 0 is said and not left out. */
function byState(items: readonly { site: string; state: string }[], states: readonly string[]): Sample[] {
  const sites = Map.groupBy(items, (item) => item.site);
  return [...sites].flatMap(([site, ofSite]) =>
    states.map((state) => ({
      labels: { site, state },
      value: ofSite.filter((item) => item.state === state).length,
    })),
  );
}

function processMetrics(streams: Streams, delay: ReturnType<typeof monitorEventLoopDelay>): Metric[] {
  return [
    { name: 'jari_event_streams', help: 'Open streams of server-sent events.', read: () => streams.size },
    {
      name: 'jari_event_waiting_bytes',
      help: 'Bytes that wait for readers of server-sent events who do not take them.',
      read: () => streams.waitingBytes,
    },
    {
      name: 'process_resident_memory_bytes',
      help: 'Resident memory of the gateway.',
      read: () => process.memoryUsage.rss(),
    },
    {
      name: 'jari_event_loop_delay_p99_seconds',
      help: 'Delay of the event loop since the last reading of this figure, 99th percentile.',
      read() {
        const seconds = delay.percentile(99) / 1e9;
        delay.reset();
        return seconds;
      },
    },
  ];
}
