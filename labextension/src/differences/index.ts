/**
 * The commands that put two notebooks side by side, with the open one among them.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  InputDialog,
  Notification
} from '@jupyterlab/apputils';
import { INotebookTracker } from '@jupyterlab/notebook';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { messageOf } from '../api';
import { formatAge } from '../format';
import { momentWord } from '../run/moment-word';
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
          const { path } = panel.context;
          const before =
            typeof args['ref'] === 'string'
              ? args['ref']
              : await pick(trackbook, path, null);
          if (before !== null) {
            const after = await keep(notebooks, panel);
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
          const open =
            tracker?.find(panel => panel.context.path === path) ?? null;
          const picked = await pick(
            trackbook,
            path,
            open === null || notebooks === null ? null : OPEN,
            ref
          );
          if (picked === OPEN && open !== null && notebooks !== null) {
            const after = await keep(notebooks, open);
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

const OPEN = 'open';

/** Does it, and says what kept it from being done. */
async function telling(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (thrown) {
    Notification.error(messageOf(thrown));
  }
}

/** Has the open notebook kept as it stands; answers its revision. */
async function keep(
  notebooks: IOpenNotebooks,
  { context }: NotebookPanel
): Promise<string> {
  const { revision_id: revisionId } = await notebooks.keepPresent(context);
  if (revisionId === null) {
    throw new Error('The open notebook could not be kept to be compared.');
  }
  return revisionId;
}

/**
 * Asks for one of the notebook's revisions, or the notebook of a listed run.
 *
 * @param open stands for the open notebook, where it can be chosen.
 * @param but the revision that it is to be compared with.
 */
async function pick(
  { api, store, trans }: ITrackbook,
  path: string,
  open: string | null,
  but?: string
): Promise<string | null> {
  const { revisions } = await api.notebookRevisions(path);
  const choices = new Map<string, string>();
  const offer = (label: string, ref: string): void => {
    for (let count = 1; ; count += 1) {
      const unique = count === 1 ? label : `${label} (${count})`;
      if (!choices.has(unique)) {
        choices.set(unique, ref);
        return;
      }
    }
  };
  if (open !== null) {
    offer(trans.__('the open notebook, as it stands'), open);
  }
  for (const revision of revisions) {
    if (revision.revision_id !== but) {
      const words = [
        trans.__('r%1', revision.number),
        ...(revision.run_name === null ? [] : [revision.run_name]),
        momentWord(revision.moment, trans),
        formatAge(revision.captured_at, Date.now(), trans)
      ];
      offer(words.join(' · '), revision.revision_id);
    }
  }
  for (const run of Object.values(store.getState().runs)) {
    if (run.notebook_path !== path) {
      offer(trans.__('run %1 of %2', run.name, run.experiment), run.run_id);
    }
  }
  if (choices.size === 0) {
    Notification.info(trans.__('There is no other revision of %1 yet.', path), {
      autoClose: 5000
    });
    return null;
  }
  const { button, value } = await InputDialog.getItem({
    title: trans.__('Compare with'),
    label: trans.__('A revision of the notebook, or a run'),
    items: [...choices.keys()],
    okLabel: trans.__('Compare')
  });
  return button.accept && value !== null ? (choices.get(value) ?? null) : null;
}
