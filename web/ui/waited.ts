import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** So long a part may wait for an answer that says how large it is: drawn before, it would move what stands below it. */
const waitMs = 1000;

/** Whether a second has passed since the component came. */
export function useWaited(): boolean {
  const isOver = useSignal(false);
  useEffect(() => {
    const timer = setTimeout(() => {
      isOver.value = true;
    }, waitMs);
    return () => clearTimeout(timer);
  }, []);
  return isOver.value;
}
