import type { PointName } from '../../contract/ids.ts';
import type { ReadRange } from '../../devices/plan.ts';
import type { Outcome } from '../bus/bus.ts';

/** What the read of a range gives. */
export type RangeReply = Exclude<Extract<Outcome, { ok: true }>['reply'], { kind: 'written' }>;

/** A range, and the reply to it. */
export type Answer = { readonly range: ReadRange; readonly reply: RangeReply };

/** In which range and reply each point was read last: ranges are split and joined, points stay. */
export type Answers = ReadonlyMap<PointName, Answer>;
