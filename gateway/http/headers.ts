import type { FastifyReply, FastifyRequest } from 'fastify';
import { isLoopback } from '../../config/loopback.ts';
import type { Clock } from '../../contract/clock.ts';

/**
 * Headers of every answer. Everything the page needs comes from here, nothing may frame it, and no other origin is let
 * in (no CORS header at all).
 */
const fixed: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=()',
  'cache-control': 'no-store',
};

/** Sets them, and Date from the gateway's clock: readers measure ages against it. */
export function setHeaders(reply: FastifyReply, { clock, hsts }: { clock: Clock; hsts: boolean }): void {
  reply.headers({ ...fixed, date: new Date(clock.now()).toUTCString() });
  if (hsts && mayPin(reply.request)) reply.header('strict-transport-security', `max-age=${30 * 86_400}`);
}

/**
 * Over TLS alone, and not for this machine's own name: a browser holds a whole host to it, every port, and here HTTP stays
 * open on the loopback.
 */
function mayPin({ protocol, hostname }: FastifyRequest): boolean {
  return protocol === 'https' && !isLoopback(hostname);
}
