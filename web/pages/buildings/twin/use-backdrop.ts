import type { Signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { TwinScene } from './scene.ts';

/** failed: it cannot be fetched or read; the building is drawn without it. */
export type BackdropState = 'loading' | 'there' | 'failed';

/** Puts the model at `path` behind the scene, once there is one; null: the building has none. */
export function useBackdrop(
  scene: { readonly current: TwinScene | null },
  of: { arrived: number; path: string | null; isShown: boolean; state: Signal<BackdropState> },
): void {
  const { arrived, path, isShown, state } = of;
  useEffect(() => {
    const into = scene.current;
    into?.setBackdrop(null);
    if (into === null || path === null) return;
    const leaving = new AbortController();
    state.value = 'loading';
    load(path, leaving.signal).then(
      (backdrop) => {
        if (leaving.signal.aborted) return backdrop.dispose();
        into.setBackdrop(backdrop);
        state.value = 'there';
      },
      () => {
        if (!leaving.signal.aborted) state.value = 'failed';
      },
    );
    return () => leaving.abort();
  }, [path, arrived]);
  useEffect(() => scene.current?.showBackdrop(isShown), [isShown, arrived]);
}

async function load(path: string, signal: AbortSignal) {
  const [answer, { Backdrop }] = await Promise.all([fetch(path, { signal }), import('./backdrop.ts')]);
  if (!answer.ok) throw new Error(`${answer.status}`);
  return Backdrop.read(await answer.arrayBuffer());
}
