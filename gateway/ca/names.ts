import { isIP } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/**
 * The names that the gateway's own certificate gives: this machine's, those of the site files, and the addresses it
 * listens on; every address of the machine where it listens on all of them. A box checks the one in its uplink's address.
 */
export function namesOf(options: { names: readonly string[]; binds: readonly string[] }): string[] {
  const { names, binds } = options;
  const all = binds.some(isWildcard) ? ownAddresses() : [];
  const own = isHostName(hostname()) ? [hostname().toLowerCase()] : [];
  const bound = binds.filter((bind) => !isWildcard(bind));
  const given = names.map((name) => name.toLowerCase());
  return [...new Set([...given, ...own, 'localhost', '127.0.0.1', ...bound, ...all])];
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
