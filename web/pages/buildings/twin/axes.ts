import type { Point3 } from './shape.ts';

/**
 * A point of a model whose y goes up (glTF 2.0, 3.4: +Y up, +Z forward, metres) as a point of the site: x east, −z north, y up.
 * @see {@link Point3}
 */
export function siteOf([x, y, z]: readonly [x: number, y: number, z: number]): Point3 {
  return [x, z === 0 ? 0 : -z, y];
}
