import type { Clock } from '../../contract/clock.ts';
import type { DeviceReason } from '../../contract/reasons/devices.ts';
import { writeRequest } from '../../devices/serial/encode.ts';
import type { DeviceState } from '../polling/connectivity.ts';
import { Schedule, type ScheduledTask } from '../polling/schedule.ts';
import type { Talker } from './talker.ts';
import type { TalkerLine } from './talker-line.ts';

export type AskerOptions = {
  clock: Clock;
  random: () => number;
  line: TalkerLine;
  talkers: readonly Talker[];
  /** How long a whole answer may take, ms. */
  answerMs: number;
  /** What came since then in place of its answer; null when nothing did. */
  heardInstead(talker: Talker, since: number): DeviceReason | null;
  /** The one answer that came. */
  onAnswer(talker: Talker, frame: Uint8Array): void;
  onMissed(talker: Talker, fault: 'timeout' | 'bad-frame', reason: DeviceReason): void;
};

/**
 * Asks the sensors of a line that wait to be asked, one at a time. A frame is an answer only while its device is being
 * asked; after a miss the line rests as long again, so that what comes late finds nobody waiting. An answer is believed
 * when the line is silent behind it: of two that differ one is old, kept back by a converter or radio bridge, and neither
 * is believed.
 */
export class Asker {
  readonly #options: AskerOptions;
  readonly #schedule: Schedule<Turn>;
  #asked: Asked | null = null;
  /** The last request that nobody answered in time, and how long its answer took if it came after all, ms. */
  #given: { readonly talker: Talker; readonly sentAt: number; tookMs: number | null } | null = null;
  readonly #askedAt = new Map<Talker, number>();
  /** Whom the next request asks once more, since it may have slept; and how often each answered only then. */
  #woken: Talker | null = null;
  readonly #wakings = new Map<Talker, number>();
  /** An answer came that does not begin with its request. */
  #isEchoFree = false;
  /** Until then late answers may come, monotonic ms. */
  #restUntil = 0;

  constructor(options: AskerOptions) {
    const { clock, talkers } = options;
    this.#options = options;
    this.#schedule = new Schedule(options);
    for (const [unit, talker] of talkers.entries()) this.#schedule.set(unit, [turnOf(unit, talker)], clock.monotonic());
  }

  /** Whose answer is awaited now. */
  asked(): Talker | null {
    return this.#asked?.talker ?? null;
  }

