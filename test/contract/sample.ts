import { z } from 'zod';

type JsonSchema = {
  /** `['string', 'null']` of what may be null. */
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly minimum?: number;
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
};

/** Something that fits a schema: for tables of words, which must say any figures that may come. */
export function sampleOf(schema: z.ZodType): unknown {
  return sample(z.toJSONSchema(schema) as JsonSchema);
}

function sample(of: JsonSchema): unknown {
  if (of.const !== undefined) return of.const;
  if (of.enum !== undefined) return of.enum[0];
  if (of.anyOf !== undefined) return sample(of.anyOf[0] ?? {});
  const type = typeof of.type === 'string' ? of.type : of.type?.[0];
  if (type === 'string') return 'x1';
  if (type === 'boolean') return true;
  if (type === 'number' || type === 'integer') return Math.max(2, of.minimum ?? 2);
  if (type === 'array') return [sample(of.items ?? {})];
  return Object.fromEntries(Object.entries(of.properties ?? {}).map(([name, each]) => [name, sample(each)]));
}
