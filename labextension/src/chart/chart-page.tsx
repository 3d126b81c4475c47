/**
 * The page of a chart: the lines of the selected runs.
 */
import { useServices } from '../views/context';
import { RunLink } from '../views/parts';
import { ResourcePage } from '../views/resource-page';
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
  return (
    <ResourcePage
      state={state}
      onRetry={reload}
      loading={trans.__('Loading the runs…')}
      gone={{
        title: trans.__('These runs can’t be charted'),
        text: trans.__('One of these runs is not there any more.')
      }}
    >
      {runs => (
        <>
          <header className="jp-trackbook-page-header">
            <h1 className="jp-trackbook-page-title">
              {trans._n('One run', '%1 runs', runIds.length, runIds.length)}
            </h1>
            <div className="jp-trackbook-run-links">
              {runs.map(run => (
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
              runs={runs}
              metric={metric}
              height={HEIGHT}
              onMetric={onMetric}
            />
          </div>
        </>
      )}
    </ResourcePage>
  );
}
