import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from '../needs.ts';

/** WCAG 2.2: 4.5 for text, 3 for shapes and the focus ring. */
const css = readFileSync(join(root, 'web/ui/styles/tokens.css'), 'utf8');

test.each([
  ['ink', 'ground', 4.5],
  ['ink', 'card', 4.5],
  ['ink', 'hatch', 4.5],
  ['muted', 'ground', 4.5],
  ['muted', 'card', 4.5],
  ['on-colour', 'caution', 4.5],
  ['on-colour', 'warning', 4.5],
  ['caution-line', 'card', 3],
  ['warning-line', 'card', 3],
  ['caution-line', 'ground', 3],
  ['warning-line', 'ground', 3],
  ['focus', 'ground', 3],
  ['focus', 'card', 3],
])('%s on %s has a contrast of at least %s:1 by day and by night', (front, back, bar) => {
  for (const mode of [0, 1]) expect(contrast(colour(front, mode), colour(back, mode))).toBeGreaterThanOrEqual(bar);
});

function colour(name: string, mode: number): string {
  const value = new RegExp(`--${name}: ([^;]+);`).exec(css)?.[1] ?? '';
  const found = value.match(/#[0-9a-f]{3,6}/g) ?? [];
  const hex = found[mode] ?? found[0];
  if (hex === undefined) throw new Error(`--${name} is no colour: ${value}`);
  return hex.length === 4 ? hex.replace(/[0-9a-f]/g, '$&$&') : hex;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((place) => {
    const part = Number.parseInt(hex.slice(place, place + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
