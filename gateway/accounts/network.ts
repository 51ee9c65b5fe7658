import { isIPv4, isIPv6 } from 'node:net';

/**
 * What one household or host has of addresses: an IPv4 address, or the first 64 bits of an IPv6 one, below which every
 * host may take a new address for each guess (RFC 4291 §2.5.4). Anything else is its own network.
 */
export function networkOf(address: string): string {
  const bare = address.split('%', 1)[0] ?? '';
  const inside = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(bare)?.[1];
  if (inside !== undefined && isIPv4(inside)) return inside;
  return isIPv6(bare) ? `${groupsOf(bare).slice(0, 4).join(':')}::/64` : address;
}

/** The eight groups without leading zeros; a dotted end counts as two. */
function groupsOf(address: string): string[] {
  const [head = '', tail] = address.split('::');
  const [left, right] = [head, tail ?? ''].map((part) => part.split(':').filter((group) => group !== ''));
  const dotted = address.includes('.') ? 1 : 0;
  const missing = tail === undefined ? 0 : 8 - dotted - (left?.length ?? 0) - (right?.length ?? 0);
  const all = [...(left ?? []), ...Array<string>(missing).fill('0'), ...(right ?? [])];
  return all.map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''));
}
