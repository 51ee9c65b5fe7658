import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Loaded } from '../../gateway/resource.ts';
import { isAway, lateMs } from '../../gateway/session.ts';

/** Whether what this device kept is to be shown: the gateway cannot be reached, or has let the reader wait for some seconds. */
export function useIsAway(now: Loaded<unknown>): boolean {
  const isLate = useSignal(false);
  const isLoading = now.state === 'loading';
  useEffect(() => {
    isLate.value = false;
    if (!isLoading) return;
    const timer = setTimeout(() => {
      isLate.value = true;
    }, lateMs);
    return () => clearTimeout(timer);
  }, [isLoading]);
  if (isLoading) return isAway.value || isLate.value;
  return now.state === 'failed' && now.failed?.why === 'unreachable';
}
