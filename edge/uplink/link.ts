/** The last word of an agent that is not heard any more: published by the broker, retained, QoS 1. */
export type Will = { topic: string; payload: string };

/**
 * One connection at a time to a broker, at QoS 1. `connect` rejects with a text a person can act on; after it has
 * resolved, `onLost` is called once when the connection ends, except by `disconnect`. `publish` resolves when the broker
 * has acknowledged and rejects when the link is lost first. `subscribe` hears one topic for as long as the connection lasts,
 * and resolves when the broker has granted it. `disconnect` also ends a `connect` that is under way; never
 * rejects.
 */
export type Link = {
  connect(options: { will: Will; onLost(why: string): void }): Promise<void>;
  publish(topic: string, payload: string, options: { retain: boolean }): Promise<void>;
  subscribe(topic: string, onMessage: (payload: Uint8Array) => void): Promise<void>;
  disconnect(): Promise<void>;
};
