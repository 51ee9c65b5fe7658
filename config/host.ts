import { isIPv4, isIPv6 } from 'node:net';

/**
 * Host names and addresses, wherever a person writes one. A resolver reads more than the four numbers people mean by an
 * address: it takes a leading zero for octal, so that 192.168.0.010 is the machine at .8, and fewer numbers for a shorter
 * way to write them (inet_aton(3)). Converters show their own address padded (192.168.000.010), so it is copied so: such a
 * host would read another machine, without a word. What consists of numbers is therefore an address in full, or is refused.
 */

/** What is wrong with a host, and the address that was meant; undefined when nothing is. */
export function hostProblem(host: string): string | undefined {
  if (host.includes(':')) return isIPv6(host) ? undefined : noIPv6(host);
  if (isNumeric(host)) return isIPv4(host) ? undefined : noIPv4(host);
  return nameShape.test(host) ? undefined : 'a host is a name or an address alone';
}

/** What is wrong with an address or a network such as 10.0.0.0/24; undefined when nothing is. */
export function networkProblem(text: string): string | undefined {
  const [address = '', bits, ...rest] = text.split('/');
  const wanted = 'an address such as 127.0.0.1, or a network such as 10.0.0.0/24';
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

const nameShape = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\.?$/;

/** Whether a resolver takes it for numbers alone: digits, or hexadecimal behind 0x, with or without points. */
function isNumeric(host: string): boolean {
  return /^\.*(\d+|0x[0-9a-f]*)(\.+(\d+|0x[0-9a-f]*)|\.)*$/i.test(host);
}

const whole = 'an IPv4 address is four numbers, 0–255, without leading zeros';

function noIPv4(host: string): string {
  const meant = unpadded(host);
  if (meant !== undefined) return `"${host}": ${whole}, which here would be read as octal; did you mean ${meant}?`;
  const over = host.split('.').find((part) => /^\d+$/.test(part) && Number(part) > 255);
  return `"${host}": ${whole}${over !== undefined && host.includes('.') ? `, and ${over} is none` : ''}; write it in full`;
}

function noIPv6(host: string): string {
  const named = /^([^:]*):\d+$/.exec(host)?.[1];
  if (named !== undefined) return `"${host}": a host is a name or an address alone; its port is said by \`port\``;
  const [head = '', tail = ''] = [host.slice(0, host.lastIndexOf(':') + 1), host.slice(host.lastIndexOf(':') + 1)];
  const meant = unpadded(tail);
  const guess = meant !== undefined && isIPv6(head + meant) ? `; did you mean ${head}${meant}?` : '; write it in full';
  return `"${host}": this is no IPv6 address, such as fe80::1${guess}`;
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
