/**
 * The active cell of the active notebook, as the history of cells sees it.
 */
import { isCodeCellModel } from '@jupyterlab/cells';
import type { Cell } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';
import type { ISignal } from '@lumino/signaling';

import { endUndoStep } from '../notebook/undo';

export type OpenCell = {
  /** As the server calls the notebook. */
  readonly path: string;
  readonly cellId: string;
  readonly isCode: boolean;
  readonly source: string;
  /** From 1, of how many. */
  readonly place: number;
  readonly cellCount: number;
  /** As JupyterLab calls the language of the notebook's code. */
  readonly language: string;
};

export class CellFollower implements IDisposable {
  constructor(
    private readonly tracker: INotebookTracker,
    private readonly contents: Contents.IManager
  ) {
    tracker.activeCellChanged.connect(this.follow, this);
    tracker.currentChanged.connect(this.follow, this);
    this.follow();
  }

  isDisposed = false;

  /** The cell, and its source as it stands, changed. */
  get changed(): ISignal<this, void> {
    return this.changedSignal;
  }

  get current(): OpenCell | null {
    return this.open;
  }

  /** The notebook that the cell is in, to be kept before it is changed. */
  get context(): NotebookPanel['context'] | null {
    return this.tracker.currentWidget?.context ?? null;
  }

  /**
   * Gives the cell another source, as a step of its own in the undo history; false where
   * `cellId` is not the active cell any more.
   */
  setSource(cellId: string, source: string): boolean {
    if (this.cell === null || this.cell.model.id !== cellId) {
      return false;
    }
    const { sharedModel } = this.cell.model;
    endUndoStep(sharedModel);
    sharedModel.setSource(source);
    endUndoStep(sharedModel);
    return true;
  }

  /** Puts the focus into the cell's editor, where undo is. */
  focus(): void {
    const panel = this.tracker.currentWidget;
    if (panel !== null) {
      panel.content.mode = 'edit';
      panel.content.activate();
    }
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this.isDisposed = true;
    this.tracker.activeCellChanged.disconnect(this.follow, this);
    this.tracker.currentChanged.disconnect(this.follow, this);
    this.leave();
    Signal.clearData(this);
  }

  private follow(): void {
    const cell = this.tracker.activeCell;
    if (cell !== this.cell) {
      this.leave();
      this.cell = cell;
      cell?.model.contentChanged.connect(this.read, this);
    }
    this.read();
  }

  private leave(): void {
    if (this.cell !== null && !this.cell.isDisposed) {
      this.cell.model.contentChanged.disconnect(this.read, this);
    }
    this.cell = null;
  }

  private read(): void {
    const panel = this.tracker.currentWidget;
    const { cell } = this;
    this.open =
      cell === null || panel === null || cell.isDisposed
        ? null
        : {
            path: this.contents.localPath(panel.context.path),
            cellId: cell.model.id,
            isCode: isCodeCellModel(cell.model),
            source: cell.model.sharedModel.getSource(),
            place: panel.content.activeCellIndex + 1,
            cellCount: panel.content.widgets.length,
            language: languageOf(panel)
          };
    this.changedSignal.emit();
  }

  private cell: Cell | null = null;
  private open: OpenCell | null = null;
  private readonly changedSignal = new Signal<this, void>(this);
}

function languageOf({ content: { model } }: NotebookPanel): string {
  const info: unknown = model?.getMetadata('language_info');
  const name: unknown =
    typeof info === 'object' && info !== null && 'name' in info
      ? info.name
      : null;
  return typeof name === 'string' && name !== '' ? name : 'python';
}
