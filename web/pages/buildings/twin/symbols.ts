import {
  BufferGeometry,
  Color,
  Float32BufferAttribute,
  Group,
  InstancedMesh,
  Matrix4,
  MeshBasicMaterial,
  type Quaternion,
  ShapeUtils,
  Vector2,
  Vector3,
} from 'three';
import { type Tone, urgency } from '../../../text/tones.ts';
import { type Corners, marks as shapes } from '../marks.ts';
import type { Palette } from './palette.ts';
import type { Mark } from './view.ts';

/** The marks of sensors: the plan's shapes, always facing the eye and always in front, the most urgent above the others. */

type Layer = { readonly geometry: BufferGeometry; readonly material: MeshBasicMaterial; readonly order: number };
type Placed = { readonly mesh: InstancedMesh; readonly marks: readonly Mark[] };

const tones = ['normal', 'notice', 'caution', 'unknown', 'warning', 'critical'] as const satisfies readonly Tone[];
/** The edge of a mark reaches this much beyond it. */
const edge = 1.28;
const firstOrder = 100;

export class Symbols {
  readonly group = new Group();
  readonly #layers = new Map<Tone, readonly Layer[]>();
  readonly #ring: Layer;
  #placed: Placed[] = [];
  #pointed: Placed | null = null;
  #marks: readonly Mark[] = [];

  constructor() {
    for (const tone of tones) this.#layers.set(tone, layersOf(tone));
    this.#ring = layer(ringOf(1.25, 1.6), firstOrder + 99);
  }

  paint(colours: Palette): void {
    for (const tone of tones) {
      const [rim, fill, stripes] = this.#layers.get(tone) ?? [];
      rim?.material.color.copy(tone === 'unknown' ? colours.ink : colours.muted);
      fill?.material.color.copy(colours.tones[tone]);
      stripes?.material.color.copy(colours.ink);
    }
    this.#ring.material.color.copy(colours.focus);
  }

  show(marks: readonly Mark[]): void {
    this.#marks = marks;
    for (const { mesh } of this.#placed) this.#remove(mesh);
    this.#placed = tones.flatMap((tone) => {
      const own = marks.filter((mark) => mark.tone === tone);
      if (own.length === 0) return [];
      return (this.#layers.get(tone) ?? []).map((of) => ({ mesh: this.#add(of, own.length), marks: own }));
    });
  }

  /** The one with the ring around it. */
  point(key: string | null): void {
    if (this.#pointed !== null) this.#remove(this.#pointed.mesh);
    const marks = this.#marks.filter((mark) => mark.key === key);
    this.#pointed = marks.length === 0 ? null : { mesh: this.#add(this.#ring, 1), marks };
  }

  /** Turns every mark to the eye; `size` is that of one unit of the plan's shapes, metres. */
  face(eye: Quaternion, size: number): void {
    const scale = new Vector3(size, size, size);
    const [matrix, place] = [new Matrix4(), new Vector3()];
    for (const { mesh, marks } of [...this.#placed, ...(this.#pointed === null ? [] : [this.#pointed])]) {
      for (const [nth, mark] of marks.entries()) {
        mesh.setMatrixAt(nth, matrix.compose(place.set(...mark.at), eye, scale));
      }
      mesh.instanceMatrix.needsUpdate = true;
    }
  }

  dispose(): void {
    this.show([]);
    this.point(null);
    for (const { geometry, material } of [...this.#layers.values(), [this.#ring]].flat()) {
      geometry.dispose();
      material.dispose();
    }
  }

  #add({ geometry, material, order }: Layer, count: number): InstancedMesh {
    const mesh = new InstancedMesh(geometry, material, count);
    mesh.renderOrder = order;
    // Its bounds would have to follow every turn, and it is nearly always in sight.
    mesh.frustumCulled = false;
    this.group.add(mesh);
    return mesh;
  }

  #remove(mesh: InstancedMesh): void {
    this.group.remove(mesh);
    mesh.dispose();
  }
}

function layersOf(tone: Tone): Layer[] {
  const order = firstOrder + 10 * (10 - urgency[tone]) - 50;
  const rim = layer(filled(shapes[tone], edge), order);
  const fill = layer(filled(shapes[tone], 1), order + 1);
  return tone === 'unknown' ? [rim, fill, layer(hatching(0.6), order + 2)] : [rim, fill];
}

function layer(geometry: BufferGeometry, order: number): Layer {
  const material = new MeshBasicMaterial({
    color: new Color(),
    depthTest: false,
    depthWrite: false,
    transparent: true,
  });
  return { geometry, material, order };
}

/** Shapes have y down, as on paper. */
function filled(corners: Corners, by: number): BufferGeometry {
  const contour = corners.map(([x, y]) => new Vector2(x * by, -y * by)).toReversed();
  return flat(
    contour.map(({ x, y }) => [x, y]),
    ShapeUtils.triangulateShape(contour, []).flat(),
  );
}

/** Stripes over a square of this half width. */
function hatching(half: number): BufferGeometry {
  const width = 0.06;
  const stripes = [-0.6, 0, 0.6].map((over) => {
    const [from, to] = [Math.max(-half, over - half), Math.min(half, over + half)];
    return [
      [from - width, from - over + width],
      [from + width, from - over - width],
      [to + width, to - over - width],
      [to - width, to - over + width],
    ] as const;
  });
  return flat(
    stripes.flat(),
    stripes.flatMap((_, nth) => [0, 1, 2, 0, 2, 3].map((corner) => 4 * nth + corner)),
  );
}

function ringOf(inner: number, outer: number): BufferGeometry {
  const steps = 40;
  const corners = Array.from({ length: steps }, (_, n) => {
    const [x, y] = [Math.cos((2 * Math.PI * n) / steps), Math.sin((2 * Math.PI * n) / steps)];
    return [
      [inner * x, inner * y],
      [outer * x, outer * y],
    ] as const;
  }).flat();
  const faces = Array.from({ length: steps }, (_, n) => {
    const [a, b, c, d] = [2 * n, 2 * n + 1, (2 * n + 2) % (2 * steps), (2 * n + 3) % (2 * steps)];
    return [a, b, c, b, d, c];
  });
  return flat(corners, faces.flat());
}

function flat(corners: readonly (readonly [number, number])[], faces: readonly number[]): BufferGeometry {
  const geometry = new BufferGeometry();
  const positions = corners.flatMap(([x, y]) => [x, y, 0]);
  geometry.setAttribute('position', new Float32BufferAttribute(positions, 3));
  geometry.setIndex([...faces]);
  return geometry;
}
