import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals';
import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { leaveFar } from '../gateway/live.ts';

/**
 * Whether an element that is laid out only near the view (`content-visibility: auto`) is near it: the browser looks anyway, and says
 * so. A part of the model that is shown far from the view alone is drawn again every five seconds, and at once when it comes near:
 * of a thousand rows thirty are seen. Always near in a browser that says nothing.
 */
export function useNear<T extends Element>(part: string): { of: RefObject<T | null>; near: ReadonlySignal<boolean> } {
  const of = useRef<T>(null);
  const near: Signal<boolean> = useSignal(true);
  useEffect(() => {
    const element = of.current;
    if (element === null) return;
    let comeNear = () => {};
    const note = (event: Event) => {
      if (event.target !== element || !('skipped' in event) || event.skipped === !near.peek()) return;
      near.value = event.skipped !== true;
      if (near.peek()) comeNear();
      else comeNear = leaveFar(part);
    };
    element.addEventListener('contentvisibilityautostatechange', note);
    return () => {
      element.removeEventListener('contentvisibilityautostatechange', note);
      if (!near.peek()) comeNear();
      near.value = true;
    };
  }, [part]);
  return { of, near };
}
