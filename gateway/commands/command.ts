import type { CommandItem } from '../../contract/http/commands.ts';
import type { AgentId, PointRef, SiteId } from '../../contract/ids.ts';
import type { Value } from '../../contract/reading.ts';
import type { CommandReason } from '../../contract/reasons/commands.ts';
import type { Role } from '../../contract/roles.ts';

/** A write to a point, from its sending to what came of it. Times are epoch ms. */
export type Command = {
  readonly id: string;
  readonly site: SiteId;
  readonly agent: AgentId;
  readonly point: PointRef;
  readonly value: number | boolean | string;
  readonly state: CommandItem['state'];
  readonly by: string;
  readonly why: string | null;
  readonly reason: CommandReason | null;
  readonly readBack: Value;
  readonly at: number;
  readonly deadlineMs: number;
  readonly answeredAt: number | null;
};

/** A point that can be written, and who may. */
export type Output = {
  readonly site: SiteId;
  readonly agent: AgentId;
  readonly point: PointRef;
  readonly type: 'number' | 'boolean' | 'string';
  readonly roles: readonly Role[];
};

/** An agent has this much longer than the deadline to answer, ms: the device's own time to read back. */
export const answerGraceMs = 2000;

/** What came of a command that nobody answered or that lost its agent: it may have been carried out. */
export function unanswered(command: Command, reason: CommandReason, at: number): Command {
  return { ...command, state: 'failed', reason, readBack: null, answeredAt: at };
}
