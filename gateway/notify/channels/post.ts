import { lookup as lookUp } from 'node:dns';
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

export type PostOptions = {
  url: string;
  headers: Readonly<Record<string, string>>;
  body: string | Uint8Array;
  /** Addresses of this machine and its networks may be reached. */
  allowPrivate: boolean;
  timeoutMs: number;
};

export type Posted =
  | { readonly ok: true; readonly status: number; readonly retryAfterMs: number | null }
  | { readonly ok: false; readonly why: string };

/** What is read of an answer; the rest is not waited for. */
const maxAnswerBytes = 64 * 1024;

/**
 * Posts once and follows no redirect. The address that the name resolves to is looked at before it is connected to, so a
 * name cannot point a signed message at this machine or its networks. Never rejects; ends within `timeoutMs` in all.
 */
export function post({ url, headers, body, allowPrivate, timeoutMs }: PostOptions): Promise<Posted> {
  const target = new URL(url);
  const literal = target.hostname.replace(/^\[|\]$/g, '');
  if (!allowPrivate && isIP(literal) !== 0 && isPrivate(literal))
    return Promise.resolve({
      ok: false,
      why: `${literal} is an address of this network; allowPrivate would let it in`,
    });
  const request = target.protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    let isLate = false;
    const sending = request(
      {
        ...{
          protocol: target.protocol,
          hostname: literal,
          port: target.port,
          path: `${target.pathname}${target.search}`,
        },
        method: 'POST',
        headers: { ...headers, 'content-length': String(Buffer.byteLength(body)) },
        ...(allowPrivate ? {} : { lookup: publicOnly }),
      },
      (answer) => {
        let bytes = 0;
        answer.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > maxAnswerBytes) answer.destroy();
        });
        // A server that answers and then dribbles has answered.
        resolve({
          ok: true,
          status: answer.statusCode ?? 0,
          retryAfterMs: retryAfterOf(answer.headers['retry-after']),
        });
        answer.on('error', () => {});
        answer.resume();
      },
    );
    // One timer costs a third of an AbortSignal, which counts where thousands are told.
    const timer = setTimeout(() => {
      isLate = true;
      sending.destroy(new Error('late'));
    }, timeoutMs);
    sending.on('close', () => clearTimeout(timer));
    sending.on('error', (error) =>
      resolve({ ok: false, why: isLate ? `no answer in ${timeoutMs / 1000} s` : error.message }),
    );
    sending.end(body);
  });
}

const publicOnly: LookupFunction = (hostname, options, callback) => {
  lookUp(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, '', 0);
    const bad = addresses.find(({ address }) => isPrivate(address));
    const [first] = addresses;
    if (bad !== undefined || first === undefined)
      return callback(
        new Error(`${hostname} is at ${bad?.address ?? 'no address'}, an address of this network`),
        '',
        0,
      );
    if (options.all === true) return callback(null, addresses, 0);
    callback(null, first.address, first.family);
  });
};

const privateNets = new BlockList();
for (const [net, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const)
  privateNets.addSubnet(net, bits, 'ipv4');
for (const [net, bits] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const)
  privateNets.addSubnet(net, bits, 'ipv6');

/** An address of that kind, or a name that always leads to one. */
export function isPrivateHost(hostname: string): boolean {
  const literal = hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0) return isPrivate(literal);
  return !hostname.includes('.') || /(^|\.)(localhost|local|lan|home|internal)$/i.test(hostname);
}

/** Of this machine, its networks, or nobody's (RFC 6890). An IPv4 address in IPv6 form counts as what it is. */
export function isPrivate(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return privateNets.check(address, 'ipv4');
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped === undefined ? privateNets.check(address, 'ipv6') : privateNets.check(mapped, 'ipv4');
}

function retryAfterOf(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : null;
}
