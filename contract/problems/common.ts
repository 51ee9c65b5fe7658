import { z } from 'zod';
import { chainHops } from '../chain.ts';
import { problem } from './problem.ts';

const name = z.string();
/** Whole seconds after which it may be tried again. */
const retryAfterS = z.int().min(1);

/** What any route may answer, and what is asked for by a name that nothing has. */
export const commonProblems = {
  'sign-in-needed': problem(401, 'Sign in', {}),
  /** `role`: of the one who asked. `right`: as `jari permissions` names it. */
  'not-allowed': problem(403, 'Not allowed', { role: name, right: name }),
  /** The token has none of these scopes. */
  'scope-lacking': problem(403, 'The token lacks a scope', { scopes: z.array(name) }),
  'people-only': problem(403, 'For signed-in people only', {}),
  'foreign-origin': problem(403, 'Sent by the page of another site', {}),
  'too-many-at-once': problem(429, 'Too many at once', { retryAfterS }),
  /** Of this address. */
  'too-many-requests': problem(429, 'Too many requests', { retryAfterS }),

  /** `errors`: each with where it is in the request, as `querystring/limit`. */
  'invalid-request': problem(400, 'Invalid request', { errors: z.array(z.object({ where: name, message: name })) }),
  /** Not read at all: no JSON, too long, no HTTP. `cause` is the server's word for it. */
  'malformed-request': problem(400, 'Malformed request', { cause: name }),
  'body-too-large': problem(413, 'Body too large', { cause: name }),
  'unsupported-media-type': problem(415, 'Unsupported media type', { cause: name }),

  'nothing-here': problem(404, 'Nothing is here', { method: name, path: name }),
  'no-such-site': problem(404, 'No such site', { site: name }),
  'no-site-of-yours': problem(404, 'No site of yours', {}),
  'site-needed': problem(400, 'Say which site', { sites: z.array(name) }),
  'no-such-building': problem(404, 'No such building', { site: name, building: name }),
  'no-model': problem(404, 'No model of the building', { site: name, building: name }),
  'no-such-device': problem(404, 'No such device', { site: name, device: name }),
  'no-such-point': problem(404, 'No such point', { site: name, point: name }),
  'no-own-ca': problem(404, 'No CA of its own', {}),

  /** The item that the cursor names is not in the list any more. */
  'cursor-gone': problem(400, 'The list has no such place any more', {}),
  'cursor-invalid': problem(400, 'Not a cursor of this list', { cause: name }),
  'buckets-have-no-pages': problem(400, 'Buckets have no pages', {}),
  'from-not-before-to': problem(400, 'From must be before to', {}),

  'too-many-streams': problem(503, 'Too many event streams', { retryAfterS }),
  'cannot-store': problem(503, 'Nothing can be stored', {}),
  'cannot-read-store': problem(503, 'The store cannot be read', {}),
  /** `hops` after contract/chain.ts, in their order. */
  'chain-broken': problem(503, 'Alerts do not arrive', {
    hops: z.array(z.enum(chainHops)),
    brokenAgents: z.int(),
    agents: z.int(),
  }),
  'chain-unproven': problem(503, 'Not proven yet that alerts arrive', { agents: z.int() }),
  /** `state` of the copies and of the drills: ok, waiting, failed or overdue. */
  'backup-failing': problem(503, 'Copies of the gateway fail', { backup: z.string(), drill: z.string() }),
  'internal-error': problem(500, 'The gateway failed', {}),
} as const;
