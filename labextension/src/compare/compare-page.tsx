/**
 * Runs put side by side: the sentence, the chart, and what differs.
 */
import { useState } from 'react';

import { RunsChart } from '../chart/runs-chart';
import type { ComparedRun, Comparison, NotebookSide } from '../contract';
import { formatDuration } from '../format';
import { NotebookDifferences } from '../differences/notebook-differences';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import { Card, Segmented } from '../views/parts';
import { ResourcePage } from '../views/resource-page';
import { useResource } from '../views/use-resource';
import { useRuns } from '../views/use-runs';
import { DifferenceTable } from './difference-table';
import {
  environmentRows,
  metricRows,
  notebookRow,
  paramRows,
  withBaseline
} from './derive';
import type { TableRow } from './derive';

type Props = {
  readonly runIds: readonly string[];
};

type Extent = 'differences' | 'everything';

export function ComparePage({ runIds }: Props): JSX.Element {
  const { api, trans } = useServices();
  const [baseline, setBaseline] = useState(runIds[0] ?? '');
  const ids = withBaseline(runIds, baseline);
  const { state, reload } = useResource(ids.join('\n'), ids, () =>
    api.compare(ids)
  );
  if (runIds.length < 2) {
    return (
      <div className="jp-trackbook-page">
        <div className="jp-trackbook-empty">
          <h1>{trans.__('Nothing to compare')}</h1>
          <p>
            {trans.__(
              'Select two runs or more in the list, then choose Compare.'
            )}
          </p>
        </div>
      </div>
    );
  }
  return (
    <ResourcePage
      state={state}
      onRetry={reload}
      loading={trans.__('Comparing…')}
      gone={{
        title: trans.__('These runs can’t be compared'),
        text: trans.__('One of these runs is not there any more.')
      }}
    >
      {comparison => (
        <ComparedRuns
          comparison={comparison}
          runIds={runIds}
          onBaseline={setBaseline}
        />
      )}
    </ResourcePage>
  );
}

function ComparedRuns(props: {
  readonly comparison: Comparison;
  /** In the order in which they were selected. */
  readonly runIds: readonly string[];
  readonly onBaseline: (runId: string) => void;
}): JSX.Element {
  const { comparison, runIds, onBaseline } = props;
  const { api, trans } = useServices();
  const [extent, setExtent] = useState<Extent>('differences');
  const whole = useRuns(runIds);
  const runs = whole.state.kind === 'ready' ? whole.state.value : [];
  const onlyDifferences = extent === 'differences';
  const results: readonly TableRow[] = [
    ...paramRows(comparison),
    ...metricRows(comparison, runs),
    durationRow()
  ];
  const explanations = useResource(
    comparison.runs.map(run => run.run_id).join('\n'),
    comparison.runs.map(run => run.run_id),
    () => Promise.all(comparison.runs.map(run => api.explanation(run.run_id)))
  );
  const environment = [
    ...environmentRows(comparison),
    ...(explanations.state.kind === 'ready'
      ? [notebookRow(trans.__('notebook'), explanations.state.value)]
      : [])
  ];
  const select = (rows: readonly TableRow[]): readonly TableRow[] =>
    onlyDifferences ? rows.filter(row => row.differs) : rows;

  return (
    <>
      <header className="jp-trackbook-page-header">
        <h1 className="jp-trackbook-page-title">
          {trans.__('Compare %1 runs', comparison.runs.length)}
        </h1>
        <div className="jp-trackbook-actions">
          <label className="jp-trackbook-hint">
            {trans.__('compared with')}{' '}
            <select
              className="jp-trackbook-choice jp-trackbook-baseline"
              value={comparison.baseline_run_id}
              onChange={event => onBaseline(event.target.value)}
            >
              {sortedAsSelected().map(run => (
                <option key={run.run_id} value={run.run_id}>
                  {run.name}
                </option>
              ))}
            </select>
          </label>
          <Segmented
            label={trans.__('What to show')}
            value={extent}
            choices={[
              ['differences', trans.__('Only differences')],
              ['everything', trans.__('Everything')]
            ]}
            onChange={setExtent}
          />
        </div>
      </header>
      <p className="jp-trackbook-sentence">{comparison.sentence}</p>
      <div className="jp-trackbook-columns jp-trackbook-compare">
        <div className="jp-trackbook-card">
          {whole.state.kind === 'failed' ? (
            <FailureNotice
              failure={whole.state.failure}
              onRetry={whole.reload}
            />
          ) : runs.length === 0 ? (
            <p className="jp-trackbook-chart-empty">{trans.__('Loading…')}</p>
          ) : (
            <RunsChart runs={runs} metric={null} height={220} />
          )}
        </div>
        <div className="jp-trackbook-stack">
          <Card title={trans.__('Params and metrics')} aside={countOf(results)}>
            <DifferenceTable
              label={trans.__('Params and metrics')}
              runs={comparison.runs}
              baselineId={comparison.baseline_run_id}
              rows={select(results)}
              nothing={trans.__('The same params, and the same results.')}
            />
          </Card>
          <Card
            title={trans.__('Environment, notebook')}
            aside={countOf(environment)}
          >
            <DifferenceTable
              label={trans.__('Environment, notebook')}
              runs={comparison.runs}
              baselineId={comparison.baseline_run_id}
              rows={select(environment)}
              nothing={trans.__('The same environment and notebook.')}
            />
          </Card>
        </div>
        <ComparedCells
          comparison={comparison}
          onlyDifferences={onlyDifferences}
        />
      </div>
    </>
  );

  function countOf(rows: readonly TableRow[]): string {
    const differing = rows.filter(row => row.differs).length;
    return trans.__('%1 of %2 differ', differing, rows.length);
  }

  function durationRow(): TableRow {
    const texts = comparison.runs.map(run =>
      formatDuration(run.duration_ms, trans)
    );
    return {
      kind: 'duration',
      key: trans.__('duration'),
      texts,
      differs: new Set(texts).size > 1,
      best: new Set()
    };
  }

  function sortedAsSelected(): readonly ComparedRun[] {
    return [...comparison.runs].sort(
      (a, b) => runIds.indexOf(a.run_id) - runIds.indexOf(b.run_id)
    );
  }
}

