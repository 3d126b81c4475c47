/**
 * Series as lines: columns of numbers, with gaps where there is nothing to draw.
 */
import { valueAt } from './column';
import type { Dash } from '../colors';
import type { MetricHistory } from '../contract';
import { toNumber } from '../format';
import type { ContractNumber } from '../format';
import { halfLifeOf, smoothed } from './smoothing';
import type { LineOptions, Series, Span, XAxis } from './types';

/**
 * NaN in `x` or `y` is a gap. `lows` and `highs` are the band of a sample or a group.
 *
 * `along` never falls and is what the points are ordered by: `x` itself, but the steps
 * where `x` is another metric, which may go back and forth.
 */
export type Line = {
  readonly id: string;
  readonly name: string;
  readonly color: string;
  readonly dash: Dash;
  readonly x: Float64Array;
  readonly along: Float64Array;
  readonly y: Float64Array;
  readonly smooth: Float64Array | null;
  readonly lows: Float64Array | null;
  readonly highs: Float64Array | null;
  /** What a line of several runs is of; null for the line of one run. */
  readonly group: GroupFacts | null;
};

export type GroupFacts = {
  readonly runs: number;
  /** How many of them count at each point. */
  readonly counts: Float64Array;
};

/**
 * The lines of a chart.
 *
 * @param range from the least to the greatest of what the lines go along, of the whole
 *   chart: what is zoomed into is smoothed like the whole.
 */
export function makeLines(
  series: readonly Series[],
  options: LineOptions,
  range: Span | null = alongSpan(series, options)
): Line[] {
  const halfLife = halfLifeOf(
    options.smoothing.amount,
    range === null ? 0 : range[1] - range[0]
  );
  return series.map(one => {
    const { history } = one;
    const drawable = (value: number): number =>
      Number.isFinite(value) && !(options.logY && value <= 0) ? value : NaN;
    const x = xColumn(one, options);
    const along = alongColumn(one, options, x);
    const y = column(history.values, drawable);
    return {
      id: one.runId,
      name: one.name,
      color: one.color,
      dash: one.dash,
      x,
      along,
      y,
      smooth:
        halfLife > 0 && y.length > 1
          ? smoothed(
              along,
              column(history.means ?? history.values, drawable),
              options.smoothing.method,
              halfLife
            )
          : null,
      lows: history.lows === null ? null : column(history.lows, drawable),
      highs: history.highs === null ? null : column(history.highs, drawable),
      group: null
    };
  });
}

type AxisOptions = Pick<LineOptions, 'xAxis' | 'logX'>;

/** From the least to the greatest x that can be drawn; null where there is none. */
export function xSpan(
  series: readonly Series[],
  options: AxisOptions
): Span | null {
  return spanOf(series.map(one => xColumn(one, options)));
}

/** The same of what the lines go along: what smoothing measures. */
export function alongSpan(
  series: readonly Series[],
  options: AxisOptions
): Span | null {
  return spanOf(
    series.map(one => alongColumn(one, options, xColumn(one, options)))
  );
}

function spanOf(columns: readonly Float64Array[]): Span | null {
  let low = Infinity;
  let high = -Infinity;
  for (const column of columns) {
    for (const at of column) {
      if (at < low) {
        low = at;
      }
      if (at > high) {
        high = at;
      }
    }
  }
  return low <= high ? [low, high] : null;
}

/** Each point's x; NaN for those that the axis has no place for. */
export function xColumn(
  { history }: Series,
  { xAxis, logX }: AxisOptions
): Float64Array {
  const x = new Float64Array(history.steps.length);
  for (let index = 0; index < x.length; index += 1) {
    const at = xAt(history, xAxis, index);
    x[index] = Number.isFinite(at) && !(logX && at <= 0) ? at : NaN;
  }
  return x;
}

/** A point's x, also where no axis could have it. */
export function xAt(
  history: MetricHistory,
  xAxis: XAxis,
  index: number
): number {
  switch (xAxis) {
    case 'step':
      return valueAt(history.steps, index);
    case 'wall':
      return valueAt(history.times_ms, index);
    case 'relative':
      return valueAt(history.times_ms, index) - history.origin_ms;
    case 'metric':
      return toNumber(history.xs?.[index] ?? NaN);
  }
}

function alongColumn(
  { history }: Series,
  { xAxis }: AxisOptions,
  x: Float64Array
): Float64Array {
  return xAxis === 'metric' ? Float64Array.from(history.steps) : x;
}

export function column(
  values: readonly ContractNumber[],
  drawable: (value: number) => number
): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let index = 0; index < numbers.length; index += 1) {
    numbers[index] = drawable(toNumber(values[index] ?? NaN));
  }
  return numbers;
}

/** Where the point of a line stands that is nearest in x; -1: nowhere. */
export function nearestPoint(
  { x, along }: Pick<Line, 'x' | 'along'>,
  at: number
): number {
  if (x === along) {
    return nearestIndex(x, at);
  }
  let found = -1;
  let nearest = Infinity;
  for (let index = 0; index < x.length; index += 1) {
    const away = Math.abs(valueAt(x, index) - at);
    if (away < nearest) {
      nearest = away;
      found = index;
    }
  }
  return found;
}

/** Where in a column that does not fall the value nearest to `at` stands; -1: nowhere. */
export function nearestIndex(x: Float64Array, at: number): number {
  let low = 0;
  let high = x.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    // Gaps at the beginning are points that a logarithmic axis leaves out.
    if (valueAt(x, middle) < at || Number.isNaN(valueAt(x, middle))) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  const after = low < x.length ? low : -1;
  const before = low > 0 && !Number.isNaN(valueAt(x, low - 1)) ? low - 1 : -1;
  if (after === -1 || before === -1) {
    return after === -1 ? before : after;
  }
  return at - valueAt(x, before) <= valueAt(x, after) - at ? before : after;
}
