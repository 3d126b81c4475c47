/**
 * "4 versions · 18 s" in the toolbar of a cell: leads to the history of the cell.
 */
import type { Cell } from '@jupyterlab/cells';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { ReactWidget } from '@jupyterlab/ui-components';

import type { CellMark } from '../contract';
import { formatDuration } from '../format';
import { CommandIDs } from '../tokens';
import type { ITrackbook } from '../tokens';
import { afterChanges } from './after-changes';

export class CellMarkItem extends ReactWidget {
  constructor(
    private readonly trackbook: ITrackbook,
    private readonly cell: Cell,
    private readonly tracker: INotebookTracker,
    private readonly contents: Contents.IManager
  ) {
    super();
    this.addClass('jp-trackbook-cell-mark');
    this.stopFollowing = afterChanges(
      trackbook.changes,
      () => void this.read()
    );
    this.stopWatching = trackbook.store.subscribe((state, before) => {
      if (state.preferences !== before.preferences) {
        this.onPreferences();
      }
    });
    this.onPreferences();
  }

  override dispose(): void {
    this.stopFollowing();
    this.stopWatching();
    super.dispose();
  }

  protected override render(): JSX.Element | null {
    const { mark } = this;
    const { commands, trans } = this.trackbook;
    if (mark === null) {
      return null;
    }
    const versions = trans._n(
      '%1 version',
      '%1 versions',
      mark.version_count,
      mark.version_count
    );
    return (
      <button
        className="jp-trackbook-link"
        title={trans.__('Show the history of this cell')}
        onClick={() => void commands.execute(CommandIDs.cellHistory)}
      >
        {mark.duration_ms === null
          ? versions
          : `${versions} · ${formatDuration(mark.duration_ms, trans)}`}
      </button>
    );
  }

  private get isWanted(): boolean {
    return this.trackbook.store.getState().preferences.marksCells;
  }

  private onPreferences(): void {
    this.setHidden(!this.isWanted);
    void this.read();
  }

  /** Reads it, one request at a time; where it can't be read there is no mark. */
  private async read(): Promise<void> {
    const panel = this.tracker.find(open =>
      open.content.widgets.includes(this.cell)
    );
    if (!this.isWanted || this.reading || panel === undefined) {
      return;
    }
    this.reading = true;
    const { id } = this.cell.model;
    try {
      const path = this.contents.localPath(panel.context.path);
      const { cells } = await this.trackbook.api.cellMarks(path, [id]);
      this.mark = cells[0] ?? null;
    } catch {
      this.mark = null;
    }
    this.reading = false;
    if (!this.isDisposed) {
      this.update();
    }
  }

  private readonly stopFollowing: () => void;
  private readonly stopWatching: () => void;
  private mark: CellMark | null = null;
  private reading = false;
}
