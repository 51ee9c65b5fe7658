import { useSignal } from '@preact/signals';
import type { ComponentProps, ComponentType } from 'preact';
import { useEffect } from 'preact/hooks';
import { NotThere } from '../../ui/not-there.tsx';
import type Twin from './twin/twin.tsx';

/** The building in three dimensions; its code comes when it is first asked for. */
export function TwinPart(of: ComponentProps<typeof Twin>) {
  const loaded = useSignal<{ Body: ComponentType<ComponentProps<typeof Twin>> } | 'loading' | 'failed'>('loading');
  useEffect(() => {
    import('./twin/twin.tsx').then(
      (module) => {
        loaded.value = { Body: module.default };
      },
      () => {
        // The gateway is away, or has other pages by now. The plan below stands.
        loaded.value = 'failed';
      },
    );
  }, []);
  if (typeof loaded.value === 'string') return <NotThere state={loaded.value} />;
  const { Body } = loaded.value;
  return <Body {...of} />;
}
