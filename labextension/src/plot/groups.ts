/**
 * Groups of runs as lines: the mean or the median of the runs at each x, with a band.
 *
 * A run counts from its first point to its last, between two points by the straight line
 * between them, and never beyond; a gap is a gap. So at each x a group is of those runs
 * that have come there, and how many they are is told.
 */
import type { Dash } from '../colors';
import { valueAt } from './column';
import type { Line } from './lines';
import { alongSpan } from './lines';
import { halfLifeOf, smoothed } from './smoothing';
import { sweep, trackOf } from './tracks';
import type { Track } from './tracks';
import type { LineOptions, Series, Span } from './types';

export type Middle = 'mean' | 'median';

/** From the least to the greatest, or by a standard deviation or error on both sides. */
export type Spread = 'range' | 'std' | 'sem';

export type Measures = { readonly middle: Middle; readonly spread: Spread };

export type SeriesGroup = {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly dash: Dash;
  readonly series: readonly Series[];
};

export type GroupedLines = {
  readonly lines: readonly Line[];
  /** Runs that are in no line, as their x goes back. */
  readonly falling: number;
  /** Places at or below zero, which a logarithmic axis leaves out. */
  readonly notPositive: number;
};

/** More are finer than any screen, and are not looked at one by one. */
const MOST_PLACES = 4000;
/** What a logarithmic axis puts below all that it shows. */
export const BELOW_ALL = Number.MIN_VALUE;

export function groupLines(
  groups: readonly SeriesGroup[],
  options: LineOptions,
  measures: Measures,
  range: Span | null = alongSpan(
    groups.flatMap(group => group.series),
    options
  )
): GroupedLines {
  const { amount, method } = options.smoothing;
  const halfLife = halfLifeOf(amount, range === null ? 0 : range[1] - range[0]);
  let falling = 0;
  let notPositive = 0;
  const lines = groups.flatMap(group => {
    const tracks = group.series.map(one => trackOf(one, options));
    const rising = tracks.filter(track => track !== null);
    falling += tracks.length - rising.length;
    if (rising.length === 0) {
      return [];
    }
    const { x, y, lows, highs, counts } = withGaps(measured(rising, measures));
    if (options.logY) {
      notPositive += logarithmic(y, lows, highs);
    }
    return [
      {
        id: group.id,
        name: group.name,
        color: group.color,
        dash: group.dash,
        x,
        along: x,
        y,
        smooth:
          halfLife > 0 && y.length > 1
            ? smoothed(x, y, method, halfLife)
            : null,
        lows,
        highs,
        group: { runs: rising.length, counts }
      }
    ];
  });
  return { lines, falling, notPositive };
}

type Columns = {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly lows: Float64Array;
  readonly highs: Float64Array;
  readonly counts: Float64Array;
  /** Whether some run goes from a place to the next. */
  readonly bridged: Uint8Array;
};

/** What the tracks come to at each x that one of them has. */
function measured(
  tracks: readonly Track[],
  { middle, spread }: Measures
): Columns {
  const x = placesOf(tracks);
  const size = x.length;
  const counts = new Float64Array(size);
  const means = new Float64Array(size);
  const squares = new Float64Array(size);
  const lows = new Float64Array(size).fill(Infinity);
  const highs = new Float64Array(size).fill(-Infinity);
  const bridged = new Uint8Array(size);
  const values =
    middle === 'median' ? new Float64Array(size * tracks.length) : null;
  for (const track of tracks) {
    let lastPlace = -1;
    let lastStretch = -1;
    sweep(track, x, (place, value, low, high, stretch) => {
      const count = counts[place] ?? 0;
      // Welford's: squares of deviations that don't cancel each other out.
      const before = means[place] ?? 0;
      const mean = before + (value - before) / (count + 1);
      means[place] = mean;
      squares[place] =
        (squares[place] ?? 0) + (value - before) * (value - mean);
      counts[place] = count + 1;
      if (low < (lows[place] ?? NaN)) {
        lows[place] = low;
      }
      if (high > (highs[place] ?? NaN)) {
        highs[place] = high;
      }
      if (values !== null) {
        values[place * tracks.length + count] = value;
      }
      if (place > 0 && lastPlace === place - 1 && lastStretch === stretch) {
        bridged[lastPlace] = 1;
      }
      lastPlace = place;
      lastStretch = stretch;
    });
  }
  const y = new Float64Array(size).fill(NaN);
  for (let place = 0; place < size; place += 1) {
    const count = valueAt(counts, place);
    const first = place * tracks.length;
    if (count > 0) {
      y[place] =
        values === null
          ? valueAt(means, place)
          : medianOf(values.subarray(first, first + count));
    }
    if (count < 2) {
      lows[place] = highs[place] = NaN;
    } else if (spread !== 'range') {
      const std = Math.sqrt(valueAt(squares, place) / (count - 1));
      const by = spread === 'std' ? std : std / Math.sqrt(count);
      lows[place] = valueAt(y, place) - by;
      highs[place] = valueAt(y, place) + by;
    }
  }
  return { x, y, lows, highs, counts, bridged };
}

/** Every x that a track has, once, in order; of very many an even choice. */
function placesOf(tracks: readonly Track[]): Float64Array {
  const all = Float64Array.from(tracks.flatMap(({ x }) => [...x])).sort();
  const places = all.filter(
    (at, index) => index === 0 || at !== all[index - 1]
  );
  if (places.length <= MOST_PLACES) {
    return places;
  }
  const step = (places.length - 1) / (MOST_PLACES - 1);
  return Float64Array.from({ length: MOST_PLACES }, (_, index) =>
    valueAt(places, Math.round(index * step))
  );
}

function medianOf(values: Float64Array): number {
  values.sort();
  const half = values.length >> 1;
  return values.length % 2 === 1
    ? valueAt(values, half)
    : (valueAt(values, half - 1) + valueAt(values, half)) / 2;
}

/** The columns with a place without value wherever no run goes from one to the next. */
function withGaps(columns: Columns): Omit<Columns, 'bridged'> {
  const { x, bridged } = columns;
  const order: number[] = [];
  for (let place = 0; place < x.length; place += 1) {
    order.push(place);
    if (place + 1 < x.length && bridged[place] === 0) {
      order.push(NaN);
    }
  }
  const spaced = (column: Float64Array, gap: number): Float64Array =>
    Float64Array.from(order, place =>
      Number.isNaN(place) ? gap : valueAt(column, place)
    );
  return {
    x: Float64Array.from(order, (place, index) =>
      Number.isNaN(place)
        ? (valueAt(x, valueAt(order, index - 1)) +
            valueAt(x, valueAt(order, index + 1))) /
          2
        : valueAt(x, place)
    ),
    y: spaced(columns.y, NaN),
    lows: spaced(columns.lows, NaN),
    highs: spaced(columns.highs, NaN),
    counts: spaced(columns.counts, 0)
  };
}

/** Takes out, in place, what has no place on a logarithmic axis; how many lines' points. */
function logarithmic(
  y: Float64Array,
  lows: Float64Array,
  highs: Float64Array
): number {
  let taken = 0;
  for (let index = 0; index < y.length; index += 1) {
    if (valueAt(y, index) <= 0) {
      y[index] = NaN;
      taken += 1;
    }
    // A band that reaches down to zero goes on below the picture.
    if (valueAt(highs, index) <= 0) {
      lows[index] = highs[index] = NaN;
    } else if (valueAt(lows, index) <= 0) {
      lows[index] = BELOW_ALL;
    }
  }
  return taken;
}
