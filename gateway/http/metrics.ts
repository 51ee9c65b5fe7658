import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Registry } from 'prom-client';
import { z } from 'zod';
import type { AgentItem, DeviceItem } from '../../contract/http.ts';
import type { App } from './app.ts';
import type { AgentCounts, CountersView, FleetView } from './ports.ts';
import type { Streams } from './streams.ts';

type Sources = { fleet: FleetView; counters: CountersView; streams: Streams };

/** Figures for Prometheus, each gathered when asked for. Labels are names of the site file, so their number is bounded. */
export function metricsRoute(app: App, sources: Sources): { close(): void } {
  const registry = new Registry();
  addCounts(registry, sources.counters);
  addStates(registry, sources.fleet);
  const loop = addProcess(registry, sources.streams);
  const schema = {
    response: { 200: { description: 'text format 0.0.4', content: { 'text/plain': { schema: z.string() } } } },
  };
  app.get('/metrics', { schema }, async (_request, reply) => {
    const text = await registry.metrics();
    return reply.type(registry.contentType).send(text);
  });
  return loop;
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
