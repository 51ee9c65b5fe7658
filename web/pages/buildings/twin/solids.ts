import {
  BufferGeometry,
  DoubleSide,
  Float32BufferAttribute,
  Group,
  LineBasicMaterial,
  LineDashedMaterial,
  LineSegments,
  Mesh,
  MeshBasicMaterial,
  ShapeUtils,
  Vector2,
} from 'three';
import type { Palette } from './palette.ts';
import type { Point3, Prism } from './shape.ts';
import type { SceneView } from './view.ts';

/** The building itself: floors, walls one looks through, edges; and what is exaggerated beside where it really stands. */

const see = { transparent: true, depthWrite: false, side: DoubleSide } as const;

export class Solids {
  readonly group = new Group();
  readonly #materials = {
    floor: new MeshBasicMaterial({ ...see, opacity: 0.55 }),
    floorShown: new MeshBasicMaterial({ ...see, opacity: 0.95 }),
    wall: new MeshBasicMaterial({ ...see, opacity: 0.08 }),
    wallShown: new MeshBasicMaterial({ ...see, opacity: 0.2 }),
    edge: new LineBasicMaterial({ transparent: true, opacity: 0.6 }),
    edgeShown: new LineBasicMaterial(),
    ghost: new LineDashedMaterial({ dashSize: 0.5, gapSize: 0.4 }),
    bar: new LineBasicMaterial({ depthTest: false }),
  };

  paint({ ink, muted, line }: Palette): void {
    const of = this.#materials;
    for (const material of [of.floor, of.floorShown]) material.color.copy(line);
    for (const material of [of.wall, of.wallShown, of.edge, of.ghost]) material.color.copy(muted);
    for (const material of [of.edgeShown, of.bar]) material.color.copy(ink);
  }

  show({ prisms, ghosts, bars }: SceneView): void {
    this.#clear();
    const of = this.#materials;
    for (const isShown of [false, true]) {
      const own = prisms.filter((prism) => prism.isShown === isShown);
      this.#surface(own.flatMap(floorOf), isShown ? of.floorShown : of.floor);
      this.#surface(own.flatMap(wallsOf), isShown ? of.wallShown : of.wall);
      this.#lines(own.flatMap(edgesOf), isShown ? of.edgeShown : of.edge);
    }
    this.#lines(ghosts.flatMap(edgesOf), of.ghost);
    this.#lines(bars.flatMap(barOf), of.bar);
  }

  dispose(): void {
    this.#clear();
    for (const material of Object.values(this.#materials)) material.dispose();
  }

  #surface(corners: readonly Point3[], material: MeshBasicMaterial): void {
    if (corners.length > 0) this.group.add(new Mesh(geometryOf(corners), material));
  }

  #lines(ends: readonly Point3[], material: LineBasicMaterial | LineDashedMaterial): void {
    if (ends.length === 0) return;
    const lines = new LineSegments(geometryOf(ends), material);
    if (material instanceof LineDashedMaterial) lines.computeLineDistances();
    // Above the surfaces it belongs to, below every mark.
    lines.renderOrder = 10;
    this.group.add(lines);
  }

  #clear(): void {
    for (const part of [...this.group.children]) {
      if (part instanceof Mesh || part instanceof LineSegments) part.geometry.dispose();
      this.group.remove(part);
    }
  }
}

function geometryOf(points: readonly Point3[]): BufferGeometry {
  return new BufferGeometry().setAttribute('position', new Float32BufferAttribute(points.flat(), 3));
}

function floorOf({ floor }: Prism): Point3[] {
  const faces = ShapeUtils.triangulateShape(
    floor.map(([x, y]) => new Vector2(x, y)),
    [],
  );
  return faces.flat().flatMap((corner) => floor.slice(corner, corner + 1));
}

function wallsOf({ floor, ceiling }: Prism): Point3[] {
  return around(floor, ceiling).flatMap(([a, b, c, d]) => [a, b, c, a, c, d]);
}

function edgesOf({ floor, ceiling }: Prism): Point3[] {
  return around(floor, ceiling).flatMap(([a, b, c, d]) => [a, b, d, c, a, d]);
}

/** Each wall's corners: along the floor, and back along the ceiling. */
function around(floor: readonly Point3[], ceiling: readonly Point3[]): [Point3, Point3, Point3, Point3][] {
  return floor.flatMap((a, nth) => {
    const next = (nth + 1) % floor.length;
    const [b, c, d] = [floor[next], ceiling[next], ceiling[nth]];
    return b === undefined || c === undefined || d === undefined ? [] : [[a, b, c, d]];
  });
}

/** A line with a stroke at either end. */
function barOf({ from, to }: SceneView['bars'][number]): Point3[] {
  const stroke = ([x, y, z]: Point3): Point3[] => [
    [x, y, z - 0.4],
    [x, y, z + 0.4],
  ];
  return [from, to, ...stroke(from), ...stroke(to)];
}
