import { z } from 'zod';
import type { Path } from './problem.ts';

/** What a schema says of one place in a value. */
export type Place = {
  /** The text of `.describe()`, if it has one. */
  readonly description: string | undefined;
  /** Keys that may stand here, when it is a mapping with fixed keys. */
  readonly keys: readonly string[];
  /** Keys that only other kinds of the same mapping take, with the name of that kind. */
  readonly otherKinds: ReadonlyMap<string, string>;
};

/** Follows `path` through a schema, choosing by `value` where a mapping comes in kinds. */
export function placeAt(schema: z.ZodType, value: unknown, path: Path): Place {
  let here: unknown = schema;
  let inner = value;
  for (const key of path) {
    here = childOf(bare(here).schema, inner, key);
    inner = valueAt(inner, [key]);
  }
  const { schema: found, description } = bare(here);
  if (found instanceof z.ZodDiscriminatedUnion) return { description, ...keysOfKind(found, inner) };
  const keys = found instanceof z.ZodObject ? Object.keys(found.shape) : [];
  return { description, keys, otherKinds: new Map() };
}

/** The value at a path of plain objects and arrays; undefined when there is none. */
export function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, key) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key) ? Reflect.get(inner, key) : undefined,
    value,
  );
}

function childOf(schema: unknown, value: unknown, key: PropertyKey): unknown {
  if (schema instanceof z.ZodArray) return schema.element;
  if (schema instanceof z.ZodTuple) return schema.def.items[Number(key)];
  if (schema instanceof z.ZodRecord) return schema.valueType;
  if (schema instanceof z.ZodObject) return Object.hasOwn(schema.shape, key) ? schema.shape[String(key)] : undefined;
  if (schema instanceof z.ZodDiscriminatedUnion) {
    const { chosen, options } = kindsOf(schema, value);
    return childOf(
      chosen?.option ?? options.find(({ option }) => Object.hasOwn(option.shape, key))?.option,
      value,
      key,
    );
  }
  return undefined;
}

function keysOfKind(union: z.ZodDiscriminatedUnion, value: unknown): Pick<Place, 'keys' | 'otherKinds'> {
  const { chosen, options } = kindsOf(union, value);
  const keysOf = (some: readonly Kind[]) => some.flatMap(({ option }) => Object.keys(option.shape));
  if (chosen === undefined) return { keys: [...new Set(keysOf(options))], otherKinds: new Map() };
  const others = options.filter((kind) => kind !== chosen);
  const otherKinds = others.flatMap((kind) => keysOf([kind]).map((key) => [key, kind.name] as const));
  // Of several kinds that take a key, the first is named.
  return { keys: keysOf([chosen]), otherKinds: new Map(otherKinds.toReversed()) };
}

type Kind = { readonly name: string; readonly option: z.ZodObject };

function kindsOf(union: z.ZodDiscriminatedUnion, value: unknown): { chosen: Kind | undefined; options: Kind[] } {
  const { discriminator } = union.def;
  const options = union.options.flatMap((option) => {
    if (!(option instanceof z.ZodObject)) return [];
    const literal = option.shape[discriminator];
    return literal instanceof z.ZodLiteral ? [{ name: String(literal.value), option }] : [];
  });
  const name = valueAt(value, [discriminator]);
  return { chosen: options.find((kind) => kind.name === name), options };
}

/** A schema without what is wrapped around it (optional, default …), and the first description on the way in. */
function bare(schema: unknown): { schema: unknown; description: string | undefined } {
  let inner = schema;
  let description: string | undefined;
  for (;;) {
    if (inner instanceof z.ZodType) description ??= inner.description;
    if (
      inner instanceof z.ZodOptional ||
      inner instanceof z.ZodNullable ||
      inner instanceof z.ZodDefault ||
      inner instanceof z.ZodPrefault
    )
      inner = inner.unwrap();
    else if (inner instanceof z.ZodPipe) inner = inner.in;
    else return { schema: inner, description };
  }
}
