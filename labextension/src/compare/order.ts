/**
 * In which order runs stand beside each other: pure functions.
 */
import type { Comparison } from '../contract';
import { toNumber } from '../format';

/** `selected`, `duration`, `newest`, or `metric:KEY`. */
export type Order = string;

export const AS_SELECTED: Order = 'selected';

/** Ids with the baseline in front, the others in their order. */
export function withBaseline(
  runIds: readonly string[],
  baseline: string
): readonly string[] {
  return [baseline, ...runIds.filter(runId => runId !== baseline)];
}

/** Places of the comparison's runs, the baseline first; those without a value last. */
export function orderedRuns(
  comparison: Comparison,
  order: Order
): readonly number[] {
  const places = comparison.runs.map((_, index) => index);
  const rank = ranker(comparison, order);
  if (rank === null) {
    return places;
  }
  const [baseline = 0, ...others] = places;
  return [
    baseline,
    ...others.sort((a, b) => compareNumbers(rank(a), rank(b)) || a - b)
  ];
}

/** A number a run that is smaller for those that come first. */
function ranker(
  { runs, metrics }: Comparison,
  order: Order
): ((place: number) => number) | null {
  if (order === 'duration') {
    return place => runs[place]?.duration_ms ?? Number.NaN;
  }
  if (order === 'newest') {
    return place => -Date.parse(runs[place]?.started_at ?? '');
  }
  const key = order.startsWith('metric:') ? order.slice('metric:'.length) : '';
  const metric = metrics.find(one => one.key === key);
  if (metric === undefined) {
    return null;
  }
  const sign = metric.direction === 'lower' ? 1 : -1;
  return place => {
    const value = metric.values[place];
    return typeof value === 'number' || typeof value === 'string'
      ? sign * toNumber(value)
      : Number.NaN;
  };
}

function compareNumbers(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) {
    return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  }
  return a === b ? 0 : a < b ? -1 : 1;
}
