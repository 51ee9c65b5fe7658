import type { TimeState } from '../../contract/http/common.ts';

/** A message of readings as it was taken in. */
export type LogMessage = {
  readonly epoch: number;
  readonly seq: number;
  readonly device: number;
  readonly at: number | null;
  readonly time: TimeState;
  readonly receivedAt: number;
  /** `eachRow` reads it. */
  readonly body: Buffer;
  /** Of the message as its agent sent it, 32 bits; null where its epoch told of it with the same commit. */
  readonly digest: number | null;
};

export type LoggedMessage = LogMessage & { readonly id: number };
