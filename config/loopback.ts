import { isIPv4 } from 'node:net';

/** Whether a host name or address, as written in a file or a URL, is this machine alone: 127/8, ::1, localhost. */
export function isLoopback(host: string): boolean {
  const bare = host.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  const inside = bare.replace(/^::ffff:(?=\d+\.)/, '');
  return bare === 'localhost' || bare === '::1' || (isIPv4(inside) && inside.startsWith('127.'));
}
