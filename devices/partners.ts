import type { PointName } from '../contract/ids.ts';
import type { PointProfile } from './profile.ts';

/** A point that another one needs to become a value. `isTogether`: out of the same reply, or the value is none. */
export type Partner = { readonly name: PointName; readonly isTogether: boolean };

/** The points of the same device that this one needs. */
export function partnersOf(point: PointProfile): readonly Partner[] {
  const { scaleFrom, scaleBy, validWhile, invalidWhile, negativeWhile } = point;
  if (scaleFrom === null && scaleBy.length + validWhile.length + invalidWhile.length + negativeWhile.length === 0)
    return none;
  return [
    ...(scaleFrom === null ? [] : [{ name: scaleFrom, isTogether: false }]),
    ...scaleBy.map((name) => ({ name, isTogether: false })),
    ...[...validWhile, ...invalidWhile, ...negativeWhile].map((other) => ({ name: other.point, isTogether: true })),
  ];
}

const none: readonly Partner[] = [];

/** The points that come out of the same reply as this one, or it has no value; those that they need in turn as well. */
export function togetherWith(points: Readonly<Record<string, PointProfile>>, name: PointName): PointName[] {
  const found = new Set<PointName>([name]);
  for (const each of found) {
    const point = Object.hasOwn(points, each) ? points[each] : undefined;
    if (point !== undefined) for (const partner of partnersOf(point)) if (partner.isTogether) found.add(partner.name);
  }
  found.delete(name);
  return [...found];
}
