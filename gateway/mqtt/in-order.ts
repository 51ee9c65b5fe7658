import type { Aedes, PublishPacket } from 'aedes';

type Publish = (packet: PublishPacket, client: unknown, done: (error?: Error | null) => void) => void;

/**
 * Lets the library publish one message at a time. It numbers a message as it begins to publish it, then waits for its
 * storage (longest for a retained one), and drops what reaches a reader after a higher number as a repetition. So a status
 * with readings behind it in the same commit would never be heard. Everything passes here: what clients say at any QoS, wills,
 * and what this process says.
 *
 * @param onPublish is told each as its turn comes
 */
export function publishInOrder(aedes: Aedes, onPublish: (packet: PublishPacket) => void): void {
  // The library's own overloads, as one.
  const publish = aedes.publish.bind(aedes) as Publish;
  const waiting: (() => void)[] = [];
  let isBusy = false;
  let isDraining = false;
  const drain = () => {
    if (isDraining) return;
    isDraining = true;
    try {
      while (!isBusy) {
        const turn = waiting.shift();
        if (turn === undefined) return;
        turn();
      }
    } finally {
      isDraining = false;
    }
  };
  const over = () => {
    isBusy = false;
    drain();
  };
  const inTurn: Publish = (packet, client, done) => {
    const [from, after] = typeof client === 'function' ? [null, client as typeof done] : [client, done];
    waiting.push(() => {
      isBusy = true;
      onPublish(packet);
      publish(packet, from, (error) => {
        isBusy = false;
        after?.(error);
        drain();
      });
    });
    drain();
  };
  aedes.publish = inTurn as Aedes['publish'];
  // When its storage fails the library says so and never calls back.
  aedes.addListener('error', over);
}
