/**
 * A cell called by its first line of code; leads to it in its notebook.
 */
import type { CellExecution, Run } from '../contract';
import { titleOfSource } from '../run/derive';
import { useServices } from './context';
import { showCell } from './show-cell';

type Props = {
  readonly execution: CellExecution;
  readonly run: Pick<Run, 'run_id' | 'notebook_path'>;
  /** Only the arrow, where a name each would be too much. */
  readonly isCompact?: boolean;
};

export function CellLink(props: Props): JSX.Element | null {
  const { execution, run, isCompact = false } = props;
  const services = useServices();
  const { trans } = services;
  const title = titleOfSource(execution.source);
  const { cell_id: cellId, source, source_blob: blob } = execution;
  const { run_id: runId, notebook_path: path } = run;
  if (cellId === null || path === null) {
    return isCompact ? null : (
      <span className="jp-trackbook-cell-name" title={title}>
        {title}
      </span>
    );
  }
  return (
    <button
      className="jp-trackbook-cell-link"
      title={trans.__('Show in the notebook: %1', title)}
      aria-label={
        isCompact ? trans.__('Show in the notebook: %1', title) : undefined
      }
      onClick={() =>
        void showCell(services, {
          runId,
          path,
          cellId,
          source: blob === null ? source : null
        })
      }
    >
      {isCompact ? null : (
        <span className="jp-trackbook-cell-name">{title}</span>
      )}
      <span aria-hidden="true">↗</span>
    </button>
  );
}
