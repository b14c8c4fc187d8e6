/** The known name that was probably meant, by its letters alone: `input-palette` and `inputPalete` are `inputPalette`. */
export function nearest(name: string, known: readonly string[]): string | undefined {
  const letters = lettersOf(name);
  const furthest = letters.length < 4 ? 1 : Math.max(2, Math.floor(letters.length / 3));
  const [best] = known
    .map((candidate) => ({ candidate, distance: distanceBetween(letters, lettersOf(candidate)) }))
    .filter(({ distance }) => distance <= furthest)
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

/** No longer than any name worth a guess, so that the guess costs nothing. */
const lettersOf = (name: string): string =>
  name
    .slice(0, 40)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');

/** Levenshtein's distance: letters to put in, take out or change. */
function distanceBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of a.split('').entries()) {
    const next = [i + 1];
    for (const [j, other] of b.split('').entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
