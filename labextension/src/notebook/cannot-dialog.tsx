/**
 * Why a notebook can't be recorded, and the line that mends it.
 */
import '../../style/opened.css';

import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { ReactElement } from 'react';

import type { Failure } from '../api';
import type { Recording } from '../contract';
import { CopyLine, FailureWords } from '../sidebar/states';
import type { ITrackbook } from '../tokens';
import { TrackbookProvider, useTrans } from '../widgets';

export type CannotAnswer = 'retry' | 'give-up' | 'close';

export type Obstacle =
  | { readonly kind: 'cannot'; readonly recording: Recording }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Shows what is in the way; resolves to what the user wants to do about it. */
export async function askAboutObstacle(
  trackbook: ITrackbook,
  obstacle: Obstacle
): Promise<CannotAnswer> {
  const { trans } = trackbook;
  const body = ReactWidget.create(
    <TrackbookProvider trackbook={trackbook}>
      <ObstacleWords obstacle={obstacle} />
    </TrackbookProvider>
  );
  const retry = Dialog.okButton({ label: trans.__('Retry') });
  const close = Dialog.cancelButton({ label: trans.__('Close') });
  const giveUp = Dialog.createButton({
    label: trans.__('Don’t record'),
    accept: false
  });
  const { button } = await showDialog({
    title: trans.__('This notebook can’t be recorded yet'),
    body,
    buttons:
      obstacle.kind === 'cannot' ? [giveUp, close, retry] : [close, retry],
    defaultButton: obstacle.kind === 'cannot' ? 2 : 1
  });
  switch (button.label) {
    case retry.label:
      return 'retry';
    case giveUp.label:
      return 'give-up';
    default:
      return 'close';
  }
}

export function ObstacleWords({
  obstacle
}: {
  readonly obstacle: Obstacle;
}): ReactElement {
  const trans = useTrans();
  if (obstacle.kind === 'failed') {
    return (
      <div className="jp-trackbook-dialog">
        <FailureWords failure={obstacle.failure} />
      </div>
    );
  }
  const { reason, cure, terminal_cure } = obstacle.recording;
  return (
    <div className="jp-trackbook-dialog">
      <p>{reason ?? trans.__('The kernel does not say why.')}</p>
      {cure !== null && (
        <>
          <p>
            {trans.__(
              'This line mends it. Run it in a cell, then press Retry:'
            )}
          </p>
          <CopyLine line={cure} />
        </>
      )}
      {terminal_cure !== null && (
        <>
          <p>{trans.__('Or in a terminal:')}</p>
          <CopyLine line={terminal_cure} />
        </>
      )}
    </div>
  );
}
