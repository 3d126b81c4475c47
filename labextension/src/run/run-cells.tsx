/**
 * The cells as they ran, with what they put out: a line each, the rest on demand.
 */
import { useCallback, useMemo, useState } from 'react';

import type { Run } from '../contract';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import { Card, useNow } from '../views/parts';
import { CellRow } from './cell-row';
import { cellBars } from './derive';
import { FigureStrip } from './figure-strip';
import { figuresOf } from './output-kinds';
import { executionWord } from './status';
import { useOutputs } from './use-outputs';

const FIRST_SHOWN = 40;
const STEP = 200;

export function RunCells({ run }: { readonly run: Run }): JSX.Element {
  const { trans } = useServices();
  const [limit, setLimit] = useState(FIRST_SHOWN);
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set());
  /** The execution to go to as soon as it is drawn. */
  const [target, setTarget] = useState<string | null>(null);
  const outputs = useOutputs(run);
  const executions = run.cell_executions;
  const now = useNow(executions.some(one => one.status === 'running'));
  const bars = useMemo(() => cellBars(executions, now), [executions, now]);
  const shown = bars.slice(0, limit);
  const hasWords = executions.some(one => executionWord(one, trans) !== '');
  const main = run.metric_list.find(({ key }) => key === run.main_metric?.key);

  const toggle = useCallback((executionId: string, open: boolean): void => {
    setOpened(before => {
      const next = new Set(before);
      if (open) {
        next.add(executionId);
      } else {
        next.delete(executionId);
      }
      return next;
    });
  }, []);
  const reveal = (executionId: string): void => {
    const place = executions.findIndex(one => one.execution_id === executionId);
    toggle(executionId, true);
    setTarget(executionId);
    setLimit(Math.max(limit, place + 1));
  };

  return (
    <Card
      title={trans.__('Cells as they ran')}
      aside={trans._n(
        'one execution',
        '%2 executions',
        bars.length,
        bars.length.toLocaleString()
      )}
      className="jp-trackbook-cells"
    >
      {bars.length === 0 ? (
        <p className="jp-trackbook-hint">{trans.__('No cell has run yet.')}</p>
      ) : null}
      <FigureStrip
        run={run}
        figures={figuresOf(executions, outputs.held)}
        onChoose={reveal}
      />
      {outputs.failure === null ? null : (
        <FailureNotice failure={outputs.failure} onRetry={outputs.retry} />
      )}
      <ol className="jp-trackbook-cell-list" data-words={hasWords || undefined}>
        {shown.map(bar => {
          const id = bar.execution.execution_id;
          return (
            <CellRow
              key={id}
              bar={bar}
              run={run}
              isMain={id === main?.execution_id}
              held={outputs.held.get(id) ?? null}
              outputs={opened.has(id) ? outputs : null}
              open={opened.has(id)}
              onToggle={toggle}
              isTarget={id === target}
              onReached={setTarget}
            />
          );
        })}
      </ol>
      {bars.length > shown.length ? (
        <button
          className="jp-trackbook-link"
          onClick={() => setLimit(shown.length + STEP)}
        >
          {bars.length - shown.length <= STEP
            ? trans.__('Show all %1 executions', bars.length.toLocaleString())
            : trans.__(
                'Show %1 more of %2 executions',
                STEP,
                bars.length.toLocaleString()
              )}
        </button>
      ) : null}
      {outputs.hasMore && outputs.phase === 'ready' ? (
        <button className="jp-trackbook-link" onClick={outputs.more}>
          {trans.__('Look for figures in the later outputs too')}
        </button>
      ) : null}
    </Card>
  );
}
