import { OrthographicCamera, Scene, Vector3, WebGLRenderer } from 'three';
import type { Backdrop } from './backdrop.ts';
import { eyeOf, type Look, standardLook } from './look.ts';
import { type Palette, paletteOf } from './palette.ts';
import type { Point3 } from './shape.ts';
import { Solids } from './solids.ts';
import { Symbols } from './symbols.ts';
import type { SceneView } from './view.ts';

/** Draws what the view says, when something of it has changed, and nothing in between. */

export type Spot = { readonly x: number; readonly y: number };

/** How much room is left around the building. */
const margin = 1.12;
/** One unit of a mark's shape, in heights of a line of text: a mark is as wide as a word is high. */
const markSize = 0.62;
/** Sharper is not seen, and costs four times as much. */
const sharpest = 2;

export class TwinScene {
  readonly #host: HTMLElement;
  readonly #renderer: WebGLRenderer;
  readonly #scene = new Scene();
  readonly #camera = new OrthographicCamera();
  readonly #solids = new Solids();
  readonly #symbols = new Symbols();
  readonly #observer: ResizeObserver;
  readonly #onDrawn: () => void;
  #view: SceneView | null = null;
  #backdrop: Backdrop | null = null;
  #isBackdropShown = true;
  #look: Look = standardLook;
  #width = 1;
  #height = 1;
  #frame = 0;
  #drawn = 0;

  /** `context` is that of `canvas`, which fills `host`. `onDrawn` is called after every frame. */
  constructor(of: {
    host: HTMLElement;
    canvas: HTMLCanvasElement;
    context: WebGL2RenderingContext;
    onDrawn: () => void;
  }) {
    const { host, canvas, context, onDrawn } = of;
    this.#host = host;
    this.#onDrawn = onDrawn;
    this.#renderer = new WebGLRenderer({ canvas, context, antialias: true, alpha: true });
    this.#camera.up.set(0, 0, 1);
    this.#scene.add(this.#solids.group, this.#symbols.group);
    this.repaint();
    this.#observer = new ResizeObserver(() => this.#resize());
    this.#observer.observe(host);
    this.#resize();
  }

  show(view: SceneView): void {
    this.#view = view;
    this.#solids.show(view);
    this.#symbols.show(view.marks);
    this.#invalidate();
  }

  lookFrom(look: Look): void {
    this.#look = look;
    this.#invalidate();
  }

  point(key: string | null): void {
    this.#symbols.point(key);
    this.#invalidate();
  }

  /** The model behind it all, which is the scene's from then on; null takes it away. */
  setBackdrop(backdrop: Backdrop | null): void {
    if (this.#backdrop !== null) {
      this.#scene.remove(this.#backdrop.group);
      this.#backdrop.dispose();
    }
    this.#backdrop = backdrop;
    if (backdrop === null) return;
    backdrop.paint(paletteOf(this.#host));
    backdrop.group.visible = this.#isBackdropShown;
    this.#scene.add(backdrop.group);
    this.#invalidate();
  }

  showBackdrop(isShown: boolean): void {
    this.#isBackdropShown = isShown;
    if (this.#backdrop !== null) this.#backdrop.group.visible = isShown;
    this.#invalidate();
  }

  /** The page's colours may have changed. */
  repaint(): void {
    const palette: Palette = paletteOf(this.#host);
    this.#solids.paint(palette);
    this.#symbols.paint(palette);
    this.#backdrop?.paint(palette);
    this.#invalidate();
  }

  /** Where a point of the building is on the screen, CSS pixels from the corner of the host. */
  spotOf([x, y, z]: Point3): Spot {
    const at = new Vector3(x, y, z).project(this.#camera);
    return { x: ((at.x + 1) / 2) * this.#width, y: ((1 - at.y) / 2) * this.#height };
  }

  dispose(): void {
    cancelAnimationFrame(this.#frame);
    this.#observer.disconnect();
    this.#solids.dispose();
    this.#symbols.dispose();
    this.#backdrop?.dispose();
    this.#renderer.dispose();
    // A browser keeps about sixteen of them and then takes away the oldest.
    if (!this.#renderer.getContext().isContextLost()) this.#renderer.forceContextLoss();
  }

  #resize(): void {
    const { clientWidth, clientHeight } = this.#host;
    if (clientWidth === 0 || clientHeight === 0) return;
    [this.#width, this.#height] = [clientWidth, clientHeight];
    this.#renderer.setPixelRatio(Math.min(sharpest, devicePixelRatio));
    this.#renderer.setSize(clientWidth, clientHeight, false);
    this.#invalidate();
  }

  #invalidate(): void {
    if (this.#frame !== 0) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    if (this.#view === null) return;
    const metresPerPixel = this.#aim(this.#view);
    const lineHeight = Number.parseFloat(getComputedStyle(this.#host).fontSize);
    this.#symbols.face(this.#camera.quaternion, lineHeight * markSize * metresPerPixel);
    this.#renderer.render(this.#scene, this.#camera);
    this.#drawn += 1;
    this.#host.dataset.drawn = String(this.#drawn);
    this.#onDrawn();
  }

  /** All of the building fits the shorter side; says how many metres a pixel is. */
  #aim({ centre, radius }: SceneView): number {
    const camera = this.#camera;
    const half = (radius * margin) / this.#look.zoom;
    const shorter = Math.min(this.#width, this.#height);
    const [across, up] = [(half * this.#width) / shorter, (half * this.#height) / shorter];
    Object.assign(camera, { left: -across, right: across, top: up, bottom: -up, near: 0, far: 8 * radius });
    const [x, y, z] = eyeOf(this.#look);
    const away = 4 * radius;
    camera.position.set(centre[0] + x * away, centre[1] + y * away, centre[2] + z * away);
    camera.lookAt(...centre);
    camera.updateProjectionMatrix();
    camera.updateMatrixWorld();
    return (2 * half) / shorter;
  }
}
