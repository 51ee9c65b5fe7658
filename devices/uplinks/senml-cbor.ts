import { decode } from 'cborg';

/**
 * SenML in CBOR (RFC 8428, 6) as the objects that its JSON has. A body of CBOR that is not one whole value, has a key twice, a tag or a
 * number that is none is no SenML.
 */

/** RFC 8428, table 4. */
const labels: ReadonlyMap<unknown, string> = new Map([
  [-1, 'bver'],
  [-2, 'bn'],
  [-3, 'bt'],
  [-4, 'bu'],
  [-5, 'bv'],
  [-6, 'bs'],
  [0, 'n'],
  [1, 'u'],
  [2, 'v'],
  [3, 'vs'],
  [4, 'vb'],
  [5, 's'],
  [6, 't'],
  [7, 'ut'],
  [8, 'vd'],
]);

const options = {
  useMaps: true,
  rejectDuplicateMapKeys: true,
  allowBigInt: false,
  allowInfinity: false,
  allowNaN: false,
  allowUndefined: false,
};

/** The pack; undefined when it is none. Memory and depth are bounded by the body's length. */
export function parseSenmlCbor(bytes: Uint8Array): unknown {
  const pack = decoded(bytes);
  if (!Array.isArray(pack)) return undefined;
  const records: Record<string, unknown>[] = [];
  for (const record of pack as unknown[]) {
    if (!(record instanceof Map)) return undefined;
    const named = Object.create(null) as Record<string, unknown>;
    for (const [key, value] of record as Map<unknown, unknown>) {
      // Labels that have a number are written by it, so a text is a name of somebody's own.
      const name = labels.get(key) ?? (typeof key === 'string' && key.endsWith('_') ? key : undefined);
      if (name !== undefined) named[name] = value;
    }
    records.push(named);
  }
  return records;
}

function decoded(bytes: Uint8Array): unknown {
  if (bytes.length > longest) return undefined;
  try {
    return decode(bytes, options);
  } catch {
    return undefined;
  }
}

const longest = 4096;
