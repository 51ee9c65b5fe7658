import type { AgentTopic } from '../../contract/topics.ts';
import type { LiveAgent } from '../state/live-state.ts';

/** A message of an agent. The sender is already authenticated, and may speak on this topic. */
export type Incoming = { readonly topic: AgentTopic; readonly payload: Uint8Array };

/** Called after the commit: the error for which no acknowledgement may follow, and whether the message was refused. */
export type Done = (error: Error | null, isRefused?: boolean) => void;

/** A message that waits for its commit. */
export type PendingMessage = Incoming & {
  /** Undefined where no site file has it. */
  readonly agent: LiveAgent | undefined;
  readonly receivedAt: number;
  readonly mono: number;
  /** The connection by which its agent spoke then. */
  readonly connection: object | null;
  /** It was kept raw and changed nothing: nobody is to hear it. Set by the message handlers. */
  isRefused: boolean;
  readonly done: Done;
};
