import { type ChannelKind, channelKinds, type Sent } from './channels/channel.ts';

/** So many tries in a row without an acceptance, over so long, are no chance. Own figures: a restart of a provider is shorter. */
const failing = { tries: 3, forMs: 30_000 };

type Row = { readonly failures: number; readonly sinceMono: number };

/** Whether what is handed to a channel is accepted at all. Known from tries alone, so after a start it is not until there was one. */
export class ChannelHealth {
  readonly #rows = new Map<string, Row>();

  /** What a try came to. An address that is dead says nothing of its channel. `mono`: ms. */
  settle(site: string, channel: ChannelKind, { outcome }: Sent, mono: number): void {
    if (outcome === 'gone') return;
    const key = `${site} ${channel}`;
    const { failures, sinceMono } = this.#rows.get(key) ?? { failures: 0, sinceMono: mono };
    const isFirst = failures === 0;
    if (outcome === 'accepted') this.#rows.set(key, { failures: 0, sinceMono: mono });
    else this.#rows.set(key, { failures: failures + 1, sinceMono: isFirst ? mono : sinceMono });
  }

  /** Channels of a site that fail, and those that do not; null where too little is known. */
  states(site: string, mono: number): { readonly channel: ChannelKind; readonly isFailing: boolean | null }[] {
    return channelKinds.flatMap((channel) => {
      const row = this.#rows.get(`${site} ${channel}`);
      if (row === undefined) return [];
      const isFailing = row.failures >= failing.tries && mono - row.sinceMono >= failing.forMs;
      return [{ channel, isFailing: isFailing || (row.failures === 0 ? false : null) }];
    });
  }
}
