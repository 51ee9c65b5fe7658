import { say } from '../../contract/words/check/said.ts';
import { type BridgesFile, isPlainBridge, type OutsideBrokerFile } from '../bridges/bridges.ts';
import { carrierOf } from '../carrier.ts';
import { type CityFile, isPlainCity } from '../city.ts';
import type { Finding, Path } from '../files/problem.ts';
import { valueAt } from '../files/schema-walk.ts';
import { isLoopback } from '../loopback.ts';
import { busFileSchema, siteFileSchema, uplinkFileSchema } from '../schema.ts';
import { isPlainOverNetwork, plainUplinkProblem, uplinkUrlProblem } from '../uplink-url.ts';
import type { PartialSite } from './partial-site.ts';

/** What leaves the machine unencrypted although nobody said it may, addresses used twice, halves of a pair of files. */

type Listener = { readonly port: number; readonly bind: string };
type Placed = { readonly listener: Listener; readonly path: Path; readonly name: string };
type Tls = Listener & { readonly cert?: string | undefined; readonly key?: string | undefined };
type Plain = Listener & { readonly insecure: boolean; readonly tls?: Tls | undefined };

/** The gateway's listeners. */
export function gatewayFindings(value: unknown): Finding[] {
  const parsed = siteFileSchema.shape.gateway.safeParse(valueAt(value, ['gateway']));
  if (!parsed.success) return [];
  const { mqtt, http, names, city, bridges } = parsed.data;
  const listeners: Placed[] = [
    { listener: mqtt, path: ['gateway', 'mqtt'], name: 'mqtt' },
    ...(mqtt.tls === undefined ? [] : [{ listener: mqtt.tls, path: ['gateway', 'mqtt', 'tls'], name: 'mqtt.tls' }]),
    { listener: http, path: ['gateway', 'http'], name: 'http' },
    ...(http.tls === undefined ? [] : [{ listener: http.tls, path: ['gateway', 'http', 'tls'], name: 'http.tls' }]),
  ];
  return [
    ...takenTwice(listeners),
    ...plainFindings(mqtt, ['gateway', 'mqtt']),
    ...plainFindings(http, ['gateway', 'http']),
    ...pairFindings(mqtt.tls, ['gateway', 'mqtt', 'tls']),
    ...pairFindings(http.tls, ['gateway', 'http', 'tls']),
    ...cityFindings(city),
    ...bridgeFindings(bridges),
    ...names.flatMap((name, index) =>
      names.indexOf(name) === index
        ? []
        : [{ path: ['gateway', 'names', index], ...say({ code: 'name-above', name }) }],
    ),
  ];
}

function cityFindings(city: CityFile | undefined): Finding[] {
  if (city === undefined) return [];
  const path = ['gateway', 'city'];
  const plain = isPlainCity(city) ? [{ path: [...path, 'url'], ...say({ code: 'city-plain' }) }] : [];
  const { tokenFile, seedFile, cert, key } = city;
  const knows = tokenFile ?? seedFile ?? cert;
  const unnamed = knows === undefined ? [{ path: [...path, 'gateway'], ...say({ code: 'city-without-proof' }) }] : [];
  const isNats = carrierOf(city.url) === 'nats';
  const file = isNats ? 'tokenFile' : 'seedFile';
  const said = say({ code: 'city-proof-of-other', file, carrier: isNats ? 'NATS' : 'HTTPS' });
  const idle = city[file] === undefined ? [] : [{ path: [...path, file], at: 'key' as const, ...said }];
  return [...plain, ...unnamed, ...idle, ...pairFindings({ port: 0, bind: '', cert, key }, path)];
}

