import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Reader } from '../store/gateways.ts';
import { coreContextUrl } from './core-terms.ts';
import { contextOf, entitiesOf, entityTypes, typeBy, withContext } from './entities.ts';
import { type Entity, simplified } from './model.ts';
import { isSimplified, type Params, type Problem, queryOf, select, textOf } from './query.ts';
import {
  type HistoryOf,
  type HistoryRow,
  historyOf,
  type Span,
  spanOf,
  temporalOf,
  temporalValues,
} from './temporal.ts';
import { variants } from './variants.ts';
import { type Held, viewsOf } from './views.ts';

export type NgsiLdOptions = {
  readerOf(request: FastifyRequest): Promise<Reader | null>;
  held(districts: Reader['districts']): Promise<Held>;
  history(of: HistoryOf, span: Span): Promise<HistoryRow[]>;
  now(): number;
};

const writing = variants['smart-data-models'];

/** NGSI-LD for readers (GS CIM 009 V1.9.1, 6): entities, one entity, its history, types. A token reads its districts. */
export function openNgsiLd(app: FastifyInstance, options: NgsiLdOptions): void {
  // Contexts hold names and nothing else; a hub reads them without a token.
  app.get('/ngsi-ld/contexts/:file', async (request, reply) => {
    const { file } = request.params as { file: string };
    const context = contextOf(file.replace(/\.jsonld$/, ''));
    if (context === null) return problem(reply, notFound(`${file}: is no context of ours`));
    return reply
      .type('application/ld+json')
      .header('cache-control', 'public, max-age=3600')
      .send(JSON.stringify(context));
  });
  const read = (path: string, answer: (of: Reading) => Promise<unknown>) =>
    app.get(path, async (request, reply) => {
      const reader = await options.readerOf(request);
      if (reader === null) return reply.code(401).send({ type: '/problems/sign-in-needed', status: 401 });
      const base = `${request.protocol}://${request.host}`;
      return answer({ reader, reply, request, base, params: request.query as Params });
    });

  read('/ngsi-ld/v1/entities', async (of) => {
    const asked = queryOf(of.params);
    if (!asked.ok) return problem(of.reply, asked.problem);
    const { query } = asked;
    const held = await options.held(of.reader.districts);
    const all = entitiesOf(viewsOf(held, options.now()), writing, new Set(query.types));
    const { page, total } = select(all, query);
    if (query.isCounted) of.reply.header('NGSILD-Results-Count', String(total));
    return sendEntities(of, page, query.isSimplified);
  });
  read('/ngsi-ld/v1/entities/:id', async (of) => {
    const entity = await entityBy(of);
    if (entity === null) return problem(of.reply, notFound('there is no such entity'));
    return sendEntities(of, entity, isSimplified(of.params));
  });
  read('/ngsi-ld/v1/temporal/entities/:id', async (of) => {
    const spanned = spanOf(of.params, options.now());
    if (!spanned.ok) return problem(of.reply, spanned.problem);
    const entity = await entityBy(of);
    const history = entity === null ? null : historyOf(entity.id);
    // When a resident's space was lent and free tells when somebody is away, so it has no history.
    if (entity === null || history === null || isResidents(entity))
      return problem(of.reply, notFound('there is no history of it'));
    const held = await options.held(of.reader.districts);
    const rows = await options.history(history, spanned.span);
    const wanted = textOf(of.params, 'attrs')?.split(',') ?? null;
    const found = temporalOf(entity, { held, history, rows, writing, attrs: wanted && new Set(wanted) });
    const isBrief = (textOf(of.params, 'options') ?? '').split(',').includes('temporalValues');
    return sendOne(of, isBrief ? temporalValues(found) : found, entity.type);
  });
  // Writing, subscriptions, and questions that this city does not answer: clients of the API know this error, and no page.
  app.route({
    method: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/ngsi-ld/v1/*',
    async handler(request, reply) {
      const path = request.url.split('?', 1)[0] ?? '';
      const detail = `${request.method} ${path}: is not answered here`;
      return problem(reply, { status: 422, type: 'OperationNotSupported', detail });
    },
  });
  read('/ngsi-ld/v1/types', async ({ reply, base }) =>
    reply.send({
      '@context': [coreContextUrl],
      id: 'urn:ngsi-ld:EntityTypeList:jari',
      type: 'EntityTypeList',
      typeList: entityTypes.map((type) => contextOf(type)?.['@context'][type] ?? `${base}/${type}`),
    }),
  );

  async function entityBy({ request, reader }: Reading): Promise<Entity | null> {
    const { id } = request.params as { id: string };
    const type = typeBy(id.split(':')[2] ?? '');
    if (type === null) return null;
    const views = viewsOf(await options.held(reader.districts), options.now());
    // In a path what is percent-encoded comes decoded.
    const found = entitiesOf(views, writing, new Set([type])).find(
      (each) => each.id === id || decodeURIComponent(each.id) === id,
    );
    return found ?? null;
  }
}

type Reading = {
  readonly reader: Reader;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly base: string;
  readonly params: Params;
};

function isResidents(entity: Entity): boolean {
  const { spaceType } = entity;
  return typeof spaceType === 'object' && spaceType.value === 'resident';
}

const notFound = (detail: string): Problem => ({ status: 404, type: 'ResourceNotFound', detail });

function problem(reply: FastifyReply, { status, type, detail }: Problem): FastifyReply {
  const body = { type: `https://uri.etsi.org/ngsi-ld/errors/${type}`, title: type, status, detail };
  return reply.code(status).type('application/json').send(JSON.stringify(body));
}

/**
 * JSON-LD carries a context in each entity; JSON names it in a header (6.3.6), which holds one only. So entities of several
 * types, whose names mean different things, come as JSON-LD whatever was asked for.
 */
function sendEntities(of: Reading, found: Entity | readonly Entity[], isBrief: boolean): FastifyReply {
  const list = Array.isArray(found) ? (found as readonly Entity[]) : [found as Entity];
  const types = [...new Set(list.map(({ type }) => type))];
  const [only] = types;
  const isLd = types.length > 1 || (of.request.headers.accept ?? '').includes('ld+json');
  const shown = list.map((entity) => {
    const body = isBrief ? simplified(entity) : entity;
    return isLd ? { ...body, ...contextIn(entity, of.base) } : body;
  });
  if (!isLd && only !== undefined) of.reply.header('link', linkTo(only, of.base));
  return of.reply
    .type(isLd ? 'application/ld+json' : 'application/json')
    .send(JSON.stringify(Array.isArray(found) ? shown : shown[0]));
}

function contextIn(entity: Entity, base: string) {
  return { '@context': withContext(entity, entity.type, base)['@context'] };
}

function sendOne(of: Reading, body: object, type: string): FastifyReply {
  return of.reply.header('link', linkTo(type, of.base)).type('application/json').send(JSON.stringify(body));
}

function linkTo(type: string, base: string): string {
  const context = `<${base}/ngsi-ld/contexts/${type}.jsonld>`;
  return `${context}; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
}
