/**
 * Differences marked by whole words and numbers: 0.1 → 0.003, not 1 → 003.
 */
import { Change, presentableDiff } from '@codemirror/merge';

/** Long sources that differ much are compared less exactly, but at once. */
const CONFIG = { scanLimit: 1000, timeout: 200 };

export function wordChanges(a: string, b: string): readonly Change[] {
  const widened: Change[] = [];
  for (const change of presentableDiff(a, b, CONFIG)) {
    const wide = widen(a, b, change);
    const before = widened[widened.length - 1];
    if (
      before !== undefined &&
      wide.fromA <= before.toA &&
      wide.fromB <= before.toB
    ) {
      widened[widened.length - 1] = new Change(
        before.fromA,
        Math.max(before.toA, wide.toA),
        before.fromB,
        Math.max(before.toB, wide.toB)
      );
    } else {
      widened.push(wide);
    }
  }
  return widened;
}

/** Takes in the rest of the words that a change begins or ends in the middle of. */
function widen(a: string, b: string, change: Change): Change {
  let { fromA, toA, fromB, toB } = change;
  const inWord = (text: string, at: number): boolean => {
    const character = text[at];
    return character !== undefined && /[\w.]/.test(character);
  };
  // What precedes and follows a change is the same on both sides.
  while (
    inWord(a, fromA - 1) &&
    inWord(b, fromB - 1) &&
    (inWord(a, fromA) || inWord(b, fromB))
  ) {
    fromA -= 1;
    fromB -= 1;
  }
  while (
    inWord(a, toA) &&
    inWord(b, toB) &&
    (inWord(a, toA - 1) || inWord(b, toB - 1))
  ) {
    toA += 1;
    toB += 1;
  }
  return new Change(fromA, toA, fromB, toB);
}
