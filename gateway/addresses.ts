import { isIPv4 } from 'node:net';
import { isLoopback } from '../config/loopback.ts';
import { InputError } from '../contract/input-error.ts';
import { isWildcard, ownAddresses } from './ca/names.ts';
import { codeOf } from './data-folder/private-files.ts';
import { ListenError, type ListenerName } from './listen-error.ts';

/** Where something listens. Port 0 takes any free one. */
export type Endpoint = { readonly bind: string; readonly port: number };

/** Where the gateway is to listen; null or left out without TLS. */
export type Endpoints = { readonly [listener in 'mqtt' | 'http']: Endpoint } & {
  readonly [listener in 'mqtts' | 'https']?: Endpoint | null;
};

/** Where people reach the pages: over TLS and the gateway's own name where there is TLS, else on this machine. */
export function pagesAt(
  { http, https = null }: Endpoints,
  { name, port, tlsPort }: { name: string | undefined; port: number; tlsPort: number | null },
): string {
  if (https !== null && tlsPort !== null) return `https://${hostIn(name ?? reachable(https.bind))}:${tlsPort}`;
  return `http://${hostIn(reachable(http.bind))}:${port}`;
}

/** The plain listeners that other machines reach. */
export function insecureListeners({ http, mqtt }: Endpoints): ('http' | 'mqtt')[] {
  return [...(isLoopback(http.bind) ? [] : ['http' as const]), ...(isLoopback(mqtt.bind) ? [] : ['mqtt' as const])];
}

/** Runs what listens. @throws InputError when a port or an address cannot be had, in words of what to do */
export async function listening<T>(endpoints: Endpoints, listen: () => Promise<T>): Promise<T> {
  try {
    return await listen();
  } catch (error) {
    if (!(error instanceof ListenError)) throw error;
    const endpoint = endpoints[error.listener];
    const problem = endpoint ? listenProblem(error.listener, endpoint, codeOf(error.cause)) : undefined;
    throw problem === undefined ? error : new InputError([problem]);
  }
}

const bindKeys = { mqtt: 'mqtt.bind', mqtts: 'mqtt.tls.bind', http: 'http.bind', https: 'http.tls.bind' } as const;

function listenProblem(what: ListenerName, { bind, port }: Endpoint, code: string): string | undefined {
  const another = `give --${what}-port N (0 = any)`;
  if (code === 'EADDRINUSE') return `port ${port} on ${bind} is taken; free it or ${another}`;
  if (code === 'EACCES') return `port ${port} on ${bind} is not for this user; ${another}`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND' || code === 'EAI_AGAIN') {
    return `gateway.${bindKeys[what]} ${bind}: is no address of this machine; fix it in the site file`;
  }
  return undefined;
}

/** A link is followed on other machines, where localhost is another: an IPv4 address where there is one. */
function reachable(bind: string): string {
  if (!isWildcard(bind)) return bind;
  const addresses = ownAddresses({ external: true });
  return addresses.find((address) => isIPv4(address)) ?? addresses[0] ?? 'localhost';
}

function hostIn(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
