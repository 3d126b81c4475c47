/**
 * Runs with their params and some of their metrics as they stand, for panels in which a
 * run is one point.
 */
import { useMemo } from 'react';

import { runStyle } from '../colors';
import type { RunStyle } from '../colors';
import type { ChartedRun, ChartSubject } from '../contract';
import type { Resource } from '../views/loader';
import { chartStyles } from './series';
import { useChartSubject } from './use-chart-subject';

/** A run as such panels draw it. */
export type DrawnRun = ChartedRun & { readonly style: RunStyle };

export type ChartedRuns = {
  /** Those that are not switched off; null until they are read. */
  readonly runs: readonly DrawnRun[] | null;
  readonly state: Resource<ChartSubject>;
  /** False as long as further metrics are being read. */
  readonly hasMetrics: boolean;
  readonly reload: () => void;
};

/**
 * @param subject the page's runs.
 * @param active whether anybody sees it: what is out of sight is not read.
 */
export function useChartedRuns(
  subject: ChartSubject,
  metrics: readonly string[],
  hidden: ReadonlySet<string>,
  active: boolean
): ChartedRuns {
  const { state, hasMetrics, reload } = useChartSubject(
    subject.runs.map(run => run.run_id),
    metrics,
    active
  );
  const value = state.kind === 'ready' ? state.value : null;
  const runs = useMemo(
    () => (value === null ? null : drawnRuns(value, hidden)),
    [value, hidden]
  );
  return { runs, state, hasMetrics, reload };
}

function drawnRuns(
  { runs }: ChartSubject,
  hidden: ReadonlySet<string>
): readonly DrawnRun[] {
  const styles = chartStyles(runs.map(run => run.number));
  return runs
    .map((run, index) => ({
      ...run,
      style: styles[index] ?? runStyle(run.number)
    }))
    .filter(run => !hidden.has(run.run_id));
}
