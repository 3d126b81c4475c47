/**
 * What can be done with a notebook where JupyterLab shows one: in the file browser, on
 * its tab, in the menus.
 */
import { Notification } from '@jupyterlab/apputils';
import type { ICommandPalette } from '@jupyterlab/apputils';
import { historyIcon, undoIcon } from '@jupyterlab/ui-components';

import { messageOf } from '../api';
import { runsIcon } from '../sidebar/icons';
import { CommandIDs } from '../tokens';
import { compareIcon, timelineIcon } from '../views/icon';
import { folderAt, isOnListing, pathAt } from './notebook-at';
import type { Args, Site } from './notebook-at';
import type * as Acts from './notebook-acts';

/** The palette's ones among them: they act on the notebook or folder that is active. */
const IN_PALETTE = [
  CommandIDs.notebookRuns,
  CommandIDs.folderRuns,
  CommandIDs.restoreRevision,
  CommandIDs.restoreDeleted
];

export function addNotebookCommands(
  site: Site,
  palette: ICommandPalette | null
): void {
  const { app, trackbook } = site;
  const { commands, store, trans } = trackbook;
  const isEnabled = (args: Args): boolean => pathAt(site, args) !== null;
  // On the tab of another document there is nothing to offer.
  const isVisible = (args: Args): boolean =>
    args['place'] !== 'tab' || isEnabled(args);

  const add = (
    id: string,
    words: { readonly label: string; readonly caption: string },
    icon: typeof runsIcon,
    act: (path: string) => Promise<unknown> | undefined
  ): void => {
    commands.addCommand(id, {
      ...words,
      icon,
      isEnabled,
      isVisible,
      execute: async args => {
        const path = pathAt(site, args);
        if (path !== null) {
          await telling(async () => act(path));
        }
      }
    });
  };
  add(
    CommandIDs.notebookRuns,
    {
      label: trans.__('Show Runs of This Notebook'),
      caption: trans.__('List the runs that were recorded of the notebook')
    },
    runsIcon,
    path => {
      store.actions.setTrashed(false);
      store.actions.setScope('notebook');
      store.actions.setNotebookPath(path);
      return commands.execute(CommandIDs.showPanel);
    }
  );
  add(
    CommandIDs.notebookTimeline,
    {
      label: trans.__('Timeline'),
      caption: trans.__('Show the notebook’s runs and revisions along time')
    },
    timelineIcon,
    path => commands.execute(CommandIDs.timeline, { path })
  );
  add(
    CommandIDs.compareNotebook,
    {
      label: trans.__('Compare with a Revision…'),
      caption: trans.__(
        'Show what differs between the notebook as it stands and a revision'
      )
    },
    compareIcon,
    async path => (await acts()).compareNotebook(site, path)
  );
  add(
    CommandIDs.restoreRevision,
    {
      label: trans.__('Restore an Earlier Revision…'),
      caption: trans.__(
        'Choose one of the notebook’s revisions, and how to get it back'
      )
    },
    historyIcon,
    async path => (await acts()).restoreRevision(site, path)
  );
  commands.addCommand(CommandIDs.restoreDeleted, {
    label: trans.__('Restore a Deleted Notebook…'),
    caption: trans.__(
      'Choose a notebook whose file is gone from the folder, and write it again'
    ),
    icon: undoIcon,
    isVisible: args => isOnListing(site, args),
    execute: async args => {
      await telling(async () =>
        (await acts()).restoreDeleted(site, folderAt(site, args))
      );
    }
  });
  commands.addCommand(CommandIDs.folderRuns, {
    label: trans.__('Show Runs of This Folder'),
    caption: trans.__(
      'List the runs of the notebooks in the folder and in those below it'
    ),
    icon: runsIcon,
    isVisible: args => isOnListing(site, args),
    execute: async args => {
      store.actions.setTrashed(false);
      store.actions.setScope('folder');
      store.actions.setFolder(folderAt(site, args));
      await commands.execute(CommandIDs.showPanel);
    }
  });
  for (const command of IN_PALETTE) {
    palette?.addItem({ command, category: trans.__('Trackbook') });
  }
  let before = store.getState().notebookPath;
  store.subscribe(({ notebookPath }) => {
    if (notebookPath !== before) {
      before = notebookPath;
      for (const command of [...IN_PALETTE, CommandIDs.timeline]) {
        app.commands.notifyCommandChanged(command);
      }
    }
  });
}

/** What asks and answers is fetched when it is first needed. */
const acts = async (): Promise<typeof Acts> => import('./notebook-acts');

/** Does it, and says what kept it from being done. */
async function telling(act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (thrown) {
    Notification.error(messageOf(thrown), { autoClose: false });
  }
}
