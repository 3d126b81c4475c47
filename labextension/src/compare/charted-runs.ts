/**
 * The runs of a comparison that its chart shows. Pure.
 */
import type { ChartedRun } from '../chart/choose-metric';
import type { Comparison } from '../contract';

/** More lines than that can't be told apart. */
const MAX_CHARTED = 20;

/** The baseline and those that come first, as the chart takes them. */
export function chartedRuns(
  comparison: Comparison,
  order: readonly number[]
): readonly ChartedRun[] {
  return order.slice(0, MAX_CHARTED).flatMap(place => {
    const run = comparison.runs[place];
    return run === undefined
      ? []
      : [
          {
            ...run,
            metric_list: comparison.metrics
              .filter(metric => metric.present[place] === true)
              .map(({ key }) => ({ key }))
          }
        ];
  });
}
