import { effect, signal } from '@preact/signals';

/**
 * The sound of life-safety alerts. It lasts as long as one of them is unacknowledged, or until somebody silences it for
 * some minutes; an alert that is new, or worse than before, breaks the silence.
 */
export type SoundState = 'off' | 'sounding' | 'silenced' | 'blocked';

export const soundState = signal<SoundState>('off');
/** Until when it is silenced, by `performance.now()`. */
export const silencedUntil = signal(0);

const silenceMs = 5 * 60_000;
const everyMs = 1600;

let context: AudioContext | null = null;
let wanted: ReadonlySet<string> = new Set();
let heard: ReadonlySet<string> = new Set();
let timer: ReturnType<typeof setInterval> | undefined;

/** Which alerts call for sound now, each by what makes it news. */
export function soundFor(keys: ReadonlySet<string>): void {
  const isNew = [...keys].some((key) => !wanted.has(key) && !heard.has(key));
  wanted = keys;
  heard = new Set([...heard, ...keys]);
  if (isNew) silencedUntil.value = 0;
  follow();
}

export function silence(): void {
  silencedUntil.value = performance.now() + silenceMs;
  follow();
}

/** Browsers let a page sound only after the reader has touched it. */
export async function allowSound(): Promise<void> {
  context ??= new AudioContext();
  await context.resume();
  follow();
}

export function startSound(): void {
  // To open what sounds may take half a second of everything: a press is answered first. Not every browser says when it
  // is at rest; those that do not let a page sound only from within the press.
  const onTouch = () => {
    if (typeof requestIdleCallback === 'function') requestIdleCallback(() => void allowSound());
    else void allowSound();
  };
  // A finger that comes down may be about to scroll, and allows nothing yet.
  for (const touch of ['pointerup', 'click', 'keydown']) addEventListener(touch, onTouch, { once: true });
  effect(() => {
    clearInterval(timer);
    if (soundState.value !== 'sounding') return;
    beep();
    timer = setInterval(beep, everyMs);
  });
  setInterval(follow, 1000);
}

function follow(): void {
  if (wanted.size === 0) soundState.value = 'off';
  else if (performance.now() < silencedUntil.peek()) soundState.value = 'silenced';
  else soundState.value = context?.state === 'running' ? 'sounding' : 'blocked';
}

/** Two tones, the temporal pattern of no fire alarm: nobody shall take a screen for the building's own siren. */
function beep(): void {
  if (context === null) return;
  for (const [nth, hertz] of [880, 660].entries()) tone(context, hertz, context.currentTime + nth * 0.22);
}

function tone(audio: AudioContext, hertz: number, at: number): void {
  const [oscillator, gain] = [audio.createOscillator(), audio.createGain()];
  oscillator.frequency.value = hertz;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.25, at + 0.02);
  gain.gain.linearRampToValueAtTime(0, at + 0.2);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + 0.21);
}
