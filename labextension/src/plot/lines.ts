/**
 * Series as lines: columns of numbers, with gaps where there is nothing to draw.
 */
import { valueAt } from './column';
import type { Dash } from '../colors';
import { toNumber } from '../format';
import type { ContractNumber } from '../format';
import { halfLifeOf, runningMean, timeWeightedEma } from './smoothing';
import type { LineOptions, Series, Span } from './types';

/** NaN in `x` or `y` is a gap. `lows` and `highs` are there for a sample. */
export type Line = {
  readonly runId: string;
  readonly name: string;
  readonly color: string;
  readonly dash: Dash;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly smooth: Float64Array | null;
  readonly lows: Float64Array | null;
  readonly highs: Float64Array | null;
};

/**
 * The lines of a chart.
 *
 * @param range from the least to the greatest x of the whole chart: what is zoomed into
 *   is smoothed like the whole.
 */
export function makeLines(
  series: readonly Series[],
  options: LineOptions,
  range: Span | null = xSpan(series, options)
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
    const y = column(history.values, drawable);
    return {
      runId: one.runId,
      name: one.name,
      color: one.color,
      dash: one.dash,
      x,
      y,
      smooth:
        halfLife > 0 && y.length > 1
          ? smoothed(x, column(history.means ?? history.values, drawable))
          : null,
      lows: history.lows === null ? null : column(history.lows, drawable),
      highs: history.highs === null ? null : column(history.highs, drawable)
    };
  });

  function smoothed(x: Float64Array, y: Float64Array): Float64Array {
    return options.smoothing.method === 'ema'
      ? timeWeightedEma(x, y, halfLife)
      : runningMean(x, y, halfLife);
  }
}

/** From the least to the greatest x that can be drawn; null where there is none. */
export function xSpan(
  series: readonly Series[],
  options: Pick<LineOptions, 'xAxis' | 'logX'>
): Span | null {
  let low = Infinity;
  let high = -Infinity;
  for (const one of series) {
    for (const at of xColumn(one, options)) {
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

function xColumn(
  { history }: Series,
  { xAxis, logX }: Pick<LineOptions, 'xAxis' | 'logX'>
): Float64Array {
  const shift = xAxis === 'relative' ? history.origin_ms : 0;
  const source = xAxis === 'step' ? history.steps : history.times_ms;
  const x = Float64Array.from(source);
  for (let index = 0; index < x.length; index += 1) {
    const at = valueAt(x, index) - shift;
    x[index] = logX && at <= 0 ? NaN : at;
  }
  return x;
}

function column(
  values: readonly ContractNumber[],
  drawable: (value: number) => number
): Float64Array {
  const numbers = new Float64Array(values.length);
  for (let index = 0; index < numbers.length; index += 1) {
    numbers[index] = drawable(toNumber(values[index] ?? NaN));
  }
  return numbers;
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
