/** The four places where a gateway may listen. */
export type ListenerName = 'mqtt' | 'mqtts' | 'http' | 'https';

/** Which of them could not be had; the system's own error is its cause. */
export class ListenError extends Error {
  readonly listener: ListenerName;

  constructor(listener: ListenerName, cause: Error) {
    super(cause.message, { cause });
    this.name = 'ListenError';
    this.listener = listener;
  }
}
