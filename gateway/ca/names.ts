import { isIP } from 'node:net';
import { hostname as machineName, networkInterfaces } from 'node:os';
import type { AgentConfig, Site } from '../../config/site.ts';

/**
 * The names that the gateway's own certificate gives: this machine's, those of the site files, and the addresses it
 * listens on; every address of the machine where it listens on all of them. A box checks the one in its uplink's address.
 */
export function namesOf(options: { names: readonly string[]; binds: readonly string[] }): string[] {
  const { names, binds } = options;
  const all = binds.some(isWildcard) ? ownAddresses() : [];
  const own = isHostName(machineName()) ? [machineName().toLowerCase()] : [];
  const bound = binds.filter((bind) => !isWildcard(bind));
  const given = names.map((name) => name.toLowerCase());
  return [...new Set([...given, ...own, 'localhost', '127.0.0.1', ...bound, ...all])];
}

/**
 * What is wrong with an uplink whose box would not find the host of its address in the gateway's own certificate, asked on
 * the gateway's machine; undefined when it would, and where the certificate is of other files.
 */
export function unnamedUplink({ gateway }: Pick<Site, 'gateway'>, { uplink }: Pick<AgentConfig, 'uplink'>) {
  const { mqtt, http, names } = gateway;
  const { protocol, hostname } = new URL(uplink.url);
  if (mqtt.tls === null || mqtt.tls.files !== null || protocol !== 'mqtts:') return undefined;
  const binds = [mqtt.tls, http.tls].flatMap((listener) => (listener === null ? [] : [listener.bind]));
  const named = namesOf({ names, binds });
  const host = hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  if (named.includes(host)) return undefined;
  return { host, names: named };
}

/** Whether a listener so bound takes every address of the machine. */
export function isWildcard(bind: string): boolean {
  return bind === '0.0.0.0' || bind === '::';
}

/** The addresses of this machine; on request those alone by which another one may reach it. */
export function ownAddresses({ external = false } = {}): string[] {
  const every = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const found = external ? every.filter(({ internal }) => !internal) : every;
  // A link-local address means something only together with an interface, which a certificate cannot name.
  return found.map(({ address }) => address).filter((address) => !address.startsWith('fe80:') && isIP(address) !== 0);
}

function isHostName(name: string): boolean {
  return /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/.test(name);
}
