import { z } from 'zod';

/**
 * Why a rule judges as it does, with the figures. `point` is the deciding one, as device/point. Units are those of the
 * point; an empty one is none. The words stand in `contract/words/rules.ts`.
 */

const point = z.string();
const unit = z.string();
const figure = z.number();
const ms = z.number().min(0);
/** true: it is not so any more, but not for long enough or not by enough to be over. */
const back = z.boolean();

const reason = <C extends string, S extends z.core.$ZodLooseShape>(code: C, shape: S) =>
  z.object({ code: z.literal(code), ...shape }).readonly();

export const ruleReasonSchema = z.discriminatedUnion('code', [
  /** Nothing is met, and everything is known. */
  reason('within-limits', {}),
  /** Nothing is met as far as is known, and `count` of `of` points are not known; `point` is the first of them. */
  reason('no-verdict', { point, count: figure, of: figure }),
  reason('above-limit', { point, value: figure, limit: figure, unit }),
  reason('below-limit', { point, value: figure, limit: figure, unit }),
  /** Was met, and has not gone back far enough or long enough. */
  reason('not-back-yet', { point, value: figure, clearsAt: figure, unit }),
  /** A contact or a word is as it should not be. */
  reason('state-is', { point, value: z.union([z.boolean(), z.string(), z.number()]), back }),
  /** Held so for at least `limitMs`. */
  reason('held-too-long', { point, value: z.union([z.boolean(), z.string(), z.number()]), limitMs: ms }),
  /** Changed by `change` within `windowMs`. */
  reason('changed-fast', { point, change: figure, windowMs: ms, limit: figure, unit, back }),
  reason('off-baseline', { point, value: figure, baseline: figure, limit: figure, unit, back }),
  /** The baseline is still being learnt. */
  reason('learning-baseline', { point }),
  /** Share of the dose at which EN 50291 wants an alarm: 1 is all of it. */
  reason('co-dose', { point, value: figure, share: figure, limit: figure, unit, back }),
  /** Peak particle velocity and its frequency; `line`: the guideline value there, mm/s. `share`: of the line. */
  reason('over-vibration-line', {
    point,
    value: figure,
    hertz: figure.nullable(),
    line: figure,
    share: figure,
    limit: figure,
    unit,
    back,
  }),
  /** `count` of `of` witnesses are met, `needed` decide this level; `point` is the first of them. */
  reason('witnesses', { point, count: figure, needed: figure, of: figure }),
  reason('exceeded-often', { point, count: figure, limit: figure, windowMs: ms, above: figure, unit, back }),
  /** No good reading for at least `limitMs`. */
  reason('no-good-reading', { point, limitMs: ms }),
  /** The device says that it is ill; `says` are its own words, such as names of bits. */
  reason('equipment-fault', { point, says: z.string() }),
]);

export type RuleReason = z.infer<typeof ruleReasonSchema>;
