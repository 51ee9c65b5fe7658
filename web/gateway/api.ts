import type { Problem } from '../../contract/http/common.ts';
import type { Answer, Failed } from './answer.ts';

/** Questions to the gateway, and everything that can come of one as data: no page is left with an exception. */

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/** Longer than stretching a password takes when others wait before it. */
const answerWithinMs = 15_000;

/** Sends one request. `T` is what a good answer holds; nothing, where the gateway answers 204. */
export async function ask<T = null>(
  method: Method,
  path: string,
  body?: object,
  more: Readonly<Record<string, string>> = {},
): Promise<Answer<T>> {
  const headers = body === undefined ? more : { ...more, 'content-type': 'application/json' };
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  return request<T>(path, { method, headers, ...json }, answerWithinMs);
}

/** Sends a picture; a phone in a basement may take its time. */
export function sendPicture<T>(path: string, picture: Blob): Promise<Answer<T>> {
  const headers = { 'content-type': picture.type };
  return request<T>(path, { method: 'POST', headers, body: picture }, 4 * answerWithinMs);
}

async function request<T>(path: string, init: RequestInit, withinMs: number): Promise<Answer<T>> {
  try {
    const response = await fetch(path, { ...init, signal: AbortSignal.timeout(withinMs) });
    if (!response.ok) return await failed(response);
    const at = Date.parse(response.headers.get('date') ?? '') || Date.now();
    return { ok: true, body: response.status === 204 ? null : await response.json(), at };
  } catch {
    // No connection, too slow, or an answer that is no JSON: what the person can do about it is the same.
    return { ok: false, why: 'unreachable' };
  }
}

/** Every item of a list, page after page, by whatever fetches one page. */
export async function everyItem<T>(
  path: string,
  get: (path: string) => Promise<{ items: T[]; next: string | null }>,
): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const query: string[] = [...largePages(path), ...(cursor === null ? [] : [`cursor=${encodeURIComponent(cursor)}`])];
    const page = await get(query.length === 0 ? path : `${path}${path.includes('?') ? '&' : '?'}${query.join('&')}`);
    items.push(...page.items);
    cursor = page.next;
  } while (cursor !== null);
  return items;
}

/** The lists that grow with the site come in few pages; others keep to what is their own. */
function largePages(path: string): string[] {
  return /^\/api\/v1\/(agents|devices|latest|spaces)$/.test(path) ? ['limit=10000'] : [];
}

/** Several whole lists, or the first failure among them. */
export async function askLists<T extends readonly unknown[]>(
  paths: {
    readonly [K in keyof T]: string;
  },
): Promise<Answer<{ [K in keyof T]: T[K][] }>>;
export async function askLists(paths: readonly string[]): Promise<Answer<unknown[][]>> {
  try {
    // As of the first answer: whatever was asked for is at least as new.
    const times: number[] = [];
    const get = async (path: string) => {
      const answer = await getPage(path);
      times.push(answer.at);
      return answer.body;
    };
    const body = await Promise.all(paths.map((path) => everyItem(path, get)));
    return { ok: true, body, at: Math.min(...times) };
  } catch (error) {
    if (error instanceof PageFailed) return error.failed;
    throw error;
  }
}

/** One whole list. */
export async function askEvery<T>(path: string): Promise<Answer<T[]>> {
  const answer = await askLists<[T]>([path]);
  return answer.ok ? { ...answer, body: answer.body[0] } : answer;
}

class PageFailed extends Error {
  readonly failed: Failed;
  constructor(failed: Failed) {
    super(failed.why);
    this.failed = failed;
  }
}

async function getPage(path: string) {
  const answer = await ask<{ items: unknown[]; next: string | null }>('GET', path);
  if (answer.ok) return answer;
  throw new PageFailed(answer);
}

/** A wrong password is a 401 too; only a missing session is asked for credentials. */
async function failed(response: Response): Promise<Failed> {
  const { status, headers } = response;
  if (status === 401 && headers.has('www-authenticate')) return { ok: false, why: 'signed-out' };
  const problem = await problemOf(response);
  // A proxy answers in the place of a gateway that is down.
  if (status >= 500 && !problem.type.startsWith(ownProblems)) return { ok: false, why: 'unreachable' };
  if (status !== 429) return { ok: false, why: 'refused', status, problem };
  return { ok: false, why: 'busy', problem, waitS: Math.max(1, Number(headers.get('retry-after')) || 1) };
}

const ownProblems = '/problems/';

/** What is no problem of ours (a proxy's own page) counts as one that nobody knows. */
async function problemOf(response: Response): Promise<Problem> {
  const { status, statusText } = response;
  const unknown = { type: 'about:blank', title: `${status} ${statusText}`, status };
  try {
    const body: Partial<Problem> = await response.json();
    return { ...unknown, ...body };
  } catch {
    return unknown;
  }
}
