import { effect } from '@preact/signals';
import { route } from './router.ts';

/**
 * What is under the pointer stays there while something new comes above it, as an alert does: a press meant for one thing is
 * never a press on another. Where nobody is about to press anything nothing is held: a wall keeps its first line.
 */

/** So long after the last touch somebody may be about to press what they see. */
const pressingMs = 5000;

/** So long after the last touch, or after the page was opened, somebody is taken to read it. */
const readingMs = 60_000;

let touchedAt = Number.NEGATIVE_INFINITY;
/** What the pointer is on, and how far below the edge of the window. */
let held: { readonly element: Element; readonly top: number } | null = null;

/** How long nothing should move yet, ms; 0 when nobody is about to press anything. */
export const pressingFor = (): number => Math.max(0, touchedAt + pressingMs - performance.now());

/** Whether somebody seems to read the page; a wall has nobody who would ask for what is new. */
export const isRead = (): boolean =>
  route.value.query.get('view') !== 'wall' && Math.max(0, touchedAt) + readingMs > performance.now();

/** Called once. */
export function startHolding(): void {
  const touched = ({ target }: Event) => {
    touchedAt = performance.now();
    hold(target);
  };
  for (const touch of ['pointermove', 'pointerdown', 'keydown']) addEventListener(touch, touched, { passive: true });
  addEventListener('scroll', () => hold(held?.element), { passive: true });
  // What comes of a press may move it.
  addEventListener('click', () => hold(null), { passive: true });
  effect(() => {
    void route.value.path;
    document.body.style.minHeight = '';
  });
  new ResizeObserver(keep).observe(document.body);
}

function hold(target: EventTarget | null | undefined): void {
  held = target instanceof Element ? { element: target, top: topOf(target) } : null;
}

function keep(): void {
  if (held === null || !held.element.isConnected || pressingFor() === 0 || isStuck(held.element)) return;
  const moved = topOf(held.element) - held.top;
  if (moved === 0) return;
  // A page that fits its window cannot be scrolled: it gets as much longer.
  const { scrollHeight, clientHeight } = document.documentElement;
  const lacking = Math.ceil(scrollY + moved - (scrollHeight - clientHeight));
  if (lacking > 0) document.body.style.minHeight = `${scrollHeight + lacking}px`;
  scrollBy(0, moved);
}

const topOf = (element: Element): number => element.getBoundingClientRect().top;

/** What stands in the window and not on the page. */
const isStuck = (element: Element): boolean => element.closest('.top, .alarm-bar, .nav, dialog') !== null;
