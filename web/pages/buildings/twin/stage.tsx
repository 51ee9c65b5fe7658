import { type Signal, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { twinWords } from '../../../text/twin.ts';
import { language, speaker } from '../../../ui/language.ts';
import { route } from '../../../ui/router.ts';
import { Shape } from '../../../ui/state-mark.tsx';
import { type Look, moved, moveOfKey, turned, zoomed } from './look.ts';
import type { Spot, TwinScene } from './scene.ts';
import { type BackdropState, useBackdrop } from './use-backdrop.ts';
import { type Box, labelsOf, readable, type SceneView, touched } from './view.ts';

const tell = speaker(twinWords);

/** `none`: this browser draws nothing in three dimensions. `lost`: the graphics device went away. `failed`: no code came. */
export type StageState = 'starting' | 'drawn' | 'none' | 'lost' | 'failed';

/** A finger is wider than a pointer. */
const reach = { mouse: 14, other: 26 } as const;
/** A touch that moves less than this, in pixels, is a choice and no turn. */
const slip = 5;
/** Pixels between a label and what it names. */
const beyond = 12;
/** Half of a mark as it counts for labels. */
const half = 9;
const turnPerPixel = 0.008;

/** The drawing, its labels, and what hands and keys do to it. */
export function Stage(of: {
  view: SceneView;
  look: Signal<Look>;
  pointed: Signal<string | null>;
  state: Signal<StageState>;
  isPast: boolean;
  backdrop: { readonly path: string | null; readonly isShown: boolean; readonly state: Signal<BackdropState> };
  onChoose(key: string): void;
}) {
  const { view, look, pointed, state, isPast, backdrop, onChoose } = of;
  const host = useRef<HTMLDivElement>(null);
  const scene = useRef<TwinScene | null>(null);
  const arrived = useSignal(0);
  const drawn = useMemo(() => JSON.stringify(view), [view]);
  const labels = useMemo(() => labelsOf(view, pointed.value), [drawn, pointed.value]);
  const now = useRef({ view, labels, pointed: pointed.value });
  now.current = { view, labels, pointed: pointed.value };

  const place = () => {
    if (host.current !== null && scene.current !== null) placeLabels(host.current, scene.current, now.current);
  };

  useEffect(() => {
    if (host.current === null) return;
    return start(host.current, {
      onState: (next) => {
        state.value = next;
      },
      onScene: (made) => {
        scene.current = made;
        arrived.value += 1;
      },
      onDrawn: place,
    });
  }, []);

  useEffect(() => scene.current?.show(view), [drawn, arrived.value]);
  useBackdrop(scene, { ...backdrop, arrived: arrived.value });
  // A hand that turns it draws nothing else again.
  useEffect(() => look.subscribe((next) => scene.current?.lookFrom(next)), [arrived.value]);
  useEffect(() => scene.current?.point(pointed.value), [pointed.value, drawn, arrived.value]);
  useEffect(() => scene.current?.repaint(), [route.value.query.get('theme'), arrived.value]);
  useEffect(place, [labels, language.value]);
  useHands(host, { scene, now, look, pointed, onChoose });

  const isShown = state.value === 'drawn' || state.value === 'starting';
  return (
    <div class="twin-stage" data-past={isPast || undefined} hidden={!isShown}>
      <div
        ref={host}
        class="twin-host"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: role="application" is interactive: arrow keys turn it, + and − zoom
        tabIndex={0}
        role="application"
        aria-label={tell('scene')}
        data-state={state.value}
      />
      <div class="twin-labels" aria-hidden="true">
        {labels.map(({ key, text, tone }) => (
          <span
            key={key}
            class="twin-label"
            data-tone={tone ?? undefined}
            data-pointed={key === pointed.value || undefined}
          >
            {tone !== null && tone !== 'normal' && <Shape />}
            {text}
          </span>
        ))}
      </div>
    </div>
  );
}

/** Starts to draw in `host`, as far as this browser can; the answer ends it. */
function start(
  host: HTMLElement,
  tell: { onState(state: StageState): void; onScene(scene: TwinScene | null): void; onDrawn(): void },
): () => void {
  const canvas = document.createElement('canvas');
  canvas.setAttribute('aria-hidden', 'true');
  const context = canvas.getContext('webgl2', { antialias: true, alpha: true });
  if (context === null) {
    tell.onState('none');
    return () => {};
  }
  host.append(canvas);
  let scene: TwinScene | null = null;
  let isGone = false;
  const onLost = (event: Event) => {
    // Without this it would not come back.
    event.preventDefault();
    tell.onState('lost');
  };
  const onFound = () => {
    tell.onState('drawn');
    scene?.repaint();
  };
  const onNight = () => scene?.repaint();
  const night = matchMedia('(prefers-color-scheme: dark)');
  canvas.addEventListener('webglcontextlost', onLost);
  canvas.addEventListener('webglcontextrestored', onFound);
  night.addEventListener('change', onNight);
  const make = async () => {
    try {
      const { TwinScene: Made } = await import('./scene.ts');
      if (isGone) return;
      scene = new Made({ host, canvas, context, onDrawn: tell.onDrawn });
      tell.onState('drawn');
      tell.onScene(scene);
    } catch {
      // The gateway is away, or has other pages by now; or the device drew nothing after all.
      if (!isGone) tell.onState('failed');
    }
  };
  void make();
  return () => {
    isGone = true;
    canvas.removeEventListener('webglcontextlost', onLost);
    canvas.removeEventListener('webglcontextrestored', onFound);
    night.removeEventListener('change', onNight);
    scene?.dispose();
    tell.onScene(null);
    canvas.remove();
  };
}

/**
 * What can be read is shown: a label that would lie over a more urgent one, or over a mark that is not normal, waits until there
 * is room. That of the one that is pointed at is always shown.
 */
function placeLabels(
  host: HTMLElement,
  scene: TwinScene,
  { view, labels, pointed }: { view: SceneView; labels: ReturnType<typeof labelsOf>; pointed: string | null },
): void {
  const elements = [...(host.nextElementSibling?.children ?? [])].filter((each) => each instanceof HTMLElement);
  const boxes = elements.map((element, nth): Box => {
    const { tone = null, at = [] } = labels[nth] ?? {};
    const { x, y } = at.map((point) => scene.spotOf(point)).reduce(leftmost, { x: Number.POSITIVE_INFINITY, y: 0 });
    const [width, height] = [element.offsetWidth, element.offsetHeight];
    const beside =
      tone === null ? { left: x - width - beyond, top: y - height } : { left: x - width / 2, top: y - height - beyond };
    return { left: Math.max(0, Math.min(host.clientWidth - width, beside.left)), top: beside.top, width, height };
  });
  const abnormal = view.marks.filter(({ tone }) => tone !== 'normal').map(({ at }) => scene.spotOf(at));
  const taken = abnormal.map(({ x, y }) => ({ left: x - half, top: y - half, width: 2 * half, height: 2 * half }));
  const isReadable = readable(boxes, taken);
  for (const [nth, element] of elements.entries()) {
    const box = boxes[nth];
    if (box === undefined) continue;
    element.style.transform = `translate(${box.left}px, ${box.top}px)`;
    element.dataset.hidden = String(isReadable[nth] !== true && labels[nth]?.key !== pointed);
  }
}

const leftmost = (a: Spot, b: Spot) => (b.x < a.x ? b : a);

/** Dragging turns, two fingers and the wheel zoom, a touch chooses; keys do the same. */
function useHands(
  host: { readonly current: HTMLElement | null },
  of: {
    readonly scene: { readonly current: TwinScene | null };
    readonly now: { readonly current: { readonly view: SceneView } };
    readonly look: Signal<Look>;
    readonly pointed: Signal<string | null>;
    onChoose(key: string): void;
  },
): void {
  const choose = useRef(of.onChoose);
  choose.current = of.onChoose;
  useEffect(() => {
    const element = host.current;
    if (element === null) return;
    const { look, pointed } = of;
    const fingers = new Map<number, PointerEvent>();
    let gone = 0;

    const keyAt = (event: PointerEvent) => {
      const scene = of.scene.current;
      if (scene === null) return null;
      const { left, top } = element.getBoundingClientRect();
      const spots = of.now.current.view.marks.map(({ key, at }) => ({ key, ...scene.spotOf(at) }));
      const within = event.pointerType === 'mouse' ? reach.mouse : reach.other;
      return touched(spots, [event.clientX - left, event.clientY - top], within);
    };
    const spread = () => {
      const [a, b] = [...fingers.values()];
      return a === undefined || b === undefined ? null : Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
    };
    const onDown = (event: PointerEvent) => {
      gone = 0;
      fingers.set(event.pointerId, event);
      element.setPointerCapture(event.pointerId);
    };
    const onMove = (event: PointerEvent) => {
      const before = fingers.get(event.pointerId);
      if (before === undefined) {
        pointed.value = keyAt(event);
        return;
      }
      const apart = spread();
      fingers.set(event.pointerId, event);
      const [x, y] = [event.clientX - before.clientX, event.clientY - before.clientY];
      gone += Math.hypot(x, y);
      if (apart !== null && apart > 0) look.value = zoomed(look.value, (spread() ?? apart) / apart);
      else if (gone > slip) look.value = turned(look.value, -x * turnPerPixel, y * turnPerPixel);
    };
    const onUp = (event: PointerEvent) => {
      const isTouch = fingers.size === 1 && gone <= slip;
      fingers.delete(event.pointerId);
      const key = isTouch ? keyAt(event) : null;
      if (key !== null) choose.current(key);
    };
    const onCancel = (event: PointerEvent) => void fingers.delete(event.pointerId);
    const onLeave = () => {
      if (fingers.size === 0) pointed.value = null;
    };
    const onKey = (event: KeyboardEvent) => {
      const move = moveOfKey[event.key];
      if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      look.value = moved(look.value, move);
    };
    // The page scrolls under a pointer that only passes by.
    const onWheel = (event: WheelEvent) => {
      if (document.activeElement !== element && !event.ctrlKey) return;
      event.preventDefault();
      look.value = zoomed(look.value, event.deltaY < 0 ? 1.15 : 1 / 1.15);
    };
    const ended = new AbortController();
    const { signal } = ended;
    element.addEventListener('pointerdown', onDown, { signal });
    element.addEventListener('pointermove', onMove, { signal });
    element.addEventListener('pointerup', onUp, { signal });
    element.addEventListener('pointercancel', onCancel, { signal });
    element.addEventListener('pointerleave', onLeave, { signal });
    element.addEventListener('keydown', onKey, { signal });
    element.addEventListener('wheel', onWheel, { signal, passive: false });
    return () => ended.abort();
  }, []);
}
