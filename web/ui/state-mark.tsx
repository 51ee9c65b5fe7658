import type { ComponentChildren } from 'preact';
import type { Tone } from '../text/tones.ts';

/** A state is told by shape, word and colour together. */
export function StateMark({ tone, children, look = '' }: { tone: Tone; children: ComponentChildren; look?: string }) {
  return (
    <span class={look === '' ? 'state' : `state ${look}`} data-tone={tone}>
      <Shape />
      <span>{children}</span>
    </span>
  );
}

/** The shape of the tone of whatever it stands in. */
export function Shape() {
  return <span class="shape" aria-hidden="true" />;
}
