import type { CityAsk } from '../../contract/city.ts';
import type { CityWord } from '../../contract/city-carrier.ts';
import type { SignedByKey } from '../../contract/configuration.ts';

type Waiting = {
  agreed: string[];
  refused: CityWord['refused'];
  ask: readonly CityAsk[];
  offers: readonly SignedByKey[];
};

/**
 * What the city has to say to gateways, gathered for as long as work goes on anyway: one word for all parts of a gateway that
 * one transaction committed.
 */
export class Words {
  readonly #say: (gateway: string, word: CityWord) => void;
  readonly #waiting = new Map<string, Waiting>();
  #isGathering = false;

  constructor(say: (gateway: string, word: CityWord) => void) {
    this.#say = say;
  }

  /** Only after the commit. */
  agree(gateway: string, id: string, ask: readonly CityAsk[], offers: readonly SignedByKey[] = []): void {
    const word = this.#of(gateway);
    word.agreed.push(id);
    word.ask = ask;
    if (offers.length > 0) word.offers = offers;
  }

  refuse(gateway: string, id: string, why: string): void {
    this.#of(gateway).refused.push({ id, why: why.slice(0, 300) });
  }

  #of(gateway: string) {
    const known = this.#waiting.get(gateway);
    if (known !== undefined) return known;
    const word: Waiting = { agreed: [], refused: [], ask: [], offers: [] };
    this.#waiting.set(gateway, word);
    if (!this.#isGathering) {
      this.#isGathering = true;
      setImmediate(() => this.#flush());
    }
    return word;
  }

  #flush(): void {
    this.#isGathering = false;
    for (const [gateway, { agreed, refused, ask, offers }] of this.#waiting)
      this.#say(gateway, {
        v: 1,
        agreed,
        refused,
        ask: [...ask],
        ...(offers.length === 0 ? {} : { offers: [...offers] }),
      });
    this.#waiting.clear();
  }
}
