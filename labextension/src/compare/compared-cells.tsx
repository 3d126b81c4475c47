/**
 * The cells of the baseline and one other run; which one, can be chosen.
 */
import { useState } from 'react';

import type { ComparedRun, Comparison, NotebookSide } from '../contract';
import { NotebookDifferences } from '../differences/notebook-differences';
import { useServices } from '../views/context';
import { FailureNotice, isNotFound } from '../views/failure-notice';
import { Card } from '../views/parts';
import { useResource } from '../views/use-resource';

export function ComparedCells(props: {
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
    async () =>
      given || chosen === undefined
        ? null
        : await api.differences(baselineId, chosen.run_id)
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
  if (!given && state.kind === 'failed' && !isNotFound(state.failure)) {
    return <FailureNotice failure={state.failure} onRetry={reload} />;
  }
  const difference = given
    ? comparison.notebook
    : state.kind === 'ready'
      ? state.value
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
