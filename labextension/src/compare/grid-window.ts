/**
 * Which lines of a long grid are in sight. Pure.
 */

/** Lines from `first` up to, not including, `end`. */
export type Span = { readonly first: number; readonly end: number };

/** Where each line begins, and last, where all end. */
export function offsetsOf(sizes: readonly number[]): readonly number[] {
  const offsets = [0];
  for (const size of sizes) {
    offsets.push((offsets[offsets.length - 1] ?? 0) + size);
  }
  return offsets;
}

/**
 * The lines that lie between two places, and `beside` more on either side.
 *
 * @param offsets rising, as `offsetsOf` gives them.
 */
export function spanOf(
  offsets: readonly number[],
  from: number,
  to: number,
  beside: number
): Span {
  const count = offsets.length - 1;
  const first = Math.max(0, lastAt(offsets, from) - beside);
  const end = Math.min(count, lastAt(offsets, to) + 1 + beside);
  return { first: Math.min(first, count), end: Math.max(end, 0) };
}

/** The last line that begins at a place or before it. */
function lastAt(offsets: readonly number[], place: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= place) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}
