import type { InterlockConfig } from '../../../config/site.ts';
import { pointRefSchema } from '../../../contract/ids.ts';
import type { RulePoint } from '../../../rules/compiled-rule.ts';
import { conditionSchema } from '../../../rules/condition.ts';

export const smoke1 = 'contacts-1/di_0';
export const smoke2 = 'contacts-1/di_1';
export const button = 'contacts-1/di_7';
export const gasPoint = 'lel-1/concentration';
export const siren = pointRefSchema.parse('siren-1/relay_1');

/** A siren over two smoke contacts. */
export function interlockConfig(
  options: { onUnknown?: InterlockConfig['onUnknown']; silence?: boolean; gas?: boolean; on?: boolean } = {},
): InterlockConfig {
  const { onUnknown = 'hold', silence = false, gas = false, on = true } = options;
  const condition = conditionSchema.parse({
    kind: 'voting',
    witnesses: [{ points: [smoke1, smoke2], is: true }],
    levels: { 경계: 1 },
  });
  return {
    id: 'siren',
    condition,
    points: [contact(smoke1), contact(smoke2)],
    output: siren,
    on,
    onUnknown,
    silence: silence ? pointRefSchema.parse(button) : null,
    gas: gas ? { zone: 'kitchen', points: [pointRefSchema.parse(gasPoint)], above: 10 } : null,
  };
}

function contact(ref: string): RulePoint {
  return {
    ref: pointRefSchema.parse(ref),
    type: 'boolean',
    unit: '',
    kind: 'smoke',
    valid: null,
    words: null,
    bits: null,
    everyMs: 1000,
    maxSilenceMs: 10_000,
  };
}
