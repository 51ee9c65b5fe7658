import type { RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** What a press opens further down comes into sight; no further than that, and not at all where it is seen whole already. */
export function useComesIntoSight<T extends Element>(key: string): RefObject<T | null> {
  const of = useRef<T>(null);
  useEffect(() => of.current?.scrollIntoView({ block: 'nearest', behavior: 'instant' }), [key]);
  return of;
}
