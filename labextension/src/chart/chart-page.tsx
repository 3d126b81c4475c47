/**
 * The page of a chart: the lines of the selected runs.
 */
import { useServices } from '../views/context';
import { FailureNotice, isNotFound } from '../views/failure-notice';
import { RunLink } from '../views/parts';
import { useRuns } from '../views/use-runs';
import { RunsChart } from './runs-chart';

type Props = {
  readonly runIds: readonly string[];
  readonly metric: string | null;
  readonly onMetric: (metric: string) => void;
};

const HEIGHT = 420;

export function ChartPage({ runIds, metric, onMetric }: Props): JSX.Element {
  const { trans } = useServices();
  const { state, reload } = useRuns(runIds);
  if (runIds.length === 0) {
    return (
      <div className="jp-trackbook-page">
        <div className="jp-trackbook-empty">
          <h1>{trans.__('No runs to chart')}</h1>
          <p>{trans.__('Select runs in the list, then choose Chart.')}</p>
        </div>
      </div>
    );
  }
  switch (state.kind) {
    case 'loading':
      return (
        <div className="jp-trackbook-page" aria-busy="true">
          <p className="jp-trackbook-hint" role="status">
            {trans.__('Loading the runs…')}
          </p>
        </div>
      );
    case 'failed':
      return (
        <div className="jp-trackbook-page">
          {isNotFound(state.failure) ? (
            <p className="jp-trackbook-hint">
              {trans.__('One of these runs is not there any more.')}
            </p>
          ) : null}
          <FailureNotice failure={state.failure} onRetry={reload} />
        </div>
      );
    case 'ready':
      return (
        <div className="jp-trackbook-page">
          {state.problem === null ? null : (
            <FailureNotice failure={state.problem} onRetry={reload} />
          )}
          <header className="jp-trackbook-page-header">
            <h1 className="jp-trackbook-page-title">
              {trans._n('One run', '%1 runs', runIds.length, runIds.length)}
            </h1>
            <div className="jp-trackbook-run-links">
              {state.value.map(run => (
                <RunLink
                  key={run.run_id}
                  runId={run.run_id}
                  number={run.number}
                  name={run.name}
                />
              ))}
            </div>
          </header>
          <div className="jp-trackbook-card">
            <RunsChart
              runs={state.value}
              metric={metric}
              height={HEIGHT}
              onMetric={onMetric}
            />
          </div>
        </div>
      );
  }
}
