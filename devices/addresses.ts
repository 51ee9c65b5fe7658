import { type PointProfile, type Profile, registersOf, type Table } from './profile.ts';

/** Addresses of one table, first to last, both included. */
export type Stretch = { table: Table; first: number; last: number };

/** The addresses that a point takes. */
export function stretchOf(point: PointProfile): Stretch {
  return { table: point.table, first: point.address, last: point.address + registersOf(point) - 1 };
}

/** What a profile allows to be read of one table in one request. */
export type Addresses = {
  /**
   * Whether one request may take these addresses, both included: inside one range the source declares readable, or,
   * where it declares none, addresses of points only. A single point may always be read by itself.
   */
  mayRead(first: number, last: number): boolean;
  /**
   * Whether a request that ends at this address may cut a value of several registers in two. Some devices refuse that
   * (Eastron: an odd count is exception 3), so no request is lengthened so far.
   */
  cuts(address: number): boolean;
  /** The block that these addresses touch, which is read as a whole or not at all. */
  blockOf(first: number, last: number): { first: number; last: number } | undefined;
};

export function addressesOf(profile: Profile, table: Table): Addresses {
  const points = Object.values(profile.points)
    .map(stretchOf)
    .filter((stretch) => stretch.table === table);
  const readable = profile.readable[table] ?? [];
  const blocks = (profile.blocks[table] ?? []).map(([first, last]) => ({ first, last }));
  const blockOf = (first: number, last: number) => blocks.find((block) => block.first <= last && first <= block.last);
  const covered = (address: number) => points.some(({ first, last }) => first <= address && address <= last);
  return {
    blockOf,
    mayRead(first, last) {
      const block = blockOf(first, last);
      if (block !== undefined) return block.first === first && block.last === last;
      if (readable.length > 0) return readable.some(([lowest, highest]) => lowest <= first && last <= highest);
      return everyAddress(first, last, covered);
    },
    cuts: (address) => points.some(({ first, last }) => first < last && first <= address && address <= last),
  };
}

function everyAddress(first: number, last: number, holds: (address: number) => boolean): boolean {
  for (let address = first; address <= last; address++) if (!holds(address)) return false;
  return true;
}
