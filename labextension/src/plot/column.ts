/**
 * Columns of numbers, of which NaN says that there is none.
 */
export type Column = ArrayLike<number>;

/** The value at a place; NaN beyond the column's ends. */
export function valueAt(column: Column, index: number): number {
  return column[index] ?? NaN;
}
