import { z } from 'zod';

/** An NGSI-LD hub over HTTP (GS CIM 009, 6.15 and 6.17). */

export type HubOptions = {
  /** Where its `entityOperations` are: most have them below `/ngsi-ld/v1`, Korea's City Data Hub at its root. */
  readonly url: string;
  readonly tenant: string | null;
  readonly token: string | null;
  /** JSON-LD where entities carry a context. */
  readonly isLd: boolean;
};

/** What came of a batch, by id. */
export type Taken = { readonly taken: ReadonlySet<string>; readonly refused: ReadonlyMap<string, string> };

/**
 * `batch`: what was sent is at fault, as a whole; a smaller one may pass. `hub`: nothing passes now, or until somebody does
 * something.
 */
export class HubError extends Error {
  override name = 'HubError';
  readonly kind: 'batch' | 'hub';
  /** What the hub asked for, ms; null: nothing. */
  readonly retryMs: number | null;

  constructor(kind: HubError['kind'], message: string, retryMs: number | null = null) {
    super(message);
    this.kind = kind;
    this.retryMs = retryMs;
  }
}

export type Hub = {
  /** Replaces each entity, so that what is no longer known goes. @throws HubError */
  upsert(items: readonly { readonly id: string; readonly text: string }[]): Promise<Taken>;
  /** @throws HubError */
  remove(ids: readonly string[]): Promise<Taken>;
};

const answerWithinMs = 20_000;
const mostBytes = 2_000_000;

export function hubAt(options: HubOptions): Hub {
  return {
    upsert: (items) =>
      post(options, 'upsert', {
        ids: items.map(({ id }) => id),
        body: `[${items.map(({ text }) => text).join(',')}]`,
        type: options.isLd ? 'application/ld+json' : 'application/json',
      }),
    async remove(ids) {
      const result = await post(options, 'delete', { ids, body: JSON.stringify(ids), type: 'application/json' });
      // What is not there is gone.
      const isGone = (error: string) => error.includes('ResourceNotFound');
      const gone = [...result.refused].filter(([, error]) => isGone(error)).map(([id]) => id);
      const refused = [...result.refused].filter(([, error]) => !isGone(error));
      return { taken: new Set([...result.taken, ...gone]), refused: new Map(refused) };
    },
  };
}

type Request = { readonly ids: readonly string[]; readonly body: string; readonly type: string };

async function post(options: HubOptions, operation: string, { ids, body, type }: Request): Promise<Taken> {
  const { url, tenant, token } = options;
  const headers = {
    'content-type': type,
    ...(tenant === null ? {} : { 'NGSILD-Tenant': tenant }),
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
  };
  const { status, text, retryMs } = await asked(`${url}/entityOperations/${operation}`, headers, body);
  if (status === 207) return partly(text, ids);
  // Up to V1.2 of the specification what was refused is told with 200; a list of what was created tells nothing of it.
  const said = status === 200 ? resultSchema.safeParse(parsed(text)) : null;
  if (said?.success === true && said.data.errors.length > 0) return partly(text, ids);
  if (status === 200 || status === 201 || status === 204) return { taken: new Set(ids), refused: new Map() };
  const why = `${status}: ${text.slice(0, 300)}`;
  // 404 of a delete: none of them is there.
  if (status === 404 && operation === 'delete') return { taken: new Set(ids), refused: new Map() };
  throw new HubError(status === 400 || status === 413 || status === 422 ? 'batch' : 'hub', why, retryMs);
}

async function asked(url: string, headers: Record<string, string>, body: string) {
  try {
    const answer = await fetch(url, {
      ...{ method: 'POST', headers, body, redirect: 'error' },
      signal: AbortSignal.timeout(answerWithinMs),
    });
    const seconds = Number(answer.headers.get('retry-after') ?? Number.NaN);
    const text = (await answer.text()).slice(0, mostBytes);
    return { status: answer.status, text, retryMs: Number.isFinite(seconds) ? seconds * 1000 : null };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : null;
    throw new HubError('hub', cause ?? (error instanceof Error ? error.message : String(error)));
  }
}

/** GS CIM 009, 5.2.16 and 5.2.17. A hub may leave out, or say null for, what it has nothing for. */
const resultSchema = z.object({
  success: z
    .array(z.string())
    .nullish()
    .transform((ids) => ids ?? []),
  errors: z
    .array(z.object({ entityId: z.string().nullish(), error: z.unknown().optional() }))
    .nullish()
    .transform((errors) => errors ?? []),
});

/** Scorpio's, of 2023 and later: an entry for each entity. */
const eachSchema = z.array(z.object({ id: z.string(), failure: z.unknown().optional() })).transform((all) => ({
  success: all.flatMap(({ id, failure }) => (failure === undefined ? [id] : [])),
  errors: all.flatMap(({ id, failure }) => (failure === undefined ? [] : [{ entityId: id, error: failure }])),
}));

/** What the hub does not name it may not have taken; to send it again changes nothing. */
function partly(text: string, ids: readonly string[]): Taken {
  const result = z.union([resultSchema, eachSchema]).safeParse(parsed(text));
  const errors = new Map(
    result.data?.errors.map(({ entityId, error }) => [entityId, JSON.stringify(error ?? null).slice(0, 300)]),
  );
  const taken = new Set(result.data?.success.filter((id) => !errors.has(id)));
  const refused = ids.filter((id) => !taken.has(id)).map((id) => [id, errors.get(id) ?? 'not named in 207'] as const);
  return { taken, refused: new Map(refused) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
