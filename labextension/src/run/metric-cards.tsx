/**
 * A run's results, one card each; a card chooses what the chart shows.
 */
import { useState } from 'react';

import { runStyle } from '../colors';
import type { MetricSummary, Run } from '../contract';
import {
  columnFormat,
  formatChange,
  formatDeviation,
  formatNumber
} from '../format';
import { toneOf } from '../selectors';
import { Sparkline } from '../sidebar/sparkline';
import { CellLink } from '../views/cell-link';
import { useServices } from '../views/context';
import { executionOf, orderedMetrics } from './derive';

type Props = {
  readonly run: Run;
  readonly chosen: string | null;
  readonly onChoose: (key: string) => void;
};

const FIRST_SHOWN = 8;

export function MetricCards(props: Props): JSX.Element {
  const { run, chosen, onChoose } = props;
  const { trans } = useServices();
  const [showAll, setShowAll] = useState(false);
  const metrics = orderedMetrics(run);
  const shown = showAll ? metrics : metrics.slice(0, FIRST_SHOWN);
  return (
    <section aria-label={trans.__('Results')}>
      <div className="jp-trackbook-metrics">
        {shown.map(metric => (
          <MetricCard
            key={metric.key}
            metric={metric}
            run={run}
            isChosen={metric.key === chosen}
            onChoose={() => onChoose(metric.key)}
          />
        ))}
      </div>
      {metrics.length > FIRST_SHOWN ? (
        <button
          className="jp-trackbook-link"
          onClick={() => setShowAll(!showAll)}
        >
          {showAll
            ? trans.__('Show fewer')
            : trans.__('Show all %1 results', metrics.length)}
        </button>
      ) : null}
    </section>
  );
}

function MetricCard(props: {
  readonly metric: MetricSummary;
  readonly run: Run;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}): JSX.Element {
  const { metric, run, isChosen, onChoose } = props;
  const { trans } = useServices();
  const execution = executionOf(run, metric.execution_id);
  const { change, better, previous } = metric;
  const format = columnFormat(
    previous === null ? [metric.last] : [metric.last, previous]
  );
  return (
    <div
      className="jp-trackbook-metric"
      role="group"
      aria-label={metric.key}
      data-chosen={isChosen}
    >
      <span className="jp-trackbook-metric-line">
        <button
          className="jp-trackbook-metric-choose"
          aria-pressed={isChosen}
          title={describeMetric(metric)}
          onClick={onChoose}
        >
          {metric.key}
        </button>
        {execution === null ? null : (
          <CellLink execution={execution} run={run} />
        )}
      </span>
      <span className="jp-trackbook-metric-line">
        <span className="jp-trackbook-metric-value">
          <strong>{format(metric.last)}</strong>
          {metric.std === null ? null : (
            <span
              className="jp-trackbook-deviation"
              title={trans.__('standard deviation over the folds')}
            >
              {formatDeviation(metric.std, format)}
            </span>
          )}
          {change === null ? null : (
            <span
              className={`jp-trackbook-metric-change jp-mod-${toneOf(better)}`}
              title={trans.__('compared with %1', run.previous_name ?? '')}
            >
              {formatChange(change, format)}
              {better === null ? null : (
                <span className="jp-trackbook-hidden">
                  {' '}
                  {better ? trans.__('better') : trans.__('worse')}
                </span>
              )}
            </span>
          )}
        </span>
        <Sparkline
          values={metric.sparkline}
          color={runStyle(run.number).color}
        />
      </span>
    </div>
  );

  function describeMetric({ count, min, max }: MetricSummary): string {
    return count === 1
      ? trans.__('Chart %1', metric.key)
      : trans.__(
          'Chart %1: %2 points between %3 and %4',
          metric.key,
          count,
          formatNumber(min),
          formatNumber(max)
        );
  }
}
