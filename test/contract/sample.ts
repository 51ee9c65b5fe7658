import { z } from 'zod';

type JsonSchema = {
  readonly type?: string;
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
  if (of.type === 'string') return 'x1';
  if (of.type === 'boolean') return true;
  if (of.type === 'number' || of.type === 'integer') return Math.max(2, of.minimum ?? 2);
  if (of.type === 'array') return [sample(of.items ?? {})];
  return Object.fromEntries(Object.entries(of.properties ?? {}).map(([name, each]) => [name, sample(each)]));
}
