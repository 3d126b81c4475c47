/**
 * The page of what runs now: on which kernel and host, what it executes, and how to stop
 * it.
 */
import { useRef } from 'react';
import type { ReactElement } from 'react';

import type { RunningList } from '../contract';
import { useServices } from '../views/context';
import { FailureNotice } from '../views/failure-notice';
import { RunningRow } from './running-row';
import { useRunning } from './use-running';

export function RunningPage(): ReactElement {
  const { trans } = useServices();
  const node = useRef<HTMLDivElement>(null);
  const { state, reload } = useRunning(node);
  return (
    <div
      ref={node}
      className="jp-trackbook-page jp-trackbook-running"
      aria-busy={state.kind === 'loading' || undefined}
    >
      <header className="jp-trackbook-page-header">
        <h1>{trans.__('Running')}</h1>
        <p className="jp-trackbook-hint" role="status">
          {state.kind === 'ready' ? summaryOf(state.value) : ''}
        </p>
      </header>
      {state.kind === 'loading' ? (
        <p className="jp-trackbook-hint">{trans.__('Looking for runs…')}</p>
      ) : null}
      {state.kind === 'failed' ? (
        <FailureNotice failure={state.failure} onRetry={reload} />
      ) : null}
      {state.kind === 'ready' && state.problem !== null ? (
        <FailureNotice failure={state.problem} onRetry={reload} />
      ) : null}
      {state.kind === 'ready' ? (
        <Table list={state.value} onChange={reload} />
      ) : null}
    </div>
  );

  function summaryOf({ runs, total }: RunningList): string {
    const executing = runs.filter(run => run.status === 'running').length;
    return total === 0
      ? trans.__('No run is open.')
      : trans._n(
          'One run is open, %2 of them executing a cell.',
          '%1 runs are open, %2 of them executing a cell.',
          total,
          executing
        );
  }
}

function Table(props: {
  readonly list: RunningList;
  readonly onChange: () => void;
}): ReactElement {
  const { trans } = useServices();
  const { list, onChange } = props;
  if (list.runs.length === 0) {
    return (
      <p className="jp-trackbook-empty">
        {trans.__(
          'A run appears here with the first cell that does something in a notebook that records, and goes when it ends.'
        )}
      </p>
    );
  }
  return (
    <>
      <table className="jp-trackbook-running-table">
        <thead>
          <tr>
            <th scope="col">{trans.__('Run')}</th>
            <th scope="col">{trans.__('Notebook')}</th>
            <th scope="col">{trans.__('Executing')}</th>
            <th scope="col">{trans.__('Where')}</th>
            <th scope="col">{trans.__('Actions')}</th>
          </tr>
        </thead>
        <tbody>
          {list.runs.map(run => (
            <RunningRow
              key={`${run.run_id} ${run.kernel_id ?? ''} ${run.pid ?? ''}`}
              run={run}
              host={list.host}
              onChange={onChange}
            />
          ))}
        </tbody>
      </table>
      {list.total > list.runs.length ? (
        <p className="jp-trackbook-hint">
          {trans.__(
            'The %1 that started last of %2 are shown.',
            list.runs.length,
            list.total
          )}
        </p>
      ) : null}
    </>
  );
}
