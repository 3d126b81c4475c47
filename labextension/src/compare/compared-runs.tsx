/**
 * A comparison that is there: head, sentence, chart, grid, and the cells of two runs.
 */
import { useMemo, useState } from 'react';

import { RunsChart } from '../chart/runs-chart';
import type { Comparison } from '../contract';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import { useResource } from '../views/use-resource';
import type { CompareArgs } from './compare-page';
import { CompareControls } from './compare-controls';
import { CompareGrid } from './compare-grid';
import { ComparedCells } from './compared-cells';
import { chartedRuns } from './charted-runs';
import { orderedRuns } from './order';
import { sectionsOf } from './sections';

export type Look = {
  readonly order: string;
  readonly everything: boolean;
  readonly runsDown: boolean;
};

type Props = {
  readonly comparison: Comparison;
  /** In the order in which they were selected. */
  readonly runIds: readonly string[];
  readonly look: Look;
  readonly onChange: (changed: Partial<CompareArgs>) => void;
};

/** Whether a notebook explains its result takes a moment to find out, a run each. */
const MAX_EXPLAINED = 8;

/** The grid of more runs takes the page's whole width. */
const BESIDE_CHART = 4;

export function ComparedRuns(props: Props): JSX.Element {
  const { comparison, runIds, look, onChange } = props;
  const { api, trans } = useServices();
  const [search, setSearch] = useState('');
  const ids = comparison.runs.map(run => run.run_id);
  const key = ids.join('\n');
  const isExplained = ids.length <= MAX_EXPLAINED;
  const explanations = useResource(
    `${isExplained} ${key}`,
    isExplained ? ids : [],
    async () =>
      isExplained
        ? await Promise.all(ids.map(runId => api.explanation(runId)))
        : null
  );
  const cells = useResource(key, ids, () => api.compareCells(ids));
  const explained =
    explanations.state.kind === 'ready' ? explanations.state.value : null;
  const table = cells.state.kind === 'ready' ? cells.state.value : null;
  const sections = useMemo(
    () =>
      sectionsOf({ comparison, cells: table, explanations: explained, trans }),
    [comparison, table, explained, trans]
  );
  const order = useMemo(
    () => orderedRuns(comparison, look.order),
    [comparison, look.order]
  );
  const charted = useMemo(
    () => chartedRuns(comparison, orderedRuns(comparison, look.order)),
    [comparison, look.order]
  );
  const remove = (gone: readonly string[]): void =>
    onChange({ runIds: runIds.filter(id => !gone.includes(id)) });
  return (
    <>
      {comparison.missing.length === 0 ? null : (
        <div className="jp-trackbook-page-notice jp-mod-warning" role="alert">
          <span>
            {trans._n(
              'One of these runs is not there any more.',
              '%1 of these runs are not there any more.',
              comparison.missing.length,
              comparison.missing.length
            )}
          </span>
          <button
            className="jp-trackbook-link"
            onClick={() => remove(comparison.missing)}
          >
            {trans.__('Leave out')}
          </button>
        </div>
      )}
      <CompareControls
        comparison={comparison}
        sections={sections}
        runIds={runIds}
        look={look}
        order={order}
        search={search}
        onSearch={setSearch}
        onChange={onChange}
      />
      <p className="jp-trackbook-sentence">{comparison.sentence}</p>
      {cells.state.kind === 'failed' ? (
        <FailureNotice failure={cells.state.failure} onRetry={cells.reload} />
      ) : null}
      <div
        className="jp-trackbook-columns jp-trackbook-compare"
        data-many={ids.length > BESIDE_CHART || undefined}
      >
        <CompareGrid
          comparison={comparison}
          sections={sections}
          order={order}
          look={look}
          search={search}
          onRemove={runIds.length > 2 ? runId => remove([runId]) : null}
        />
        <div className="jp-trackbook-card jp-trackbook-compare-chart">
          <RunsChart runs={charted} metric={null} height={220} />
          {charted.length < comparison.runs.length ? (
            <p className="jp-trackbook-hint">
              {trans.__(
                'The first %1 of %2 runs, in the order chosen above.',
                charted.length,
                comparison.runs.length
              )}
            </p>
          ) : null}
        </div>
      </div>
      <div className="jp-trackbook-columns">
        <ComparedCells
          comparison={comparison}
          onlyDifferences={!look.everything}
        />
      </div>
    </>
  );
}
