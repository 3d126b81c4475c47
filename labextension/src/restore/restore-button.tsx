/**
 * What `%track restore` shows in a notebook: a button that opens the dialog. It comes
 * from an output that nobody vouches for, so it does nothing until it is pressed, and
 * then asks.
 */
import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ReactWidget } from '@jupyterlab/ui-components';

import { isRecord } from '../run/notebook-cells';
import { CommandIDs } from '../tokens';
import type { ITrackbook } from '../tokens';

export const RESTORE_TYPE = 'application/vnd.trackbook.restore+json';
/** Before text and HTML, which say the same to those who have no button. */
const RANK = 40;

class RestoreButton extends ReactWidget implements IRenderMime.IRenderer {
  constructor(private readonly trackbook: ITrackbook) {
    super();
    this.addClass('jp-trackbook');
    this.addClass('jp-trackbook-restore-output');
  }

  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    const wanted = model.data[RESTORE_TYPE];
    this.wanted = isRecord(wanted) ? wanted : {};
    this.update();
    await this.renderPromise;
  }

  protected override render(): JSX.Element {
    const { trans, commands } = this.trackbook;
    const { run_id: runId, run_name: name, way, executed } = this.wanted;
    if (typeof runId !== 'string') {
      return (
        <span>{trans.__('This output names no run to be restored.')}</span>
      );
    }
    return (
      <button
        className="jp-trackbook-button"
        onClick={() =>
          void commands.execute(CommandIDs.restore, {
            runId,
            ...(typeof way === 'string' ? { way } : {}),
            executed: executed === true
          })
        }
      >
        {typeof name === 'string' && name !== ''
          ? trans.__('Restore the notebook of %1…', name)
          : trans.__('Restore the notebook…')}
      </button>
    );
  }

  private wanted: Record<string, unknown> = {};
}

export function addRestoreButton(
  rendermime: IRenderMimeRegistry,
  trackbook: ITrackbook
): void {
  rendermime.addFactory(
    {
      safe: true,
      mimeTypes: [RESTORE_TYPE],
      createRenderer: () => new RestoreButton(trackbook)
    },
    RANK
  );
}
