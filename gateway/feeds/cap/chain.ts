import type { CapReference, CapTime } from './message.ts';

/**
 * The messages of one alert, oldest first: an Alert, then Updates, and one Update or Cancel that ends it. Each message
 * after the first refers to all before it (CAP 1.2, 3.2.1 references), so a receiver that missed some still knows what is
 * replaced.
 */
export type CapChain = readonly CapHead[];

/** What is kept of a message beside its text. */
export type CapHead = CapReference & {
  readonly expires: CapTime;
  readonly step: CapStep;
  /** As a list of messages shows it, in Korean. */
  readonly headline: string;
  readonly instruction: string;
};

/**
 * | step | when | message |
 * |---|---|---|
 * | raised | the first one of an alert | Alert |
 * | changed | level, witnesses or words changed | Update |
 * | renewed | it would expire while the condition stands | Update |
 * | all-clear | the condition is gone and the alert is closed | Update, AllClear |
 * | cancelled | it was an error, a nuisance alarm or a test | Cancel |
 */
export type CapStep = 'raised' | 'changed' | 'renewed' | 'all-clear' | 'cancelled';

export const capSteps = [
  'raised',
  'changed',
  'renewed',
  'all-clear',
  'cancelled',
] as const satisfies readonly CapStep[];

export const msgTypeOf = {
  raised: 'Alert',
  changed: 'Update',
  renewed: 'Update',
  'all-clear': 'Update',
  cancelled: 'Cancel',
} as const;

export function isOver(chain: CapChain): boolean {
  const step = chain.at(-1)?.step;
  return step === 'all-clear' || step === 'cancelled';
}

/** Whether a message is one that a reader is to act on: the last of its chain, and not expired. */
export function isLive(head: CapHead, chain: CapChain, now: number): boolean {
  return chain.at(-1)?.identifier === head.identifier && head.expires.ms > now;
}

/** Milliseconds from a message to its renewal: three quarters of its life, so that one missed try does no harm. */
export function renewAfterMs(head: CapHead): number {
  return Math.floor((head.expires.ms - head.sent.ms) * 0.75);
}
