import type { AgentTopic } from '../contract/topics.ts';
import type { Effect } from './fleet.ts';
import type { LivePoint } from './live.ts';

/** A message of an agent. The sender is already authenticated, and may speak on this topic. */
export type Incoming = { readonly topic: AgentTopic; readonly payload: Uint8Array };

/** A message as it waits for its commit. */
export type Arrived = Incoming & {
  readonly receivedAt: number;
  readonly mono: number;
  /** The connection by which its agent spoke then. */
  readonly connection: object | null;
  readonly done: (error: Error | null) => void;
};

/** What a commit is to change in live state once it is on disk. */
export type Group = { readonly effects: Effect[]; readonly touched: LivePoint[] };
