import { oneOf } from '../../contract/words/check/text.ts';

export { listed, oneOf } from '../../contract/words/check/text.ts';

/**
 * The names among `known` that a person may have meant by `word`, nearest first, at most three: a slip or two of the
 * keyboard, other capitals or dashes, or one word inside the other.
 */
export function nearNames(word: string, known: Iterable<string>): string[] {
  const plain = plainOf(word);
  return [...known]
    .map((name) => ({ name, distance: distanceOf(plain, plainOf(name)) }))
    .filter(({ distance }) => distance < tooFar)
    .toSorted((a, b) => a.distance - b.distance || a.name.localeCompare(b.name))
    .slice(0, 3)
    .map(({ name }) => name);
}

/** `did you mean a, b or c?`, or undefined when nothing is near. */
export function didYouMean(word: string, known: Iterable<string>): string | undefined {
  const names = nearNames(word, known);
  return names.length === 0 ? undefined : `did you mean ${oneOf(names)}?`;
}

const tooFar = 100;

function plainOf(word: string): string {
  return word.toLowerCase().replaceAll(/[-_ ]/g, '');
}

function distanceOf(word: string, name: string): number {
  const shorter = Math.min(word.length, name.length);
  if (Math.abs(word.length - name.length) <= 3) {
    const edits = editDistance(word, name);
    if (edits <= Math.max(1, Math.floor(shorter / 3))) return edits;
  }
  return shorter >= 3 && (word.includes(name) || name.includes(word)) ? 10 : tooFar;
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let best = Math.min(replace, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, (before[j - 2] ?? best) + 1);
      row.push(best);
    }
    [before, above] = [above, row];
  }
  return above[b.length] ?? 0;
}
