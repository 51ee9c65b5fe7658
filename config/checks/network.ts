import { type Finding, type Path, quoted } from '../files/problem.ts';
import { valueAt } from '../files/schema-walk.ts';
import { isLoopback } from '../loopback.ts';
import { siteFileSchema, uplinkFileSchema } from '../schema.ts';
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
  const { mqtt, http, names } = parsed.data;
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
    ...names.flatMap((name, index) =>
      names.indexOf(name) === index
        ? []
        : [{ path: ['gateway', 'names', index], message: `${quoted(name)} stands above; remove one of the two` }],
    ),
  ];
}

function takenTwice(listeners: readonly Placed[]): Finding[] {
  return listeners.flatMap(({ listener: { port, bind }, path }, index) => {
    const other = listeners.slice(0, index).find(({ listener }) => listener.port === port && listener.bind === bind);
    if (port === 0 || other === undefined) return [];
    return [{ path: [...path, 'port'], message: `port ${port} is taken by ${other.name}; give one of them another` }];
  });
}

function plainFindings({ bind, insecure, tls }: Plain, path: Path): Finding[] {
  if (!insecure && !isLoopback(bind)) {
    const fix = tls === undefined ? 'add tls: {} and bind 127.0.0.1 here' : 'bind 127.0.0.1 here, and tls to it';
    const message = `${bind} can be reached from other machines, and nothing is encrypted here; ${fix}, or say insecure: true`;
    return [{ path: [...path, 'bind'], message }];
  }
  if (insecure && isLoopback(bind)) {
    const message = `insecure changes nothing: ${bind} is this machine alone; remove it`;
    return [{ path: [...path, 'insecure'], at: 'key', message, severity: 'warning' }];
  }
  return [];
}

function pairFindings(tls: Tls | undefined, path: Path): Finding[] {
  if (tls === undefined || (tls.cert === undefined) === (tls.key === undefined)) return [];
  const [there, absent] = tls.cert === undefined ? ['key', 'cert'] : ['cert', 'key'];
  const message = `${there} stands here without ${absent}; give both, or neither to use a certificate of the gateway's own`;
  return [{ path: [...path, there], at: 'key', message }];
}

/** The agents' uplinks. */
export function uplinkFindings(value: unknown, { agents }: PartialSite): Finding[] {
  return agents.flatMap(({ path }) => {
    const place = [...path, 'uplink'];
    const parsed = uplinkFileSchema.safeParse(valueAt(value, place));
    if (!parsed.success || uplinkUrlProblem(parsed.data.url) !== undefined) return [];
    const { url, insecure } = parsed.data;
    const isPlain = isPlainOverNetwork(url);
    if (isPlain && !insecure) return [{ path: [...place, 'url'], message: plainUplinkProblem }];
    if (isPlain || !insecure) return [];
    const message =
      'insecure changes nothing: what goes to this address is encrypted or stays on this machine; remove it';
    return [{ path: [...place, 'insecure'], at: 'key', message, severity: 'warning' }];
  });
}
