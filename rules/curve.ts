import { z } from 'zod';
import { refused } from '../contract/words/check/said.ts';

/** A curve through points [x, y], x rising. */
export const curveSchema = z
  .array(z.tuple([z.number().positive(), z.number().positive()]))
  .min(1)
  .refine(
    (points) => points.every(([x], index) => index === 0 || x > (points[index - 1]?.[0] ?? x)),
    refused({ code: 'curve-order' }),
  );

export type Curve = z.infer<typeof curveSchema>;

/** Straight between the points; before the first and behind the last as there. */
export function linearCurve(points: Curve): (x: number) => number {
  return (x) => between(points, x);
}

/** As `linearCurve`, straight where both axes are logarithmic: a law of dose is a line there. */
export function logCurve(points: Curve): (x: number) => number {
  const logs = points.map(([x, y]): [number, number] => [Math.log(x), Math.log(y)]);
  return (x) => Math.exp(between(logs, Math.log(x)));
}

function between(points: readonly (readonly [number, number])[], x: number): number {
  const next = points.findIndex(([at]) => at > x);
  if (next <= 0) return (next === 0 ? points[0] : points.at(-1))?.[1] ?? 0;
  const [left, right] = [points[next - 1], points[next]];
  if (left === undefined || right === undefined) return 0;
  return left[1] + ((right[1] - left[1]) * (x - left[0])) / (right[0] - left[0]);
}