/** The cells of the baseline and one other run; which one, can be chosen. */
function ComparedCells(props: {
  readonly comparison: Comparison;
  readonly onlyDifferences: boolean;
}): JSX.Element | null {
  const { comparison, onlyDifferences } = props;
  const { api, trans } = useServices();
  const { runs, baseline_run_id: baselineId } = comparison;
  const others = runs.filter(run => run.run_id !== baselineId);
  const last = others[others.length - 1];
  const [wanted, setWanted] = useState<string | null>(null);
  const baseline = runs.find(run => run.run_id === baselineId);
  const chosen = others.find(run => run.run_id === wanted) ?? last;
  const pair = chosen === undefined ? [] : [baselineId, chosen.run_id];
  // A comparison of two holds their cells itself.
  const given = runs.length === 2;
  const { state, reload } = useResource(
    `${given ? 'given' : ''} ${pair.join(' ')}`,
    given ? [] : pair,
    async () => (given ? comparison : await api.compare(pair))
  );
  if (baseline === undefined || chosen === undefined) {
    return null;
  }
  const choice =
    others.length < 2 ? null : (
      <select
        className="jp-trackbook-choice"
        aria-label={trans.__(
          'Run whose cells are compared with the baseline’s'
        )}
        value={chosen.run_id}
        onChange={event => setWanted(event.target.value)}
      >
        {others.map(run => (
          <option key={run.run_id} value={run.run_id}>
            {run.name}
          </option>
        ))}
      </select>
    );
  if (!given && state.kind === 'failed') {
    return <FailureNotice failure={state.failure} onRetry={reload} />;
  }
  const difference = given
    ? comparison.notebook
    : state.kind === 'ready'
      ? state.value.notebook
      : null;
  if (difference === null) {
    return (
      <Card
        title={trans.__('Cells')}
        className="jp-trackbook-compare-cells"
        aside={choice}
      >
        <p className="jp-trackbook-hint">
          {!given && state.kind === 'loading'
            ? trans.__('Comparing…')
            : trans.__('One of the runs has no notebook: it executed no cell.')}
        </p>
      </Card>
    );
  }
  return (
    <NotebookDifferences
      difference={difference}
      onlyDifferences={onlyDifferences}
      choice={choice}
      names={{
        before: nameOf(baseline, difference.before),
        after: nameOf(chosen, difference.after)
      }}
    />
  );
}

/** A run and its revision: "baseline r2". */
function nameOf(run: ComparedRun, side: NotebookSide): string {
  return `${run.name} ${side.label}`;
}