function bridgeFindings({ sparkplug, homeAssistant }: BridgesFile): Finding[] {
  const findings = (broker: OutsideBrokerFile | undefined, path: Path): Finding[] => {
    if (broker === undefined) return [];
    const { passwordFile, passwordEnv, tls } = broker;
    const isTwice = passwordFile !== undefined && passwordEnv !== undefined;
    return [
      ...(isPlainBridge(broker) ? [{ path: [...path, 'url'], ...say({ code: 'bridge-plain' }) }] : []),
      ...(isTwice ? [{ path: [...path, 'passwordEnv'], ...say({ code: 'password-twice' }) }] : []),
      ...pairFindings({ port: 0, bind: '', cert: tls.cert, key: tls.key }, [...path, 'tls']),
    ];
  };
  const path = ['gateway', 'bridges'];
  return [...findings(sparkplug, [...path, 'sparkplug']), ...findings(homeAssistant, [...path, 'homeAssistant'])];
}

function takenTwice(listeners: readonly Placed[]): Finding[] {
  return listeners.flatMap(({ listener: { port, bind }, path }, index) => {
    const other = listeners.slice(0, index).find(({ listener }) => listener.port === port && listener.bind === bind);
    if (port === 0 || other === undefined) return [];
    return [{ path: [...path, 'port'], ...say({ code: 'listener-port-taken', port, listener: other.name }) }];
  });
}

function plainFindings({ bind, insecure, tls }: Plain, path: Path): Finding[] {
  if (!insecure && !isLoopback(bind)) {
    return [{ path: [...path, 'bind'], ...say({ code: 'listener-plain', bind, hasTls: tls !== undefined }) }];
  }
  if (insecure && isLoopback(bind)) {
    const said = say({ code: 'listener-insecure-idle', bind });
    return [{ path: [...path, 'insecure'], at: 'key', ...said, severity: 'warning' }];
  }
  return [];
}

function pairFindings(tls: Tls | undefined, path: Path): Finding[] {
  if (tls === undefined || (tls.cert === undefined) === (tls.key === undefined)) return [];
  const [there, absent] = tls.cert === undefined ? (['key', 'cert'] as const) : (['cert', 'key'] as const);
  return [{ path: [...path, there], at: 'key', ...say({ code: 'half-a-pair', there, absent }) }];
}

/** The agents' uplinks. */
export function uplinkFindings(value: unknown, { agents }: PartialSite): Finding[] {
  return agents.flatMap(({ path }) => {
    const place = [...path, 'uplink'];
    const parsed = uplinkFileSchema.safeParse(valueAt(value, place));
    if (!parsed.success || uplinkUrlProblem(parsed.data.url) !== undefined) return [];
    const { url, insecure } = parsed.data;
    const isPlain = isPlainOverNetwork(url);
    if (isPlain && !insecure) return [{ path: [...place, 'url'], ...say(plainUplinkProblem) }];
    if (isPlain || !insecure) return [];
    const said = say({ code: 'uplink-insecure-idle' });
    return [{ path: [...place, 'insecure'], at: 'key', ...said, severity: 'warning' }];
  });
}

/** The brokers that sensors reach. */
export function brokerFindings(value: unknown, { agents }: PartialSite): Finding[] {
  const buses = agents.flatMap((agent) => agent.buses).filter(({ kind }) => kind === 'mqtt');
  return buses.flatMap(({ path }) => {
    const parsed = busFileSchema.safeParse(valueAt(value, path));
    if (!parsed.success || parsed.data.kind !== 'mqtt') return [];
    const { url, insecure, tls } = parsed.data;
    const isPlain = isPlainOverNetwork(url);
    const pair = pairFindings({ port: 0, bind: '', cert: tls.cert, key: tls.key }, [...path, 'tls']);
    if (isPlain && !insecure) return [...pair, { path: [...path, 'url'], ...say({ code: 'broker-plain' }) }];
    if (isPlain || !insecure) return pair;
    const said = say({ code: 'uplink-insecure-idle' });
    return [...pair, { path: [...path, 'insecure'], at: 'key' as const, ...said, severity: 'warning' as const }];
  });
}
