import type { Level } from '../../contract/hazards.ts';

/**
 * How loud something is shown. normal is quiet. notice ◆, caution ▲, warning ⬟ and critical ⬢ are abnormal, the shape and
 * the word telling as much as the colour; unknown is hatched, never grey as if all were well.
 */
export type Tone = 'normal' | 'notice' | 'caution' | 'warning' | 'critical' | 'unknown';

/** Levels of an alert, rising. */
export const levels = ['관심', '주의', '경계', '심각'] as const satisfies readonly Level[];

export const levelTones: Record<Level, Tone> = {
  관심: 'notice',
  주의: 'caution',
  경계: 'warning',
  심각: 'critical',
};

/** The most urgent first. Unknown stands before what is merely to be watched. */
export const urgency: Record<Tone, number> = {
  critical: 0,
  warning: 1,
  unknown: 2,
  caution: 3,
  notice: 4,
  normal: 5,
};
