import { entityTypes, typeBy } from './entities.ts';
import type { Entity } from './model.ts';

/** What of the query language of GS CIM 009 V1.9.1 is answered here. Pure. */

export type Query = {
  readonly types: readonly string[];
  readonly ids: ReadonlySet<string> | null;
  readonly attrs: ReadonlySet<string> | null;
  readonly limit: number;
  readonly offset: number;
  readonly isCounted: boolean;
  readonly isSimplified: boolean;
};

/** Problems of GS CIM 009, 5.5.2. */
export type Problem = {
  readonly status: 400 | 404 | 422;
  readonly type: 'BadRequestData' | 'ResourceNotFound' | 'OperationNotSupported';
  readonly detail: string;
};

export type Params = { readonly [name: string]: string | readonly string[] | undefined };

const known = new Set(['type', 'id', 'attrs', 'pick', 'limit', 'offset', 'count', 'options', 'format', 'local']);
const mostAtOnce = 1000;

export function queryOf(params: Params): { ok: true; query: Query } | { ok: false; problem: Problem } {
  const other = Object.keys(params).find((name) => !known.has(name));
  if (other !== undefined) return no(422, 'OperationNotSupported', `${other}: is not answered here`);
  const again = repeated(params);
  if (again !== null) return { ok: false, problem: again };
  const listOf = (name: string) => textOf(params, name)?.split(',').filter(Boolean) ?? null;
  const [named, ids, attrs] = [listOf('type'), listOf('id'), listOf('pick') ?? listOf('attrs')];
  if (named === null && ids === null)
    return no(400, 'BadRequestData', `give type, one of ${entityTypes.join(', ')}, or id`);
  const types = (named ?? entityTypes).map((name) => [name, typeBy(decoded(name))] as const);
  const unknown = types.find(([, type]) => type === null);
  if (unknown !== undefined)
    return no(400, 'BadRequestData', `type ${unknown[0]}: is none of ${entityTypes.join(', ')}`);
  const limit = whole(params, 'limit', 100);
  const offset = whole(params, 'offset', 0);
  if (limit === null || limit > mostAtOnce)
    return no(400, 'BadRequestData', `limit: give a whole number up to ${mostAtOnce}`);
  if (offset === null) return no(400, 'BadRequestData', 'offset: give a whole number');
  return {
    ok: true,
    query: {
      types: types.flatMap(([, type]) => type ?? []),
      ...{ ids: ids && new Set(ids), attrs: attrs && new Set(attrs), limit, offset },
      ...{ isCounted: textOf(params, 'count') === 'true', isSimplified: isSimplified(params) },
    },
  };
}

const no = (status: Problem['status'], type: Problem['type'], detail: string) =>
  ({ ok: false, problem: { status, type, detail } }) as const;

/** Each is asked for once: of two, one would be overlooked. */
export function repeated(params: Params): Problem | null {
  const name = Object.keys(params).find((each) => Array.isArray(params[each]));
  return name === undefined ? null : { status: 400, type: 'BadRequestData', detail: `${name}: is given twice` };
}

/** As it is where it is no percent-encoding. */
export function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

export function textOf(params: Params, name: string): string | null {
  const value = params[name];
  return typeof value === 'string' ? value : (value?.[0] ?? null);
}

export function isSimplified(params: Params): boolean {
  const said = `${textOf(params, 'options') ?? ''},${textOf(params, 'format') ?? ''}`.split(',');
  return said.includes('keyValues') || said.includes('simplified');
}

function whole(params: Params, name: string, usual: number): number | null {
  const text = textOf(params, name);
  if (text === null) return usual;
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** Those that fit, in the order of their ids, and how many there are in all. An entity without any wanted attribute is none. */
export function select(entities: readonly Entity[], query: Query): { page: Entity[]; total: number } {
  const { ids, attrs, limit, offset } = query;
  const found = entities
    .filter(({ id }) => ids === null || ids.has(id))
    .flatMap((entity) => (attrs === null ? entity : withOnly(entity, attrs)))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
  return { page: found.slice(offset, offset + limit), total: found.length };
}

function withOnly(entity: Entity, attrs: ReadonlySet<string>): Entity[] {
  const { id, type, ...rest } = entity;
  const kept = Object.entries(rest).filter(([name]) => attrs.has(name));
  return kept.length === 0 ? [] : [{ id, type, ...Object.fromEntries(kept) }];
}
