/**
 * The choice that `word` was most likely meant to be: few letters away, or a part of it (`admin`, `administrator`).
 * Undefined when nothing is near. Case does not count.
 */
export function nearest(word: string, choices: readonly string[]): string | undefined {
  const asked = word.toLowerCase();
  const allowed = Math.max(1, Math.floor(asked.length / 3));
  let best: { readonly choice: string; readonly distance: number } | undefined;
  for (const choice of choices) {
    const distance = editDistance(asked, choice.toLowerCase());
    if (distance <= allowed && distance < (best?.distance ?? Number.POSITIVE_INFINITY)) best = { choice, distance };
  }
  return best?.choice ?? choices.find((choice) => isPartOf(asked, choice.toLowerCase()));
}

function isPartOf(asked: string, choice: string): boolean {
  return asked.length >= 3 && (choice.includes(asked) || (choice.length >= 3 && asked.includes(choice)));
}

/** Insertions, deletions, changes and swaps of neighbours that lead from one word to the other. */
function editDistance(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      let cost = Math.min(
        cell(last, column) + 1,
        cell(current, column - 1) + 1,
        cell(last, column - 1) + (same ? 0 : 1),
      );
      if (from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]) {
        cost = Math.min(cost, cell(beforeLast, column - 2) + 1);
      }
      current.push(cost);
    }
    beforeLast = last;
    last = current;
  }
  return cell(last, to.length);
}

function cell(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
