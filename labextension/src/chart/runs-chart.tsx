/**
 * A chart of several runs with the choice of the metric in its title.
 */
import { useState } from 'react';

import { isActive } from '../run/derive';
import { useServices } from '../views/context';
import { chooseMetric, sharedMetrics } from './choose-metric';
import type { ChartedRun } from './choose-metric';
import { MetricChart } from './metric-chart';

type Props = {
  readonly runs: readonly ChartedRun[];
  readonly metric: string | null;
  readonly height?: number;
  readonly onMetric?: (metric: string) => void;
};

export function RunsChart(props: Props): JSX.Element {
  const { runs, onMetric, height } = props;
  const { trans } = useServices();
  const [wanted, setWanted] = useState(props.metric);
  const keys = sharedMetrics(runs);
  const metric = chooseMetric(runs, wanted);
  if (metric === null) {
    return (
      <p className="jp-trackbook-chart-empty">
        {runs.some(run => isActive(run.status))
          ? trans.__('No result yet: waiting for the first one.')
          : trans.__('None of these runs gave a result.')}
      </p>
    );
  }
  const having = runs.filter(run =>
    run.metric_list.some(({ key }) => key === metric)
  );
  const lacking = runs.filter(run => !having.includes(run));
  const choose = (key: string): void => {
    setWanted(key);
    onMetric?.(key);
  };
  return (
    <>
      <MetricChart
        key={metric}
        metric={metric}
        metrics={keys.map(key => ({
          key,
          run_count: runs.filter(run =>
            run.metric_list.some(one => one.key === key)
          ).length,
          is_result: true
        }))}
        height={height}
        runs={having.map(run => ({
          runId: run.run_id,
          name: run.name,
          number: run.number,
          isActive: isActive(run.status),
          change: run.change
        }))}
        title={
          <select
            className="jp-trackbook-choice jp-trackbook-metric-select"
            aria-label={trans.__('Metric')}
            value={metric}
            onChange={event => choose(event.target.value)}
          >
            {keys.map(key => (
              <option key={key} value={key}>
                {key}
              </option>
            ))}
          </select>
        }
      />
      {lacking.length === 0 ? null : (
        <p className="jp-trackbook-hint">
          {trans.__(
            'Without %1: %2.',
            metric,
            lacking.map(run => run.name).join(', ')
          )}
        </p>
      )}
    </>
  );
}
