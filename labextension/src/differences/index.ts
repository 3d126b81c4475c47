/**
 * The commands that put two notebooks side by side, with the open one among them.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { messageOf } from '../api';
import { CommandIDs, IOpenNotebooks, ITrackbook } from '../tokens';
import { compareIcon } from '../views/icon';

export const differencesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'trackbook:differences',
  description: 'Commands that compare notebooks with the open one and others.',
  autoStart: true,
  requires: [ITrackbook],
  optional: [INotebookTracker, IOpenNotebooks, ICommandPalette],
  activate: (
    _app: JupyterFrontEnd,
    trackbook: ITrackbook,
    tracker: INotebookTracker | null,
    notebooks: IOpenNotebooks | null,
    palette: ICommandPalette | null
  ): void => {
    const { commands, trans } = trackbook;
    /** The open notebook that is meant: of that path, else the current one. */
    const openOne = (path: unknown): NotebookPanel | null =>
      tracker?.find(panel => panel.context.path === path) ??
      tracker?.currentWidget ??
      null;

    commands.addCommand(CommandIDs.compareOpen, {
      label: trans.__('Compare the Open Notebook with…'),
      caption: trans.__(
        'Show what differs between the open notebook, as it stands, and a revision or run'
      ),
      icon: compareIcon,
      isEnabled: args => notebooks !== null && openOne(args['path']) !== null,
      execute: args =>
        telling(async () => {
          const panel = openOne(args['path']);
          if (panel === null || notebooks === null) {
            return;
          }
          const { keep, pick } = await import('./pick');
          const { path } = panel.context;
          const before =
            typeof args['ref'] === 'string'
              ? args['ref']
              : await pick(trackbook, path, null);
          if (before !== null) {
            const after = await keep(notebooks, panel, trans);
            await commands.execute(CommandIDs.differences, { before, after });
          }
        })
    });
    commands.addCommand(CommandIDs.compareRevision, {
      label: trans.__('Compare Revision with…'),
      caption: trans.__('Show what differs between a revision and another'),
      // Without arguments there is nothing to compare.
      isVisible: args => typeof args['ref'] === 'string',
      execute: args =>
        telling(async () => {
          const { ref, path } = args;
          if (typeof ref !== 'string' || typeof path !== 'string') {
            return;
          }
          const { OPEN, keep, pick } = await import('./pick');
          const open =
            tracker?.find(panel => panel.context.path === path) ?? null;
          const picked = await pick(
            trackbook,
            path,
            open === null || notebooks === null ? null : OPEN,
            ref
          );
          if (picked === OPEN && open !== null && notebooks !== null) {
            const after = await keep(notebooks, open, trans);
            await commands.execute(CommandIDs.differences, {
              before: ref,
              after
            });
          } else if (picked !== null) {
            await commands.execute(CommandIDs.differences, {
              before: picked,
              after: ref
            });
          }
        })
    });
    tracker?.currentChanged.connect(() =>
      commands.notifyCommandChanged(CommandIDs.compareOpen)
    );
    palette?.addItem({
      command: CommandIDs.compareOpen,
      category: trans.__('Trackbook')
    });
  }
};

/** Does it, and says what kept it from being done. */
async function telling(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (thrown) {
    Notification.error(messageOf(thrown));
  }
}
