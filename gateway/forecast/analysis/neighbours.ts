import type { ForecastSettings } from '../../../config/forecast/forecast-settings.ts';
import type { Noise } from './noise.ts';
import { noiseOf } from './noise.ts';
import { movementOver } from './trend.ts';

/** Neighbours that can tell, and how many of them move along: by a part of the rate at least, either way, out of noise. */
export type Company = { readonly of: number; readonly along: number };

/** `rate` and `blocks` of the point's own movement; `neighbours`: day medians, freed of temperature as the point's are. */
export function companyOf(
  neighbours: readonly Float64Array[],
  own: { readonly rate: number; readonly blocks: number },
  settings: ForecastSettings,
): Company {
  let [of, along] = [0, 0];
  for (const values of neighbours) {
    const noise: Noise | null = noiseOf(values, settings);
    const movement = noise === null ? null : movementOver(values, own.blocks, noise);
    if (movement === null) continue;
    of++;
    const isLarge = Math.abs(movement.slope.slope) * settings.neighbours.times >= Math.abs(own.rate);
    if (isLarge && movement.times > settings.neighbours.timesNoise) along++;
  }
  return { of, along };
}
