/**
 * An edit of many runs that goes on while the panel is hidden: what the panel's foot
 * would say, JupyterLab's notifications do.
 */
import { Notification } from '@jupyterlab/apputils';

import type { ITrackbook } from '../tokens';
import { announced } from '../views/long-work';
import { editedWords } from './edited-words';

/** So long the outcome can be undone from the corner. */
const UNDO_MS = 20_000;

/** Follows the edit that is under way to its end. */
export async function announceEdit(
  { store, trans }: ITrackbook,
  isSeen: () => boolean
): Promise<void> {
  const { actions } = store;
  await announced(
    {
      message: trans.__('Changing many runs…'),
      stop: { label: trans.__('Stop'), act: actions.stopEditing },
      isWanted: () => !isSeen()
    },
    async tell =>
      new Promise<void>(resolve => {
        const look = (): void => {
          const { notice } = store.getState();
          if (notice?.kind === 'working') {
            tell(notice.done / notice.total);
          } else {
            stop();
            resolve();
          }
        };
        const stop = store.subscribe(look);
        look();
      })
  );
  const { notice } = store.getState();
  if (isSeen()) {
    return;
  }
  if (notice?.kind === 'edited') {
    const { edited, count, undo } = notice;
    Notification.success(editedWords(edited, count, trans), {
      autoClose: UNDO_MS,
      actions: [
        {
          label: trans.__('Undo'),
          callback: () => void actions.undoMany(undo)
        }
      ]
    });
  } else if (notice?.kind === 'failed') {
    Notification.error(notice.message, { autoClose: false });
  }
}
