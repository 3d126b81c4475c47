/**
 * A run's page: reads the run, follows it while it goes on, and lays out its parts.
 */
import { useEffect, useState } from 'react';

import { failureOf } from '../api';
import type { Failure } from '../api';
import { MetricChart } from '../chart/metric-chart';
import type { ChartRun } from '../chart/series';
import type { MetricSummary, Run, RunEdit, RunRow } from '../contract';
import { useServices } from '../views/context';
import { describeFailure } from '../views/failure-notice';
import { ResourcePage } from '../views/resource-page';
import { useResource } from '../views/use-resource';
import { useTrackbookState } from '../widgets';
import { isActive, orderedMetrics } from './derive';
import { MetricCards } from './metric-cards';
import { MetricDetail } from './metric-detail';
import { RunArtifacts } from './run-artifacts';
import { RunCells } from './run-cells';
import { RunEnvironment } from './run-environment';
import { RunRemarks, RunValues } from './run-extras';
import { RunExplanation } from './run-explanation';
import { RunHeader } from './run-header';
import { RunInputs } from './run-inputs';
import { RunNames } from './run-names';
import type { NameRule, OnRule } from './run-names';
import { RunNote } from './run-note';
import { RunParams } from './run-params';
import { RunRevisions } from './run-revisions';
import { RunTables } from './run-tables';

type Props = {
  readonly runId: string;
  /** Hears of the run as it is read, for the tab. */
  readonly onRun?: (run: Run) => void;
};

export function RunPage({ runId, onRun }: Props): JSX.Element {
  const { api, store, trans } = useServices();
  const { state, reload, accept } = useResource(
    runId,
    [runId],
    () => api.getRun(runId),
    read => read.change
  );
  const [refusal, setRefusal] = useState<Failure | null>(null);
  const run = state.kind === 'ready' ? state.value : null;

  useEffect(() => {
    if (run !== null) {
      onRun?.(run);
    }
  }, [run, onRun]);

  const edit = async (change: Partial<RunEdit>): Promise<void> => {
    try {
      const edited = await api.editRun(runId, change);
      setRefusal(null);
      accept(edited);
      store.actions.receiveRun(edited);
    } catch (thrown) {
      setRefusal(failureOf(thrown));
    }
  };

  const rule = async (name: string, said: NameRule | null): Promise<void> => {
    if (run === null) {
      return;
    }
    try {
      await api.editExperiment(run.experiment_id, { names: { [name]: said } });
      setRefusal(null);
      // What a name is, is another thing in every run of the list too.
      reload();
      await store.actions.refresh();
    } catch (thrown) {
      setRefusal(failureOf(thrown));
    }
  };

  return (
    <ResourcePage
      state={state}
      onRetry={reload}
      loading={trans.__('Loading the run…')}
      gone={{
        title: trans.__('This run is not there'),
        text: trans.__('It was deleted, or recorded in another home.')
      }}
    >
      {whole => (
        <>
          {refusal === null ? null : (
            <div className="jp-trackbook-page-notice jp-mod-error" role="alert">
              <span>{describeFailure(refusal, trans)}</span>
              <button
                className="jp-trackbook-link"
                onClick={() => setRefusal(null)}
              >
                {trans.__('Dismiss')}
              </button>
            </div>
          )}
          <RunBody
            run={whole}
            onEdit={change => void edit(change)}
            onRule={(name, said) => void rule(name, said)}
          />
        </>
      )}
    </ResourcePage>
  );
}

function RunBody(props: {
  readonly run: Run;
  readonly onEdit: (edit: Partial<RunEdit>) => void;
  readonly onRule: OnRule;
}): JSX.Element {
  const { run, onEdit } = props;
  const [ruled, setRuled] = useState<string | null>(null);
  const onRule: OnRule = (name, said) => {
    setRuled(name);
    props.onRule(name, said);
  };
  const { trans } = useServices();
  const previous = usePrevious(run.previous_run_id);
  const metrics = orderedMetrics(run);
  const [wanted, setWanted] = useState<string | null>(null);
  const chosen =
    metrics.find(metric => metric.key === wanted) ?? metrics[0] ?? null;
  return (
    <>
      <RunHeader run={run} onEdit={onEdit} />
      {run.trashed_at === null ? null : (
        <div className="jp-trackbook-page-notice">
          <span>{trans.__('This run is in the trash.')}</span>
          <button
            className="jp-trackbook-link"
            onClick={() => onEdit({ trashed: false })}
          >
            {trans.__('Put it back')}
          </button>
        </div>
      )}
      {run.sentence === '' ? null : (
        <p className="jp-trackbook-sentence">{run.sentence}</p>
      )}
      {run.error === null ? null : (
        <p className="jp-trackbook-page-notice jp-mod-error">{run.error}</p>
      )}
      {metrics.length === 0 ? (
        <p className="jp-trackbook-hint jp-trackbook-no-results">
          {isActive(run.status)
            ? trans.__('No result yet: waiting for the first one.')
            : trans.__(
                'This run gave no result. A cell that ends with a score, like model.score(X, y), gives one.'
              )}
        </p>
      ) : (
        <MetricCards
          run={run}
          chosen={chosen?.key ?? null}
          onChoose={setWanted}
        />
      )}
      <div className="jp-trackbook-columns jp-trackbook-run-columns">
        <div className="jp-trackbook-stack">
          {chosen === null ? null : (
            <div className="jp-trackbook-card">
              <MetricChart
                // Another metric starts with its own axes.
                key={chosen.key}
                metric={chosen.key}
                metrics={metrics.map(({ key }) => ({
                  key,
                  run_count: 1,
                  is_result: true
                }))}
                runs={chartRuns(run, previous, chosen)}
                title={<h2>{chosen.key}</h2>}
              />
              <MetricDetail metric={chosen} onRule={onRule} />
            </div>
          )}
          <RunTables run={run} />
          <RunCells run={run} />
          <RunRevisions run={run} />
          <RunArtifacts run={run} />
          <RunValues run={run} onRule={onRule} />
        </div>
        <div className="jp-trackbook-stack">
          <RunExplanation run={run} />
          <RunParams run={run} onRule={onRule} />
          <RunNote note={run.note} onEdit={note => onEdit({ note })} />
          <RunInputs run={run} />
          <RunEnvironment run={run} />
          <RunNames run={run} onRule={onRule} latest={ruled} />
        </div>
      </div>
      <RunRemarks run={run} />
    </>
  );
}

/** What the list and a run's page both know of a run. */
type ListedRun = Pick<
  RunRow,
  'run_id' | 'name' | 'number' | 'started_at' | 'status' | 'change'
>;

/** The run before, for the chart: from the list, else read; null where there is none. */
function usePrevious(runId: string | null): ListedRun | null {
  const { api } = useServices();
  const listed = useTrackbookState(({ runs }) => runs[runId ?? ''] ?? null);
  const wanted = listed === null ? runId : null;
  const { state } = useResource<ListedRun | null>(
    wanted ?? '',
    wanted === null ? [] : [wanted],
    async () => (wanted === null ? null : await api.getRun(wanted))
  );
  return listed ?? (state.kind === 'ready' ? state.value : null);
}

/** The run itself, and the one before where it has the metric too. */
function chartRuns(
  run: Run,
  previous: ListedRun | null,
  metric: MetricSummary
): readonly ChartRun[] {
  const shown =
    previous !== null && metric.previous !== null ? [run, previous] : [run];
  return shown.map(one => ({
    runId: one.run_id,
    name: one.name,
    number: one.number,
    startedAt: one.started_at,
    isActive: isActive(one.status),
    change: one.change
  }));
}
