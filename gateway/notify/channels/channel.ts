/** What goes out to one target, in its language. */
export type Outgoing = {
  /** The same for every try: a receiver that has seen it may drop what comes again. */
  readonly key: string;
  readonly language: 'ko' | 'en';
  readonly urgency: 'life-safety' | 'prompt' | 'routine';
  readonly title: string;
  readonly body: string;
  /** The notice as data, for programs. */
  readonly data: unknown;
  /** Epoch ms of the decision. */
  readonly at: number;
  /** Epoch ms after which there is no sense in it any more. */
  readonly until: number;
  /** What it is about: a newer message takes the place of an older one of the same topic that nobody has had yet. */
  readonly topic: string;
  /** The page that says more. */
  readonly path: string;
  /** Its row in the reach ledger; null for what has none. */
  readonly row: number | null;
  /** It asks a device, and nobody: shown without a sound, and taken away again. */
  readonly isProbe?: boolean;
};

/**
 * What a try came to. accepted: the next server has it, which is not yet that a person has. later: it may succeed when
 * tried again. gone: this address will never take anything again, and somebody has to fix it. refused: this one message
 * will never be taken.
 */
export type Sent =
  | { readonly outcome: 'accepted'; readonly detail: string }
  | { readonly outcome: 'later'; readonly detail: string; readonly retryAfterMs?: number }
  | { readonly outcome: 'gone' | 'refused'; readonly detail: string };

/** A way to reach someone. Never rejects, and ends within its own time limit. */
export type Channel = { send(address: string, message: Outgoing): Promise<Sent> };

export const channelKinds = ['email', 'sms', 'webhook', 'push'] as const;
export type ChannelKind = (typeof channelKinds)[number];
/** By which people are told. */
export type PersonChannel = Exclude<ChannelKind, 'webhook'>;
