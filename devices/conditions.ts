import { z } from 'zod';
import { type PointName, pointNameSchema } from '../contract/ids.ts';
import { text } from '../contract/words/check/said.ts';
import { bad, type Meant } from './meaning.ts';

/** Another point of the same device, and the values of it that are meant. */
export type Condition = { readonly point: PointName; readonly is: readonly (string | number | boolean)[] };

const value = z.union([z.boolean(), z.number(), z.string().min(1)]);
const values = z.union([value, z.array(value).min(1)]);

const form = text({ code: 'condition-form' });

/** `absent`, `[absent, broken]` (each a yes), or `{ state: ok, mode: [heating, idle] }`. */
const written = z.union(
  [
    pointNameSchema,
    z.array(pointNameSchema).min(1),
    z.record(pointNameSchema, values).refine((said) => Object.keys(said).length > 0, form),
  ],
  {
    error: form,
  },
);

/** What stands behind `validWhile` and `invalidWhile`, as conditions. */
export const conditions = written
  .transform((said): readonly Condition[] => {
    if (typeof said === 'string') return [{ point: said, is: [true] }];
    if (Array.isArray(said)) return said.map((point) => ({ point, is: [true] }));
    return Object.entries(said).map(([point, is]) => ({
      point: pointNameSchema.parse(point),
      is: Array.isArray(is) ? is : [is],
    }));
  })
  .default([]);

export type Conditional = {
  readonly validWhile: readonly Condition[];
  readonly invalidWhile: readonly Condition[];
};

/**
 * A value as far as it counts: only while every point of `validWhile`, and none of `invalidWhile`, is what is said there.
 * Otherwise the device itself says that it is none: bad, sentinel. One whose own state is not known takes the value with
 * it, and so does one that did not come in the same reply (`meantOf` gives undefined): two requests are two moments.
 */
export function whileSaid(
  { validWhile, invalidWhile }: Conditional,
  meant: Meant,
  meantOf: (point: PointName) => Meant | undefined,
): Meant {
  if (meant.value === null) return meant;
  return endedBy({ validWhile, invalidWhile }, (point) => meantOf(point) ?? bad('not-polled')) ?? meant;
}

/**
 * Why a value that was said before counts no more, by what has been said of its conditions since; undefined where nothing was, or
 * nothing against it.
 */
export function endedBy(
  { validWhile, invalidWhile }: Conditional,
  meantOf: (point: PointName) => Meant | undefined,
): Meant | undefined {
  const unlessSo = (so: boolean) => (condition: Condition) => {
    const state = meantOf(condition.point);
    if (state === undefined) return undefined;
    if (state.value === null) return bad(state.fault ?? 'not-polled');
    return condition.is.includes(state.value) === so ? undefined : bad('sentinel');
  };
  return firstOf(validWhile, unlessSo(true)) ?? firstOf(invalidWhile, unlessSo(false));
}

/** Whether one of these is so; undefined while the state of one is not known (or did not come in the same reply). */
export function isSo(
  list: readonly Condition[],
  meantOf: (point: PointName) => Meant | undefined,
): boolean | undefined {
  const states = list.map(({ point, is }) => {
    const value = meantOf(point)?.value ?? null;
    return value === null ? undefined : is.includes(value);
  });
  return states.includes(undefined) ? undefined : states.includes(true);
}

function firstOf(list: readonly Condition[], problem: (condition: Condition) => Meant | undefined): Meant | undefined {
  for (const condition of list) {
    const found = problem(condition);
    if (found !== undefined) return found;
  }
  return undefined;
}
