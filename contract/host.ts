import type { CheckReason } from './words/check/check.ts';

/**
 * Host names and addresses, wherever a person writes one. A resolver reads more than the four numbers people mean by an
 * address: it takes a leading zero for octal, so that 192.168.0.010 is the machine at .8, and fewer numbers for a shorter
 * way to write them (inet_aton(3)). Converters show their own address padded (192.168.000.010), so it is copied so: such a
 * host would read another machine, without a word. What consists of numbers is therefore an address in full, or is refused.
 */

/** What is wrong with a host, and the address that was meant; undefined when nothing is. */
export function hostProblem(host: string): CheckReason | undefined {
  if (host.includes(':')) return ipv6Of(host) === null ? noIPv6(host) : undefined;
  if (isNumeric(host)) return isIPv4(host) ? undefined : noIPv4(host);
  return nameShape.test(host) ? undefined : { code: 'host-form' };
}

/** What is wrong with the host of another machine that is to be reached; undefined when nothing is. */
export function peerProblem(host: string): CheckReason | undefined {
  const problem = hostProblem(host);
  if (problem !== undefined) return problem;
  if (isOfNoOne(host)) return { code: 'host-of-no-one', host };
  return isOfLink(host) && !host.includes('%') ? { code: 'host-without-interface', host } : undefined;
}

/** fe80::/10 (RFC 4291 §2.5.6): each of a box's interfaces has one, so an address alone is on none of them (RFC 4007 §6). */
function isOfLink(host: string): boolean {
  return /^fe[89ab]/.test(ipv6Of(host) ?? '');
}

/** The same of the host in a URL. One without a host is for the URL's own check. */
export function urlPeerProblem(url: string): CheckReason | undefined {
  const host = writtenHostOf(url);
  return host === null ? undefined : peerProblem(host);
}

/**
 * No single machine has it: 0/8, which a system takes for itself ("this network", RFC 1122 §3.2.1.3), and groups, the
 * reserved range and broadcast (224/4 and up, RFC 5771, RFC 1112 §4); `::` and ff00::/8 (RFC 4291 §2.4).
 */
function isOfNoOne(host: string): boolean {
  const inside = ipv6Of(host) ?? host;
  if (!isIPv4(inside)) return /^(::|ff[0-9a-f]{2}:.*|::ffff:0:0)$/.test(inside);
  const first = Number(inside.split('.', 1)[0]);
  return first === 0 || first >= 224;
}

/** What is wrong with an address or a network such as 10.0.0.0/24; undefined when nothing is. */
export function networkProblem(text: string): CheckReason | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const wanted: CheckReason = { code: 'network-form' };
  if (rest.length > 0 || !(address.includes(':') || isNumeric(address))) return wanted;
  const problem = hostProblem(address);
  if (problem !== undefined || bits === undefined) return problem;
  const most = isIPv4(address) ? 32 : 128;
  return /^(0|[1-9]\d{0,2})$/.test(bits) && Number(bits) <= most ? undefined : wanted;
}

/** The host of a URL as it was written: of http and https, parsing has already turned 010 into 8. Null if it has none. */
export function writtenHostOf(url: string): string | null {
  const authority = /^[a-z][a-z0-9+.-]*:\/\/([^/?#\\]*)/i.exec(url.trim())?.[1];
  const host = authority?.replace(/^.*@/, '');
  return host?.replace(/^\[(.*)\](:\d*)?$/, '$1').replace(/^([^:]*):\d*$/, '$1') ?? null;
}

const octet = '(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const ipv4Shape = new RegExp(`^${octet}(\\.${octet}){3}$`);

/** Browsers read this file too, so nothing of Node.js is in it. */
function isIPv4(host: string): boolean {
  return ipv4Shape.test(host);
}

/** An IPv6 address in its shortest form, without its zone (RFC 4007 §11); null for anything else. */
function ipv6Of(host: string): string | null {
  const bare = /^([0-9a-f:.]*:[0-9a-f:.]*)(%[\w.~-]+)?$/i.exec(host)?.[1];
  const url = `http://[${bare}]`;
  return bare !== undefined && URL.canParse(url) ? new URL(url).hostname.slice(1, -1) : null;
}

const nameShape = /^(?!.*\.\.)[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?$/;

/** Whether a resolver takes it for numbers alone: digits, or hexadecimal behind 0x, with or without points. */
function isNumeric(host: string): boolean {
  return /^\.*(\d+|0x[0-9a-f]*)(\.+(\d+|0x[0-9a-f]*)|\.)*$/i.test(host);
}

function noIPv4(host: string): CheckReason {
  const meant = unpadded(host);
  if (meant !== undefined) return { code: 'ipv4-padded', host, meant };
  const over = host.split('.').find((part) => /^\d+$/.test(part) && Number(part) > 255);
  return { code: 'ipv4-form', host, over: host.includes('.') ? (over ?? null) : null };
}

function noIPv6(host: string): CheckReason {
  const named = /^([^:]*):\d+$/.exec(host)?.[1];
  if (named !== undefined) return { code: 'host-with-port', host };
  const [head = '', tail = ''] = [host.slice(0, host.lastIndexOf(':') + 1), host.slice(host.lastIndexOf(':') + 1)];
  const meant = unpadded(tail);
  return { code: 'ipv6-form', host, meant: meant !== undefined && ipv6Of(head + meant) !== null ? head + meant : null };
}

/** The address without the zeros before its numbers (and the point behind it), if that is one. */
function unpadded(host: string): string | undefined {
  const meant = host
    .replace(/\.$/, '')
    .split('.')
    .map((part) => part.replace(/^0+(?=\d)/, ''))
    .join('.');
  return isIPv4(meant) ? meant : undefined;
}
