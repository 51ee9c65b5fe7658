import { computed, signal } from '@preact/signals';
import type { ComponentType } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { frameWords } from '../text/frame.ts';
import { acting, isPasswordAsked, maintaining } from './asked.ts';
import { speaker } from './language.ts';

const tell = speaker(frameWords);

const dialogs = signal<{ readonly Body: ComponentType } | null>(null);
const isFailed = signal(false);
const isAsked = computed(() => acting.value !== null || maintaining.value !== null || isPasswordAsked.value);

/** The dialogs of every page. Their code comes when nothing else is to do, or when the first of them is asked for. */
export function Later() {
  const there = dialogs.value;
  const asked = isAsked.value;
  useEffect(() => {
    if (asked && dialogs.peek() === null) void fetchDialogs();
  }, [asked]);
  if (there !== null) return <there.Body />;
  return asked && isFailed.value ? <NotFetched /> : null;
}

export async function fetchDialogs(): Promise<void> {
  if (dialogs.peek() !== null) return;
  isFailed.value = false;
  try {
    const { default: Body } = await import('./dialogs.tsx');
    dialogs.value = { Body };
  } catch {
    // The gateway is away, or has other pages by now: the next that asks tries again.
    isFailed.value = true;
  }
}

function NotFetched() {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} aria-labelledby="not-fetched" onClose={forget}>
      <h2 id="not-fetched">{tell('pageFailed')}</h2>
      <p>{tell('pageFailedHelp')}</p>
      <button type="button" class="main" onClick={() => dialog.current?.close()}>
        {tell('close')}
      </button>
    </dialog>
  );
}

/** Nothing is asked for any more, so that it can be asked for again. */
function forget(): void {
  isFailed.value = false;
  acting.value = null;
  maintaining.value = null;
  isPasswordAsked.value = false;
}
