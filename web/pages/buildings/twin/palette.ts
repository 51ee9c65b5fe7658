import { Color } from 'three';
import type { Tone } from '../../../text/tones.ts';

/** The page's own colours, as they are where the drawing stands: day, night and wall alike. */
export type Palette = {
  readonly ink: Color;
  readonly muted: Color;
  readonly line: Color;
  readonly focus: Color;
  readonly tones: Readonly<Record<Tone, Color>>;
};

export function paletteOf(place: HTMLElement): Palette {
  const colour = (name: string) => new Color().setStyle(paintOf(place, name));
  return {
    ink: colour('--ink'),
    muted: colour('--muted'),
    line: colour('--line'),
    focus: colour('--focus'),
    tones: {
      normal: colour('--card'),
      unknown: colour('--card'),
      notice: colour('--notice-line'),
      caution: colour('--caution-line'),
      warning: colour('--warning-line'),
      critical: colour('--critical-line'),
    },
  };
}

/** A custom property of light-dark() has no colour of its own until something is painted with it. */
function paintOf(place: HTMLElement, name: string): string {
  place.style.color = `var(${name})`;
  const made = getComputedStyle(place).color;
  place.style.color = '';
  return made;
}
