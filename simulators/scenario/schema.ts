import { z } from 'zod';
import { durationSchema } from '../../contract/duration.ts';
import { trySignedDuration } from '../signed-duration.ts';
import { tryTimeOfDay } from './wall-time.ts';

/** A scenario file as a person writes it. Unknown keys are refused; descriptions appear in the messages about others. */

const text = z
  .strictObject({ ko: z.string().trim().min(1).max(200), en: z.string().trim().min(1).max(200) })
  .describe('a text in Korean and English: { ko: …, en: … }');

const timeOfDay = z
  .string()
  .refine((time) => tryTimeOfDay(time) !== undefined, 'a time is written "10:12" or "17:48:10"')
  .transform((time) => tryTimeOfDay(time) ?? Number.NaN)
  .describe('a time of the site\'s wall clock, such as "10:12"');

const step = z
  .string()
  .refine((span) => trySignedDuration(span) !== undefined, 'a step of a clock is written 1h, 30s or -5m')
  .transform((span) => trySignedDuration(span) ?? Number.NaN)
  .describe('how far the clock steps, such as 1h or -5m');

const stepShape = z.strictObject({
  at: timeOfDay,
  for: durationSchema.describe('how long it lasts, such as 11m; to the end if not given').optional(),
  note: text.optional(),
  fault: z.string().describe('what goes wrong, such as silent').optional(),
  target: z.string().describe('what it strikes: agent/bus, device, device/point or agent').optional(),
  rate: z.number().describe('drifting: the share of its range that a number gains every hour').optional(),
  by: step.optional(),
  event: z.string().describe('what happens to the place, such as truck').optional(),
  place: z.string().describe('where: an agent or a device; the whole site if not given').optional(),
  strength: z.number().describe('1 is the usual size').optional(),
  set: z.string().describe('a point that is held at a value, as device/point').optional(),
  value: z
    .union([z.boolean(), z.number(), z.string()], 'a value is true, false, a number or a text')
    .describe('what the point is held at')
    .optional(),
});

/** What a step does, the key it must have beside that one, and those it may have. `at`, `for` and `note` go with all. */
const doings = {
  fault: { needs: 'target', may: ['target', 'rate', 'by'] },
  event: { needs: null, may: ['place', 'strength'] },
  set: { needs: 'value', may: ['value'] },
} as const;

const doingNames = ['fault', 'event', 'set'] as const;
const ownKeys = doingNames.flatMap((name) => [...doings[name].may]);

export const stepFileSchema = stepShape.superRefine((step, ctx) => {
  const say = (path: string[], message: string) => ctx.addIssue({ code: 'custom', path, message });
  const [does, second] = doingNames.filter((name) => step[name] !== undefined);
  if (does === undefined) {
    say([], 'this step does nothing; give it a fault, an event or a set');
    return;
  }
  if (second !== undefined) say([second], `a step does one thing, and this one has ${does} already; make two of it`);
  const { needs, may } = doings[does];
  if (needs !== null && step[needs] === undefined) say([], `${does} needs a ${needs} beside it`);
  const foreign = ownKeys.filter((key) => step[key] !== undefined && !may.some((own) => own === key));
  if (second === undefined) for (const key of foreign) say([key], `${key} does not go with ${does}; remove it`);
});

export const scenarioFileSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,62}$/, 'an id is 1–63 of a–z, 0–9 and -, and begins with a letter or digit')
    .describe("the scenario's name, such as day"),
  title: text,
  site: z.string().describe('the id of the site it is for, such as saesol'),
  begins: timeOfDay,
  seed: z.int().min(0).default(1).describe('same seed, same values'),
  steps: z.array(stepFileSchema).describe('what happens, each { at, fault | event | set, … }'),
});

export type StepFile = z.infer<typeof stepFileSchema>;

const { at, fault, target, rate, by: clockStep, event, place, strength, set, value } = stepShape.shape;
const stepSketch = z.object({
  at: at.optional().catch(undefined),
  fault: fault.catch(undefined),
  target: target.catch(undefined),
  rate: rate.catch(undefined),
  by: clockStep.catch(undefined),
  event: event.catch(undefined),
  place: place.catch(undefined),
  strength: strength.catch(undefined),
  set: set.catch(undefined),
  value: value.catch(undefined),
});

export type StepSketch = z.infer<typeof stepSketch>;

/** What can be made out of a step although parts of it are wrong. */
export function readableIn(step: unknown): StepSketch {
  return stepSketch.safeParse(step).data ?? {};
}
