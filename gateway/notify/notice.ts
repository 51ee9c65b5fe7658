/**
 * A notice: one thing to be told to one audience. A service writes it as a row in the commit that decided it, so it is
 * never lost and never invented; delivery reads undelivered rows and owns every try.
 */
export type Notice = {
  /**
   * Idempotency key, the same for every try of this notice: `{alert}/{version}/{role}`. A receiver that has
   * seen it may drop what comes again.
   */
  readonly key: string;
  /** The service that says it, such as `alerts`. */
  readonly part: string;
  readonly site: string;
  /** The building it is about; `site` when it belongs to none. */
  readonly building: string;
  /** The alert it is about; null for a notice about none. */
  readonly alert: string | null;
  readonly audience: Audience;
  /** Why it is said now, as a code: `raised`, `level-rose`, `escalated`, `cleared` … */
  readonly reason: string;
  readonly urgency: Urgency;
  /** What is said: codes and figures, and the words in both languages. Plain JSON. */
  readonly payload: unknown;
  /** Gateway's wall clock at the decision, epoch ms. */
  readonly created: number;
};

/** A role at the notice's building: who holds the role is looked up when it is delivered. */
export type Audience = {
  /** `operator`, `manager`, `responder`, `test` … as the site file names who is told. */
  readonly role: string;
  /** Place in the order of escalation, from 0. */
  readonly step: number;
  /** The one person it is for, where it is about them: a test of their channels, what was held for them. */
  readonly person?: string | null;
};

/** The reason of a notice that asks a browser, and nobody: whether it still shows what is pushed to it. */
export const pushProbe = 'push-probe';

/** life-safety: people may have to leave. prompt: someone acts within the hour. routine: the next working day does. */
export type Urgency = 'life-safety' | 'prompt' | 'routine';

/** Where a service puts its notices, inside its own transaction. A key that is there already is left as it is. */
export type NoticeSink = { add(notice: Notice): void };
