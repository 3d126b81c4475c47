/**
 * Whether one thing goes with another: a straight line through points, and how well they
 * keep to it or at least to its direction.
 */
import { valueAt } from './column';
import type { Column } from './column';

export type Trend = {
  readonly slope: number;
  readonly intercept: number;
  /** The share of the spread in y that the line accounts for. */
  readonly r2: number;
  /** Spearman's rank correlation, which knows no scale. */
  readonly rho: number;
  readonly count: number;
};

/** Two points lie on a line in any case. */
const FEWEST = 3;

/** The line of least squares; null for fewer than three points, and where one end is flat. */
export function trendOf(x: Column, y: Column): Trend | null {
  const count = x.length;
  const line = count < FEWEST ? null : correlation(x, y);
  const ranks = line === null ? null : correlation(ranksOf(x), ranksOf(y));
  if (line === null || ranks === null) {
    return null;
  }
  const slope = line.shared / line.spreadX;
  return {
    slope,
    intercept: line.meanY - slope * line.meanX,
    r2: line.r ** 2,
    rho: ranks.r,
    count
  };
}

type Correlation = {
  readonly meanX: number;
  readonly meanY: number;
  readonly shared: number;
  readonly spreadX: number;
  readonly r: number;
};

/** Null where x or y is the same everywhere: there is nothing to go with. */
function correlation(x: Column, y: Column): Correlation | null {
  const meanX = mean(x);
  const meanY = mean(y);
  let shared = 0;
  let spreadX = 0;
  let spreadY = 0;
  for (let index = 0; index < x.length; index += 1) {
    const dx = valueAt(x, index) - meanX;
    const dy = valueAt(y, index) - meanY;
    shared += dx * dy;
    spreadX += dx * dx;
    spreadY += dy * dy;
  }
  const r = shared / Math.sqrt(spreadX * spreadY);
  return Number.isFinite(r) && spreadX > 0
    ? { meanX, meanY, shared, spreadX, r: Math.min(1, Math.max(-1, r)) }
    : null;
}

/** Places from the least on, counted from 1; equal values share the mean of theirs. */
export function ranksOf(values: Column): readonly number[] {
  const order = Array.from(values, (_, index) => index).sort(
    (a, b) => valueAt(values, a) - valueAt(values, b)
  );
  const ranks: number[] = new Array<number>(values.length).fill(NaN);
  let first = 0;
  while (first < order.length) {
    const value = valueAt(values, order[first] ?? -1);
    let after = first + 1;
    while (
      after < order.length &&
      valueAt(values, order[after] ?? -1) === value
    ) {
      after += 1;
    }
    for (const index of order.slice(first, after)) {
      ranks[index] = (first + 1 + after) / 2;
    }
    first = after;
  }
  return ranks;
}

function mean(values: Column): number {
  let sum = 0;
  for (let index = 0; index < values.length; index += 1) {
    sum += valueAt(values, index);
  }
  return sum / values.length;
}
