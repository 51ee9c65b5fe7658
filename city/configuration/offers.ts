import type { CityBatch } from '../../contract/city.ts';
import type { Clock } from '../../contract/clock.ts';
import type { SignedByKey } from '../../contract/configuration.ts';
import type { Offer } from '../store/configurations.ts';
import type { KnownGateway } from '../trust.ts';

export type OffersOptions = {
  open(): Promise<readonly Offer[]>;
  text(offer: Offer): Promise<SignedByKey | undefined>;
  clock: Pick<Clock, 'monotonic'>;
};

/** One question to the database a second, whatever the number of gateways: who is to be handed something. */
const freshMs = 1000;
/** A reply holds a few long texts at most; the rest comes with the next. */
const atOnce = 4;

/** What is handed down in answer to a gateway that says how it is. It asks nothing of the database where nothing is on its way. */
export class Offers {
  readonly #options: OffersOptions;
  #at = Number.NEGATIVE_INFINITY;
  #open: Promise<readonly Offer[]> = Promise.resolve([]);

  constructor(options: OffersOptions) {
    this.#options = options;
  }

  /** Nothing while the database does not answer: it is handed down later. */
  async of(gateway: KnownGateway, { health }: Pick<CityBatch, 'health'>): Promise<SignedByKey[]> {
    if (health === null) return [];
    const now = this.#options.clock.monotonic();
    if (now - this.#at >= freshMs) {
      this.#at = now;
      this.#open = this.#options.open().catch(() => []);
    }
    const own = (await this.#open).filter(
      (offer) => offer.gateway === gateway.id && gateway.sites.includes(offer.site),
    );
    const texts = own.slice(0, atOnce).map((offer) => this.#options.text(offer).catch(() => undefined));
    return (await Promise.all(texts)).filter((text) => text !== undefined);
  }
}
