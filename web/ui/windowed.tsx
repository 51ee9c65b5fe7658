import { useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** From here on only what is near the view is drawn. */
const manyRows = 200;
/** Rows drawn beyond each edge of the view, so that scrolling shows no gap. */
const spare = 12;

/**
 * A list of rows of about the same height. A long one, or one of many that are long together (`among`: rows of all of them), draws the
 * rows near the view and keeps the room of the others. `rowHeight` is in CSS pixels, until a row is drawn that can be measured.
 */
export function Windowed<T>(of: {
  items: readonly T[];
  rowHeight: number;
  among?: number;
  keyOf(item: T): string;
  children(item: T): ComponentChildren;
  look?: string;
  label?: string;
}) {
  const { items, among = 0, keyOf, children, look = '', label } = of;
  const list = useRef<HTMLUListElement>(null);
  const height = useRef(of.rowHeight);
  const range = useSignal<readonly [number, number]>([0, 0]);
  const isLong = Math.max(items.length, among) > manyRows;

  useLayoutEffect(() => {
    if (!isLong) return;
    const measure = () => {
      const row = list.current?.querySelector('li:not([aria-hidden])');
      if (row) height.current = row.getBoundingClientRect().height || height.current;
      const next = rowsNear(list.current?.getBoundingClientRect().top ?? 0, height.current, items.length, range.peek());
      if (next !== null) range.value = next;
    };
    const drawAll = () => {
      range.value = [0, items.length];
    };
    measure();
    addEventListener('scroll', measure, { passive: true });
    addEventListener('resize', measure);
    addEventListener('beforeprint', drawAll);
    // What stands above may become longer or shorter.
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => {
      removeEventListener('scroll', measure);
      removeEventListener('resize', measure);
      removeEventListener('beforeprint', drawAll);
      observer.disconnect();
    };
  }, [isLong, items.length]);

  const [first, last] = isLong ? range.value : [0, items.length];
  const shown = items.slice(first, last);
  const above = Math.min(first, items.length) * height.current;
  const below = Math.max(0, items.length - Math.max(first, last)) * height.current;
  return (
    <ul ref={list} class={look} aria-label={label}>
      {above > 0 && <li key="above" aria-hidden="true" style={{ height: `${above}px` }} />}
      {shown.map((item) => (
        <li key={keyOf(item)}>{children(item)}</li>
      ))}
      {below > 0 && <li key="below" aria-hidden="true" style={{ height: `${below}px` }} />}
    </ul>
  );
}

/** The rows to draw of a list that begins at `top`; null while those that are drawn will do. */
function rowsNear(
  top: number,
  height: number,
  count: number,
  [from, to]: readonly [number, number],
): readonly [number, number] | null {
  const [first, last] = [Math.floor(-top / height), Math.ceil((innerHeight - top) / height)];
  const within = (row: number) => Math.min(count, Math.max(0, row));
  const isCovered = from <= within(first - spare / 2) && to >= within(last + spare / 2);
  // A row more or less is not worth drawing again.
  if (isCovered && to - from <= last - first + 4 * spare) return null;
  return [within(first - spare), within(last + spare)];
}
