import { type Document, isMap, isScalar, type Pair, visit } from 'yaml';
import type { CheckReason } from '../../contract/words/check/check.ts';

/** A key that has another name by now: it is read as the new one. */
export type OldKey = { readonly offset: number; readonly reason: CheckReason };

/** Settings of a point that were renamed, old name to new. */
const renamed: ReadonlyMap<string, string> = new Map([['truth', 'plausibility']]);

/**
 * Gives old keys of points (`points: { NAME: { truth: … } }`) their new names, so that everything after reads the new ones
 * alone. Each old name comes back once, where it stands first. A point that has both keeps the old one, which is then
 * refused as unknown.
 */
export function renameOldKeys(doc: Document.Parsed): OldKey[] {
  const found = new Map<string, OldKey>();
  visit(doc, {
    Pair: (_, pair, path) => {
      const key = isScalar(pair.key) ? pair.key : undefined;
      const name = renamed.get(String(key?.value));
      const [points, , point, own] = path.slice(-4);
      if (key === undefined || name === undefined || !isMap(own) || !isPair(points) || !isPair(point)) return;
      if (keyOf(points) !== 'points' || own.has(name)) return;
      const old = String(key.value);
      key.value = name;
      if (!found.has(old)) found.set(old, { offset: key.range?.[0] ?? 0, reason: { code: 'old-key', old, name } });
    },
  });
  return [...found.values()];
}

function isPair(node: unknown): node is Pair {
  return typeof node === 'object' && node !== null && 'key' in node && 'value' in node;
}

function keyOf({ key }: Pair): string {
  return String(isScalar(key) ? key.value : key);
}
