import { buildBuilding } from '../config/buildings/building-config.ts';
import { buildingFileSchema } from '../config/buildings/building-file.ts';
import { noNotify } from '../config/notify/notify-config.ts';
import { usualRollout } from '../config/rollout/rollout.ts';
import type { AgentConfig, BuildingConfig, GatewayConfig } from '../config/site.ts';

/** The parts of a site that are the same wherever a test needs no network but this machine's. */

export function plainGateway(ports: { mqtt: number; http: number } = { mqtt: 0, http: 0 }): GatewayConfig {
  const bind = '127.0.0.1';
  return {
    names: [],
    mqtt: { port: ports.mqtt, bind, tls: null },
    http: { port: ports.http, bind, tls: null, proxies: [] },
    city: null,
    bridges: { sparkplug: null, homeAssistant: null },
    mode: 'public',
    notify: noNotify,
    rollout: usualRollout,
  };
}

export function plainUplink(username: string, url = 'mqtt://127.0.0.1:1883'): AgentConfig['uplink'] {
  const file = (name: string) => ({ path: `/nowhere/${name}`, isGiven: false });
  const tls = { ca: file('ca.crt'), cert: file(`${username}.crt`), key: file(`${username}.key`) };
  return { url, username, passwordFile: null, insecure: false, tls, configuration: { pull: true, ca: null } };
}

/** A building of which the site file says its name alone. */
export function plainBuilding(id: string, name = { ko: `건물 ${id}`, en: id }): BuildingConfig {
  return buildBuilding(buildingFileSchema.parse({ id, name }), []);
}
