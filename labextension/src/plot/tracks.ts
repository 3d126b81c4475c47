/**
 * What a run's values are at any x: its points, and straight lines between two of them.
 */
import { valueAt } from './column';
import { column, xColumn } from './lines';
import type { LineOptions, Series } from './types';

/**
 * Points by an x that rises. Points that share an x are one: their mean, between the
 * least and the greatest of them. A point of a sample is the mean of what it stands for.
 */
export type Track = {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Points of the same stretch have a line between them. */
  readonly stretch: Float64Array;
  /** Whether lows and highs hold up to the next point. */
  readonly sampled: boolean;
};

/** The track of a run; null where its x goes back, so that an x says no point. */
export function trackOf(
  one: Series,
  options: Pick<LineOptions, 'xAxis' | 'logX'>
): Track | null {
  const { history } = one;
  const xs = xColumn(one, options);
  const ys = column(history.means ?? history.values, finite);
  const lows = column(history.lows ?? history.values, finite);
  const highs = column(history.highs ?? history.values, finite);
  const x: number[] = [];
  const y: number[] = [];
  const low: number[] = [];
  const high: number[] = [];
  const stretch: number[] = [];
  let count = 0;
  let broken = false;
  for (let index = 0; index < xs.length; index += 1) {
    const at = valueAt(xs, index);
    if (Number.isNaN(at)) {
      broken = true;
      continue;
    }
    const last = x.length - 1;
    const before = valueAt(x, last);
    if (at < before) {
      return null;
    }
    const value = valueAt(ys, index);
    if (at === before) {
      if (!Number.isNaN(value)) {
        y[last] =
          count === 0 ? value : meanWith(valueAt(y, last), value, count);
        count += 1;
      }
      low[last] = least(valueAt(low, last), valueAt(lows, index));
      high[last] = -least(-valueAt(high, last), -valueAt(highs, index));
      continue;
    }
    x.push(at);
    y.push(value);
    low.push(valueAt(lows, index));
    high.push(valueAt(highs, index));
    stretch.push((stretch[last] ?? -1) + (broken || last < 0 ? 1 : 0));
    count = Number.isNaN(value) ? 0 : 1;
    broken = false;
  }
  return {
    x: Float64Array.from(x),
    y: Float64Array.from(y),
    low: Float64Array.from(low),
    high: Float64Array.from(high),
    stretch: Float64Array.from(withGaps(y, stretch)),
    sampled: history.sampled
  };
}

export type Visit = (
  place: number,
  value: number,
  low: number,
  high: number,
  stretch: number
) => void;

/**
 * Tells the track's value at each place of a grid that rises, where it has one: at its
 * points and between two of them, never before its first or behind its last.
 */
export function sweep(track: Track, grid: Float64Array, visit: Visit): void {
  const { x, y, low, high, stretch, sampled } = track;
  // Read in place, as this is done for every run at every x.
  let index = -1;
  for (let place = 0; place < grid.length; place += 1) {
    const at = grid[place] ?? NaN;
    while ((x[index + 1] ?? Infinity) <= at) {
      index += 1;
    }
    if (index === -1) {
      continue;
    }
    const from = x[index] ?? NaN;
    const here = y[index] ?? NaN;
    const run = stretch[index] ?? NaN;
    const least = low[index] ?? NaN;
    const most = high[index] ?? NaN;
    let value = NaN;
    if (from === at) {
      value = here;
    } else if (stretch[index + 1] === run) {
      const share = (at - from) / ((x[index + 1] ?? NaN) - from);
      value = here * (1 - share) + (y[index + 1] ?? NaN) * share;
    }
    if (!Number.isNaN(value)) {
      const isIn = sampled || from === at;
      visit(
        place,
        value,
        isIn && least < value ? least : value,
        isIn && most > value ? most : value,
        run
      );
    }
  }
}

/** The stretches, with an end before and a beginning behind each point without value. */
function withGaps(
  y: readonly number[],
  stretch: readonly number[]
): readonly number[] {
  let more = 0;
  return stretch.map((run, index) => {
    const isGap = Number.isNaN(valueAt(y, index));
    if (index > 0 && (isGap || Number.isNaN(valueAt(y, index - 1)))) {
      more += 1;
    }
    return run + more;
  });
}

function finite(value: number): number {
  return Number.isFinite(value) ? value : NaN;
}

/** The mean of `count` values, whose mean is `mean`, and one more. */
function meanWith(mean: number, value: number, count: number): number {
  return mean + (value - mean) / (count + 1);
}

/** The lesser of two, of which either may be none. */
function least(one: number, other: number): number {
  return Number.isNaN(one)
    ? other
    : Number.isNaN(other)
      ? one
      : Math.min(one, other);
}
