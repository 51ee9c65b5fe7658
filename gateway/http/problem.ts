import { STATUS_CODES } from 'node:http';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import type { Problem } from '../../contract/http.ts';
import { InputError } from '../../contract/input-error.ts';
import type { Log } from './ports.ts';

export const problemType = 'application/problem+json';

/** Thrown by a route: an answer that is not the one asked for, in words for a person. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.name = 'HttpProblem';
    this.status = status;
    this.headers = headers;
  }
}

/** The body of RFC 9457; `about:blank` means that the title is the status in words (its section 4.2.1). */
export function problemBody(status: number, detail?: string): Problem {
  const title = STATUS_CODES[status] ?? 'Error';
  return { type: 'about:blank', title, status, ...(detail === undefined ? {} : { detail }) };
}

export function sendProblem(reply: FastifyReply, status: number, detail?: string): FastifyReply {
  return reply
    .code(status)
    .type(problemType)
    .send(JSON.stringify(problemBody(status, detail)));
}

/** Runs a change that refuses bad input in words for a person; the answer is then 400 with those words. */
export async function answeringInput<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof InputError ? new HttpProblem(400, error.problems.join('; ')) : error;
  }
}

/** Answers whatever a route or fastify itself threw. What is our own fault is logged and not shown. */
export function answerError(log: Log) {
  return (error: FastifyError | HttpProblem, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    if (error instanceof HttpProblem) return sendProblem(reply.headers(error.headers), error.status, error.message);
    if (hasZodFastifySchemaValidationErrors(error)) return sendProblem(reply, 400, validationDetail(error));
    const status = error.statusCode ?? 500;
    if (status < 500) return sendProblem(reply, status, error.message);
    log.error({ err: error, route: `${request.method} ${request.routeOptions.url ?? '?'}` }, 'request-failed');
    return sendProblem(reply, 500, 'the gateway failed to answer; its log says why');
  };
}

export function answerNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const path = request.url.split('?', 1)[0] ?? '';
  return sendProblem(reply, 404, `nothing is at ${request.method} ${path}; /api/openapi.json lists what is`);
}

type ValidationError = { validation: { instancePath: string; message?: string }[]; validationContext?: string };

/** Every issue at once, each with where it is: `querystring/limit: Too big: …`. */
function validationDetail(error: ValidationError): string {
  const where = error.validationContext ?? 'request';
  return error.validation
    .map(({ instancePath, message }) => `${where}${instancePath === '/' ? '' : instancePath}: ${message ?? 'invalid'}`)
    .join('; ');
}
