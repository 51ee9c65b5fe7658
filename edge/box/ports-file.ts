import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type AgentConfig, type AnyBusConfig, isMqttBus, isTalkerBus } from '../../config/site.ts';
import { firstProblem } from '../../contract/compiled.ts';
import { InputError } from '../../contract/input-error.ts';

const serialPlace = z.object({ port: z.string().min(1) });
const tcpPlace = z.object({ host: z.string().min(1), port: z.int().min(1).max(65_535) });
const portsSchema = z.object({ buses: z.record(z.string(), z.union([serialPlace, tcpPlace])) });

type Place = z.infer<typeof serialPlace> | z.infer<typeof tcpPlace>;

/**
 * The agent on the virtual lines of a ports file, which `jari simulate` writes.
 * @throws InputError when the file cannot be used, or says nothing of one of the agent's buses: then it would touch real ones
 */
export function onVirtualLines(agent: AgentConfig, file: string): AgentConfig {
  const places = readPlaces(file);
  const problems: string[] = [];
  const buses = agent.buses.map((bus): AnyBusConfig => {
    const key = `${agent.id}/${bus.id}`;
    const place = places[key];
    const there = place === undefined ? undefined : moved(bus, place);
    if (there !== undefined) return there;
    const wants = 'host' in bus.link || isMqttBus(bus) ? '{"host", "port"}' : '{"port": path}';
    const what = place === undefined ? 'is missing' : 'is of the wrong kind';
    problems.push(`${file}: buses: "${key}" ${what}, expected ${wants}; start jari simulate with this site file again`);
    return bus;
  });
  if (problems.length > 0) throw new InputError(problems);
  return { ...agent, buses };
}

function moved(bus: AnyBusConfig, place: Place): AnyBusConfig | undefined {
  if (isMqttBus(bus)) {
    if (!('host' in place)) return undefined;
    const open = { username: null, passwordFile: null, tls: { ca: null, cert: null, key: null } };
    return { ...bus, link: { ...bus.link, ...open, url: `mqtt://${place.host}:${place.port}` } };
  }
  if ('host' in place) {
    if (isTalkerBus(bus) || !('host' in bus.link)) return undefined;
    return { ...bus, link: { ...bus.link, host: place.host, port: place.port } };
  }
  if (isTalkerBus(bus)) return { ...bus, link: { ...bus.link, port: place.port } };
  return 'host' in bus.link ? undefined : { ...bus, link: { ...bus.link, port: place.port } };
}

function readPlaces(file: string): Record<string, Place> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new InputError([
      `${file}: cannot be read as a ports file: ${why}; give --ports the ports.json that jari simulate writes`,
    ]);
  }
  const parsed = portsSchema.safeParse(json);
  if (parsed.success) return parsed.data.buses;
  throw new InputError([
    `${file}: ${firstProblem(parsed.error)}; give --ports the ports.json that jari simulate writes`,
  ]);
}
