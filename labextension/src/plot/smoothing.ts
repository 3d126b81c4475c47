/**
 * Smoother lines, for display only: nothing of it is ever stored.
 */
import { valueAt } from './column';
import type { Smoothing } from './types';

/** So many times its range a slider at W&B divides the x axis. */
const VIEWPORT = 1000;
const MOST = 0.999;

/**
 * The half-life, in units of x, of the amount that a slider says: the same line as W&B
 * draws for it. After one half-life a point counts half.
 *
 * @param amount from 0 to 1; 0 is none.
 * @param range from the least to the greatest x of the chart.
 */
export function halfLifeOf(amount: number, range: number): number {
  if (amount <= 0 || range <= 0) {
    return 0;
  }
  const weight = Math.min(Math.sqrt(amount), MOST);
  return (range / VIEWPORT) * (Math.LN2 / -Math.log(weight));
}

/** The smooth line of a method; `x` must not fall. */
export function smoothed(
  x: Float64Array,
  y: Float64Array,
  method: Smoothing['method'],
  halfLife: number
): Float64Array {
  return method === 'ema'
    ? timeWeightedEma(x, y, halfLife)
    : runningMean(x, y, halfLife);
}

/**
 * The exponential moving average weighted by time: what came long before (in x) counts
 * less, however many points there are between. Its beginning is not drawn to zero.
 * Values that are no finite number leave a gap and are otherwise passed over.
 */
export function timeWeightedEma(
  x: Float64Array,
  y: Float64Array,
  halfLife: number
): Float64Array {
  const smooth = new Float64Array(y.length).fill(NaN);
  let sum = 0;
  let weight = 0;
  let last = NaN;
  for (let index = 0; index < y.length; index += 1) {
    const value = valueAt(y, index);
    const at = valueAt(x, index);
    if (!Number.isFinite(value) || !Number.isFinite(at)) {
      continue;
    }
    const fade = Number.isNaN(last)
      ? 0
      : halfLife > 0
        ? 0.5 ** (Math.max(0, at - last) / halfLife)
        : 0;
    sum = sum * fade + value;
    weight = weight * fade + 1;
    smooth[index] = sum / weight;
    last = at;
  }
  return smooth;
}

/**
 * The mean of the values within `radius` of each x, on both sides; x must not fall.
 */
export function runningMean(
  x: Float64Array,
  y: Float64Array,
  radius: number
): Float64Array {
  const smooth = new Float64Array(y.length).fill(NaN);
  let from = 0;
  let to = 0;
  let sum = 0;
  let count = 0;
  for (let index = 0; index < y.length; index += 1) {
    const at = valueAt(x, index);
    while (to < y.length && valueAt(x, to) <= at + radius) {
      if (Number.isFinite(valueAt(y, to))) {
        sum += valueAt(y, to);
        count += 1;
      }
      to += 1;
    }
    while (valueAt(x, from) < at - radius) {
      if (Number.isFinite(valueAt(y, from))) {
        sum -= valueAt(y, from);
        count -= 1;
      }
      from += 1;
    }
    if (Number.isFinite(valueAt(y, index)) && count > 0) {
      smooth[index] = sum / count;
    }
  }
  return smooth;
}
