import type { NotebookPanel } from '@jupyterlab/notebook';

/** Adds a cell below the active one: in one transaction, so that one step undoes it. */
export function insertBelow(
  { content, model }: NotebookPanel,
  source: string
): void {
  const count = model?.cells.length ?? 0;
  const at = Math.min(content.activeCellIndex + 1, count);
  model?.sharedModel.transact(() => {
    model.sharedModel.insertCell(at, {
      cell_type: 'code',
      source,
      metadata: {}
    });
  });
  content.deselectAll();
  content.activeCellIndex = at;
  content.mode = 'command';
  content.activate();
}
