/**
 * The Record button as a widget of the toolbar; it follows the notebook's kernel.
 */
import type { ISessionContext } from '@jupyterlab/apputils';
import { createElement } from 'react';

import type { ITrackbook } from '../tokens';
import { TrackbookWidget } from '../widgets';
import { RecordButton } from './record-button';

export class RecordToolbarItem extends TrackbookWidget {
  constructor(
    trackbook: ITrackbook,
    private readonly sessionContext: ISessionContext,
    switchRecording: (kernelId: string) => void
  ) {
    const { trans } = trackbook;
    const kernelId = (): string | null =>
      sessionContext.session?.kernel?.id ?? null;
    super(
      trackbook,
      () =>
        createElement(RecordButton, {
          kernelId: kernelId(),
          onClick: () => {
            const id = kernelId();
            if (id !== null) {
              switchRecording(id);
            }
          }
        }),
      trans.__('The Record button')
    );
    this.removeClass('jp-trackbook');
    this.addClass('jp-trackbook-record');
    sessionContext.kernelChanged.connect(this.onKernel, this);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.sessionContext.kernelChanged.disconnect(this.onKernel, this);
    }
    super.dispose();
  }

  private onKernel(): void {
    this.update();
  }
}
