import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** From here on only what is near the view is drawn. */
const manyRows = 200;
/** Rows drawn beyond each edge of the view, so that scrolling shows no gap. */
const spare = 20;

/**
 * A list of rows of about the same height. A long one draws the rows near the view and keeps the room of the others.
 * `rowHeight` is in CSS pixels, as rows usually are.
 */
export function Windowed<T>(of: {
  items: readonly T[];
  rowHeight: number;
  keyOf(item: T): string;
  children(item: T): ComponentChildren;
  look?: string;
  label?: string;
}) {
  const { items, rowHeight, keyOf, children, look = '', label } = of;
  const list = useRef<HTMLUListElement>(null);
  const range = useSignal<readonly [number, number]>([0, manyRows]);
  const isLong = items.length > manyRows;

  useEffect(() => {
    if (!isLong) return;
    const measure = () => {
      const top = list.current?.getBoundingClientRect().top ?? 0;
      const first = Math.max(0, Math.floor(-top / rowHeight) - spare);
      const last = first + Math.ceil(innerHeight / rowHeight) + 2 * spare;
      const [was] = range.peek();
      // A row more or less is not worth drawing again.
      if (Math.abs(was - first) < spare / 2 && first !== 0) return;
      range.value = [first, last];
    };
    measure();
    addEventListener('scroll', measure, { passive: true });
    addEventListener('resize', measure);
    return () => {
      removeEventListener('scroll', measure);
      removeEventListener('resize', measure);
    };
  }, [isLong, rowHeight]);

  const [first, last] = isLong ? range.value : [0, items.length];
  const shown = items.slice(first, last);
  const above = first * rowHeight;
  const below = Math.max(0, items.length - last) * rowHeight;
  return (
    <ul ref={list} class={look} aria-label={label}>
      {above > 0 && <li aria-hidden="true" style={{ height: `${above}px` }} />}
      {shown.map((item) => (
        <li key={keyOf(item)}>{children(item)}</li>
      ))}
      {below > 0 && <li aria-hidden="true" style={{ height: `${below}px` }} />}
    </ul>
  );
}
