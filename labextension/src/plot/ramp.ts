/**
 * Colours from the least to the greatest of something. They go from warm to cold and
 * from light to dark, and lines get wider with them, so that no colour has to be told.
 */
const LEAST = [230, 159, 0] as const;
const GREATEST = [0, 114, 178] as const;

/** @param share from 0 to 1; NaN: there is nothing, which is grey and thin. */
export function rampColor(share: number): string {
  if (Number.isNaN(share)) {
    return 'rgb(128, 128, 128)';
  }
  const mixed = LEAST.map((from, index) =>
    Math.round(from + ((GREATEST[index] ?? from) - from) * share)
  );
  return `rgb(${mixed.join(', ')})`;
}

export function rampWidth(share: number): number {
  return Number.isNaN(share) ? 1 : 1 + share * 2.5;
}

/** Where a value lies between the least and the greatest of all. */
export function sharesOf(values: readonly number[]): readonly number[] {
  const there = values.filter(value => !Number.isNaN(value));
  const least = Math.min(...there);
  const extent = Math.max(...there) - least;
  return values.map(value =>
    extent > 0 ? (value - least) / extent : value * 0 + 1
  );
}
