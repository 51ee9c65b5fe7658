import type { Aedes, Client, PublishPacket } from 'aedes';

type Publish = (packet: PublishPacket, client: unknown, done: (error?: Error | null) => void) => void;

type Said = PublishPacket & { readonly messageId?: number | undefined };

/** How what is committed reaches its readers. */
export type InOrder = { say(packet: Said, client: Client): void };

/**
 * Lets the library publish one message at a time. It numbers a message as it begins to publish it, then waits for its
 * storage (longest for a retained one), and drops what reaches a reader after a higher number as a repetition. So a status
 * with readings behind it in the same commit would never be heard. Everything passes here: what clients say at any QoS, wills,
 * and what this process says.
 *
 * What a client said goes out by `say`, as it is committed. The library comes with it later, and by QoS at different times: at once
 * at 0, when the PUBACK is written at 1 (and never where its client has gone by then), when it has kept the number at 2. So a
 * status at QoS 1 came behind the newer one at QoS 0, and behind the will.
 *
 * @param onPublish is told each as its turn comes
 */
export function publishInOrder(aedes: Aedes, onPublish: (packet: PublishPacket) => void): InOrder {
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
  const push = (packet: PublishPacket, from: unknown, after?: Parameters<Publish>[2]) => {
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
  const said = new WeakSet<PublishPacket>();
  const inTurn: Publish = (packet, client, done) => {
    const [from, after] = typeof client === 'function' ? [null, client as typeof done] : [client, done];
    if (said.delete(packet)) after?.();
    else push(packet, from, after);
  };
  aedes.publish = inTurn as Aedes['publish'];
  // When its storage fails the library says so and never calls back.
  aedes.addListener('error', over);
  const received = new WeakMap<Client, ReceivedIds>();
  return {
    say(packet, client) {
      said.add(packet);
      const { messageId } = packet;
      if (packet.qos === 2 && messageId !== undefined) {
        const ids = received.get(client) ?? new ReceivedIds();
        received.set(client, ids);
        const isKnown = ids.has(messageId);
        ids.add(messageId);
        // Sent a second time on this connection: the library answers it, and nobody hears it again.
        if (packet.dup && isKnown) return;
      }
      push(packet, client);
    },
  };
}

/** The numbers of messages at QoS 2 that came on one connection: a bit each, whatever a client sends. */
class ReceivedIds {
  readonly #bits = new Uint8Array(65_536 / 8);

  has(id: number): boolean {
    return ((this.#bits[id >> 3] ?? 0) & (1 << (id & 7))) !== 0;
  }

  add(id: number): void {
    this.#bits[id >> 3] = (this.#bits[id >> 3] ?? 0) | (1 << (id & 7));
  }
}
