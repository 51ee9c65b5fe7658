import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { cityWords } from '../../contract/words/city.ts';
import { codeOf, isAway } from '../store/partitions.ts';
import { languageFor, sendPage } from './access.ts';
import { html, plainPage, sayIn } from './html.ts';

const problems = {
  'no-such-page': { status: 404, words: cityWords.noSuchPage },
  'bad-request': { status: 400, words: cityWords.badRequest },
  'database-away': { status: 503, words: cityWords.databaseAway },
  failed: { status: 500, words: cityWords.answerFailed },
} as const;

type Code = keyof typeof problems;

/** What is answered where no route answers: a code, or a page for people, and nothing of what is inside. */
export function openErrors(app: FastifyInstance, onFailed: (error: unknown, url: string) => void): void {
  app.setNotFoundHandler((request, reply) => answer(request, reply, { code: 'no-such-page' }));
  app.setErrorHandler((error, request, reply) => {
    const told = problemOf(error);
    if (told.code === 'failed') onFailed(error, request.url);
    return answer(request, reply, told);
  });
}

function problemOf(error: unknown): { code: Code; status?: number } {
  if (isAway(error)) return { code: 'database-away' };
  // SQLSTATE 22: PostgreSQL has no such text or number, so there is nothing of that name.
  if (/^22\w{3}$/.test(codeOf(error))) return { code: 'bad-request' };
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  return status >= 400 && status < 500 ? { code: 'bad-request', status } : { code: 'failed' };
}

function answer(request: FastifyRequest, reply: FastifyReply, { code, ...of }: { code: Code; status?: number }) {
  const { words, ...usual } = problems[code];
  const status = of.status ?? usual.status;
  reply.code(status);
  if (status === 503) reply.header('retry-after', '5');
  if (!(request.headers.accept ?? '').includes('text/html')) return reply.send({ type: `/problems/${code}`, status });
  const language = languageFor(request);
  const say = sayIn(language);
  return sendPage(reply, plainPage(language, say(words), html`<p><a href="/">${say(cityWords.boxes)}</a></p>`));
}
