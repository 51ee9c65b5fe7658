import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { lookAtPush, type PushState, turnPushOff, turnPushOn } from '../gateway/push.ts';
import { pushStateWords, pushWords } from '../text/push.ts';
import { language, pick, speaker } from './language.ts';

const tell = speaker(pushWords);

/** Notices to this device: says how it stands, and what to do where it cannot be. */
export function PushSwitch({ onChange }: { onChange?: () => Promise<void> }) {
  const state = useSignal<PushState | null>(null);
  useEffect(() => {
    void lookAtPush(language.value).then(keep);
  }, [language.value]);

  function keep(now: PushState): void {
    state.value = now;
  }

  function changed(now: PushState): void {
    keep(now);
    void onChange?.();
  }

  const now = state.value;
  if (now === null) return null;
  return (
    <section class="push-switch" data-state={now}>
      <h2>{tell('title')}</h2>
      <p role="status">{pick(pushStateWords[now])}</p>
      {(now === 'off' || now === 'other' || now === 'failed') && (
        <button type="button" onClick={() => void turnPushOn(language.value).then(changed)}>
          {tell('turnOn')}
        </button>
      )}
      {now === 'on' && (
        <button type="button" onClick={() => void turnPushOff().then(changed)}>
          {tell('turnOff')}
        </button>
      )}
    </section>
  );
}
