import { type BufferGeometry, DoubleSide, Group, type Material, Matrix4, Mesh, MeshBasicMaterial } from 'three';
import { GLTFLoader } from 'three/examples/jsm/loaders/GLTFLoader.js';
import { siteOf } from './axes.ts';
import type { Palette } from './palette.ts';

/** The building's own model, pale behind its sensors: its shapes alone, in the page's colours. */
export class Backdrop {
  readonly group = new Group();
  readonly #material = new MeshBasicMaterial({ transparent: true, opacity: 0.12, depthWrite: false, side: DoubleSide });
  readonly #shapes: readonly BufferGeometry[];

  /** @throws where the bytes are no glTF that can be read without more */
  static async read(bytes: ArrayBuffer): Promise<Backdrop> {
    const { scene } = await new GLTFLoader().parseAsync(bytes, '');
    return new Backdrop(scene);
  }

  private constructor(scene: Group) {
    const shapes: BufferGeometry[] = [];
    scene.traverse((part) => {
      if (!(part instanceof Mesh)) return;
      for (const material of [part.material].flat() as Material[]) material.dispose();
      part.material = this.#material;
      shapes.push(part.geometry);
    });
    this.#shapes = shapes;
    this.group.add(scene);
    this.group.matrixAutoUpdate = false;
    this.group.matrix.copy(toSite());
    // Behind everything that says something.
    this.group.renderOrder = -1;
  }

  paint({ muted }: Palette): void {
    this.#material.color.copy(muted);
  }

  dispose(): void {
    for (const shape of this.#shapes) shape.dispose();
    this.#material.dispose();
  }
}

/** What `siteOf` does, as a matrix: where its three directions go. */
function toSite(): Matrix4 {
  const [right, up, front] = [siteOf([1, 0, 0]), siteOf([0, 1, 0]), siteOf([0, 0, 1])];
  return new Matrix4().set(
    ...[right[0], up[0], front[0], 0],
    ...[right[1], up[1], front[1], 0],
    ...[right[2], up[2], front[2], 0],
    ...[0, 0, 0, 1],
  );
}