  /**
   * Whether this is the request itself, as an adapter gives it back that hears what it says: it answers nothing. Nor does a line
   * that begins with the request where what stands behind it is an answer as well (`fits`), until another answer has shown
   * that the line has no echo.
   */
  isEcho(frame: Uint8Array, fits: (talker: Talker, rest: Uint8Array) => boolean): boolean {
    if (this.#asked === null) return false;
    const { talker, request } = this.#asked;
    const mayBeBoth = !this.#isEchoFree && beginsWith(frame, request) && fits(talker, frame.subarray(request.length));
    if (!mayBeBoth && !isSame(frame, request)) return false;
    this.#asked.hasEcho = true;
    return true;
  }

  /** An answer that was awaited has come. */
  answered(frame: Uint8Array): void {
    if (this.#asked === null) return;
    if (!beginsWith(frame, this.#asked.request)) this.#isEchoFree = true;
    if (!this.#asked.answers.some((other) => Buffer.compare(other, frame) === 0)) this.#asked.answers.push(frame);
    this.#asked.patience.abort();
  }

  /** An answer of this device came while nobody was waiting for it. */
  late(talker: Talker): void {
    if (this.#given?.talker === talker) this.#given.tookMs ??= this.#options.clock.monotonic() - this.#given.sentAt;
  }

  /** The next request and its answer, or a wait of at most `longestMs`. */
  async turn(longestMs: number, ended: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const now = clock.monotonic();
    const turn = this.#schedule.next(now, () => this.#restUntil);
    if (turn.kind === 'wait') await clock.sleep(Math.min(turn.until - now, longestMs), ended);
    else if (await this.#isQuiet(ended)) await this.#ask(turn.task, ended);
  }

  /** A dead device is asked now and then; one that is back, at its pace. */
  stateChanged(talker: Talker, before: DeviceState): void {
    const unit = this.#options.talkers.indexOf(talker);
    const now = this.#options.clock.monotonic();
    if (talker.connectivity.isTripped && !before.isTripped) this.#schedule.openBreaker(unit, now);
    if (!talker.connectivity.isTripped && before.isTripped) this.#schedule.closeBreaker(unit, now);
  }

  /** The line was away: those that were dead are asked at once. */
  onPortReopened(): void {
    this.#isEchoFree = false;
    for (const unit of this.#options.talkers.keys()) this.#schedule.probeNow(unit, this.#options.clock.monotonic());
  }

  close(): void {
    this.#asked?.patience.abort();
  }

  async #ask(task: Turn, ended: AbortSignal): Promise<void> {
    const { clock, line, answerMs, onAnswer, onMissed, heardInstead } = this.#options;
    const { talker } = task;
    const request = writeRequest(talker.device.profile, talker.device.address) ?? nothing;
    const asked: Asked = { talker, request, patience: new AbortController(), answers: [], hasEcho: false };
    const badBefore = line.badFrames;
    this.#asked = asked;
    const before = this.#given?.talker === talker ? this.#given.tookMs : null;
    const sentMs = line.ask(request);
    const sentAt = clock.monotonic() + sentMs;
    const idleMs = sentAt - (this.#askedAt.get(talker) ?? Number.NEGATIVE_INFINITY);
    this.#askedAt.set(talker, sentAt);
    await clock.sleep(sentMs + answerMs, asked.patience.signal);
    if (asked.answers.length > 0) await this.#isQuiet(ended);
    this.#asked = null;
    const now = clock.monotonic();
    this.#schedule.ran(task, now);
    if (ended.aborted || !line.isOpen()) return;
    const [answer, other] = asked.answers;
    if (answer !== undefined && other === undefined) {
      if (this.#woken === talker) this.#wakings.set(talker, (this.#wakings.get(talker) ?? 0) + 1);
      this.#woken = null;
      onAnswer(talker, answer);
      return;
    }
    this.#restUntil = now + answerMs;
    if (answer !== undefined) {
      line.fault('bad-frame');
      onMissed(talker, 'bad-frame', { code: 'two-answers' });
    } else if (line.badFrames > badBefore) {
      onMissed(talker, 'bad-frame', { code: 'damaged-answer' });
    } else {
      line.fault('timeout');
      this.#given = { talker, sentAt, tookMs: null };
      if (this.#isOnlyWoken(task, { now, idleMs })) return;
      onMissed(talker, 'timeout', heardInstead(talker, sentAt - sentMs) ?? silence(answerMs, before, asked.hasEcho));
    }
  }

  /**
   * Some sleep between requests, and answer only one that follows another at once. So one that was idle for seconds is
   * asked once more; of one that is known to sleep the first try is no miss.
   */
  #isOnlyWoken(task: Turn, { now, idleMs }: { now: number; idleMs: number }): boolean {
    const { talker } = task;
    const wasWoken = this.#woken === talker;
    this.#woken = null;
    if (wasWoken || idleMs < leastSleepMs || talker.connectivity.isTripped) return false;
    this.#woken = talker;
    this.#schedule.retry(task, now);
    return (this.#wakings.get(talker) ?? 0) >= wakingsToKnow;
  }

  /** Waits until the line is silent, so that the next byte begins the answer; on one that never is, asks all the same. */
  async #isQuiet(ended: AbortSignal): Promise<boolean> {
    const { clock, line, answerMs } = this.#options;
    const until = clock.monotonic() + answerMs;
    while (line.silentMs() < quietMs && clock.monotonic() < until && line.isOpen())
      await clock.sleep(quietMs - line.silentMs(), ended);
    return line.isOpen() && !ended.aborted;
  }
}

function silence(ms: number, lateMs: number | null, echo: boolean): DeviceReason {
  return lateMs !== null && lateMs > ms
    ? { code: 'late-reply', ms, after: Math.ceil(lateMs) }
    : { code: 'no-reply', ms, echo };
}

function beginsWith(frame: Uint8Array, request: Uint8Array): boolean {
  return request.length > 0 && request.every((byte, i) => frame[i] === byte);
}

/** A line comes without its end, which is of control characters. */
function isSame(frame: Uint8Array, request: Uint8Array): boolean {
  const end = request.subarray(frame.length);
  return frame.length > 0 && frame.every((byte, i) => byte === request[i]) && end.every((byte) => byte < 0x20);
}

type Asked = {
  readonly talker: Talker;
  readonly request: Uint8Array;
  readonly patience: AbortController;
  readonly answers: Uint8Array[];
  /** The request itself came back. */
  hasEcho: boolean;
};

type Turn = ScheduledTask & { readonly talker: Talker };

function turnOf(unit: number, talker: Talker): Turn {
  const isUrgent = talker.device.points.some(({ isLifeSafety }) => isLifeSafety);
  return {
    unit,
    talker,
    everyMs: talker.everyMs,
    urgency: isUrgent ? 'life-safety' : 'routine',
    fn: 0,
    isResting: false,
  };
}

/** More than a system sits on bytes it has. */
const quietMs = 20;
const leastSleepMs = 1500;
const wakingsToKnow = 2;
const nothing: Uint8Array = new Uint8Array(0);
