/**
 * A cell called by its first line of code; leads to it in its notebook.
 */
import type { CellExecution } from '../contract';
import { titleOfSource } from '../run/derive';
import { useServices } from './context';
import { showCell } from './show-cell';

type Props = {
  readonly execution: CellExecution;
  readonly notebookPath: string | null;
  /** Only the arrow, where a name each would be too much. */
  readonly isCompact?: boolean;
};

export function CellLink(props: Props): JSX.Element | null {
  const { execution, notebookPath, isCompact = false } = props;
  const services = useServices();
  const { trans } = services;
  const title = titleOfSource(execution.source);
  const { cell_id: cellId } = execution;
  if (cellId === null || notebookPath === null) {
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
      onClick={() => void showCell(services, notebookPath, cellId)}
    >
      {isCompact ? null : (
        <span className="jp-trackbook-cell-name">{title}</span>
      )}
      <span aria-hidden="true">↗</span>
    </button>
  );
}
