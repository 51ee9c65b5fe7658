import { ask } from './api.ts';

/** Which parts of the API this gateway has, by its own description: a button that leads nowhere is not shown. */

type Description = { readonly paths: Readonly<Record<string, unknown>> };

let described: Promise<ReadonlySet<string> | null> | undefined;

/** null where the gateway could not be asked. */
export async function offers(path: string): Promise<boolean | null> {
  described ??= describe();
  const paths = await described;
  if (paths === null) described = undefined;
  return paths?.has(path) ?? null;
}

async function describe(): Promise<ReadonlySet<string> | null> {
  const answer = await ask<Description>('GET', '/api/openapi.json');
  return answer.ok ? new Set(Object.keys(answer.body.paths)) : null;
}
