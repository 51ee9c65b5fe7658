import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Problem } from '../../contract/http/common.ts';
import {
  type ProblemCode,
  type ProblemFigures,
  problems,
  problemTypePrefix,
} from '../../contract/problems/problems.ts';
import { Refusal } from '../../contract/problems/refusal.ts';
import { problemWords } from '../../contract/words/problems.ts';
import type { Log } from './ports.ts';

export const problemType = 'application/problem+json';

type Headers = Readonly<Record<string, string>>;

/** Thrown by a route: an answer that is not the one asked for, as a code of contract/problems/ with its figures. */
export class HttpProblem<C extends ProblemCode = ProblemCode> extends Error {
  readonly body: Problem;
  /** Retry-After comes from the figure `retryAfterS`. */
  readonly headers: Headers;

  constructor(code: C, figures: ProblemFigures[C], headers: Headers = {}) {
    const body = problemBody(code, figures);
    super(body.detail);
    this.name = 'HttpProblem';
    this.body = body;
    this.headers = { ...retryAfter(body), ...headers };
  }
}

/** The body of RFC 9457: the code in `type`, its own title, and the figures beside the sentence made of them. */
export function problemBody<C extends ProblemCode>(code: C, figures: ProblemFigures[C]): Problem {
  const { status, title } = problems[code];
  const detail = problemWords[code](figures).en;
  return { type: `${problemTypePrefix}${code}`, title, status, detail, figures: { ...figures } };
}

export function sendProblem(reply: FastifyReply, body: Problem): FastifyReply {
  return reply.code(body.status).type(problemType).send(JSON.stringify(body));
}

/** Answers whatever a route, a part of the gateway or fastify itself threw. What is our own fault is logged, not shown. */
export function answerError(log: Log) {
  return (error: FastifyError | HttpProblem | Refusal, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof HttpProblem) return sendProblem(reply.headers(error.headers), error.body);
    if (error instanceof Refusal) return sendProblem(reply, problemBody(error.code, error.figures));
    if (hasZodFastifySchemaValidationErrors(error)) return sendProblem(reply, invalidRequest(error));
    if ((error.statusCode ?? 500) < 500) return sendProblem(reply, unreadable(error));
    log.error({ err: error, route: `${request.method} ${request.routeOptions.url ?? '?'}` }, 'request-failed');
    return sendProblem(reply, problemBody('internal-error', {}));
  };
}

export function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?', 1)[0] ?? '';
  return sendProblem(reply, problemBody('nothing-here', { method: request.method, path }));
}

/** A request that fastify itself refused before any route looked at it. */
export function unreadable({ statusCode, message }: FastifyError): Problem {
  if (statusCode === 413) return problemBody('body-too-large', { cause: message });
  if (statusCode === 415) return problemBody('unsupported-media-type', { cause: message });
  return problemBody('malformed-request', { cause: message });
}

type ValidationError = { validation: { instancePath: string; message?: string }[]; validationContext?: string };

/** Every issue at once, each with where it is: `querystring/limit: Too big: …`. */
function invalidRequest(error: ValidationError): Problem {
  const where = error.validationContext ?? 'request';
  const errors = error.validation.map(({ instancePath, message }) => ({
    where: `${where}${instancePath === '/' ? '' : instancePath}`,
    message: message ?? 'invalid',
  }));
  return problemBody('invalid-request', { errors });
}

function retryAfter({ figures = {} }: Problem): Headers {
  const { retryAfterS } = figures;
  return typeof retryAfterS === 'number' ? { 'retry-after': String(retryAfterS) } : {};
}
