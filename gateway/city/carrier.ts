import type { CityBatch, CityReply } from '../../contract/city.ts';
import type { CityLane } from '../../contract/city-carrier.ts';

/**
 * The way to the city. It is a pipe: what it was given it may lose, double and reorder, because the gateway keeps
 * everything until the city's database has committed it.
 */
export type Carrier = {
  /**
   * Resolves once the city's database has committed the batch, and never before. `lane`: news goes before what waited,
   * where the carrier can tell them apart.
   * @throws CityError when that is not known, or the city refuses it
   */
  hand(batch: CityBatch, signal: AbortSignal, lane: CityLane): Promise<CityReply>;
  close(): Promise<void>;
};

/** `refused`: trying again changes nothing until a person does something. */
export class CityError extends Error {
  readonly code: 'unreachable' | 'busy' | 'refused';

  constructor(code: CityError['code'], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'CityError';
    this.code = code;
  }
}
