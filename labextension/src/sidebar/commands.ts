/**
 * What can be done with runs, as commands: for the palette, the context menu, and keys.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { copyIcon, editIcon, undoIcon } from '@jupyterlab/ui-components';

import { messageOf } from '../api';
import { concerned, inTimeOrder } from '../selectors';
import { CommandIDs } from '../tokens';
import type { ITrackbook } from '../tokens';
import { runIcon, starIcon, trashIcon } from './icons';

export const ListCommandIDs = {
  openRow: 'trackbook:open-current-run',
  restoreRow: 'trackbook:restore-current-run',
  rename: 'trackbook:rename-run',
  star: 'trackbook:star-run',
  trash: 'trackbook:trash-run',
  untrash: 'trackbook:restore-trashed-run',
  chartSelection: 'trackbook:chart-selection',
  compareSelection: 'trackbook:compare-selection'
} as const;

const ROW = '.jp-trackbook-row';
const LISTED_ROW = `${ROW}:not([data-trashed])`;

type Site = {
  readonly app: JupyterFrontEnd;
  readonly trackbook: ITrackbook;
  readonly palette: ICommandPalette | null;
  readonly docManager: IDocumentManager | null;
  /** Brings the panel to the front. */
  readonly show: () => void;
};

export function addListCommands(site: Site): void {
  const { app, trackbook, palette, show } = site;
  const { trans, store } = trackbook;
  const { actions } = store;

  /** The run under the context menu, else the one that the keyboard stands on. */
  const target = (args: {
    readonly [name: string]: unknown;
  }): string | null => {
    if (typeof args['runId'] === 'string') {
      return args['runId'];
    }
    if (args['isMenu'] === true) {
      const hit = app.contextMenuHitTest(
        node => node.dataset['runId'] !== undefined
      );
      return hit?.dataset['runId'] ?? null;
    }
    return store.getState().currentId;
  };
  const isStarred = (args: { readonly [name: string]: unknown }): boolean =>
    store.getState().runs[target(args) ?? '']?.starred === true;

  app.commands.addCommand(CommandIDs.showPanel, {
    label: trans.__('Show the Runs Panel'),
    caption: trans.__('List the runs of the notebook beside it'),
    execute: show
  });
  app.commands.addCommand(ListCommandIDs.openRow, {
    label: trans.__('Open Run'),
    caption: trans.__('Show all that is known of the run'),
    icon: runIcon,
    isEnabled: args => target(args) !== null,
    execute: args =>
      app.commands.execute(CommandIDs.openRun, { runId: target(args) })
  });
  app.commands.addCommand(ListCommandIDs.restoreRow, {
    label: trans.__('Restore Notebook of Run…'),
    caption: trans.__(
      'Look at the notebook that made the run, open a copy, replace the open one, or take single cells'
    ),
    icon: undoIcon,
    isEnabled: args => target(args) !== null,
    execute: args =>
      app.commands.execute(CommandIDs.restore, { runId: target(args) })
  });
  app.commands.addCommand(ListCommandIDs.rename, {
    label: trans.__('Rename Run'),
    caption: trans.__(
      'Give the run a name; an empty one gives the automatic one back'
    ),
    icon: editIcon,
    isEnabled: args => target(args) !== null,
    execute: args => {
      show();
      actions.setRenaming(target(args));
    }
  });
  app.commands.addCommand(ListCommandIDs.star, {
    label: args =>
      isStarred(args) ? trans.__('Remove the Star') : trans.__('Star Run'),
    caption: trans.__('Mark the run as one to come back to'),
    icon: starIcon,
    isEnabled: args => target(args) !== null,
    isToggled: isStarred,
    execute: async args => {
      const runId = target(args);
      if (runId !== null) {
        await actions.star(runId, !isStarred(args));
      }
    }
  });
  app.commands.addCommand(ListCommandIDs.trash, {
    label: trans.__('Move Run to Trash'),
    caption: trans.__('Take the run out of the list; it can be put back'),
    icon: trashIcon,
    isEnabled: args => target(args) !== null && !store.getState().trashed,
    execute: async args => {
      const runId = target(args);
      if (runId !== null) {
        await actions.trash(concerned(store.getState(), runId));
      }
    }
  });
  app.commands.addCommand(ListCommandIDs.untrash, {
    label: trans.__('Put Run Back'),
    caption: trans.__('Take the run out of the trash'),
    isEnabled: args => target(args) !== null && store.getState().trashed,
    execute: async args => {
      const runId = target(args);
      if (runId !== null) {
        await actions.untrash(concerned(store.getState(), runId));
      }
    }
  });
  app.commands.addCommand(ListCommandIDs.chartSelection, {
    label: trans.__('Chart Selected Runs'),
    caption: trans.__('Draw the lines of a metric of the runs selected'),
    isEnabled: () => store.getState().selection.length > 0,
    execute: () =>
      app.commands.execute(CommandIDs.chart, {
        runIds: inTimeOrder(store.getState().selection)
      })
  });
  app.commands.addCommand(ListCommandIDs.compareSelection, {
    label: trans.__('Compare Selected Runs'),
    caption: trans.__('Show what differs between the runs selected'),
    isEnabled: () => store.getState().selection.length > 1,
    execute: () =>
      app.commands.execute(CommandIDs.compare, {
        runIds: inTimeOrder(store.getState().selection)
      })
  });
  addOpenCopy(site, target);

  const category = trans.__('Trackbook');
  for (const command of [
    CommandIDs.showPanel,
    ...Object.values(ListCommandIDs)
  ]) {
    palette?.addItem({ command, category });
  }
  addRowMenu(app);
}

function addOpenCopy(
  { app, trackbook, docManager, palette }: Site,
  target: (args: { readonly [name: string]: unknown }) => string | null
): void {
  const { api, store, trans } = trackbook;
  app.commands.addCommand(CommandIDs.openCopy, {
    label: trans.__('Open Notebook as a Copy'),
    caption: trans.__(
      'Write the notebook that made the run to a new file and open it'
    ),
    icon: copyIcon,
    isEnabled: args => target(args) !== null,
    execute: async args => {
      const runId = target(args);
      if (runId === null) {
        return null;
      }
      const revision = args['revisionId'];
      try {
        const copy = await api.copyRun(
          runId,
          typeof revision === 'string' ? { revision_id: revision } : {}
        );
        docManager?.openOrReveal(copy.path);
        return copy.path;
      } catch (thrown) {
        const message = messageOf(thrown);
        store.actions.say({ kind: 'failed', message });
        if (args['throws'] === true) {
          // A view that shows the failure itself.
          throw thrown;
        }
        return null;
      }
    }
  });
  palette?.addItem({
    command: CommandIDs.openCopy,
    category: trans.__('Trackbook')
  });
}

function addRowMenu(app: JupyterFrontEnd): void {
  const items: readonly (readonly [string, string])[] = [
    [ListCommandIDs.openRow, ROW],
    [ListCommandIDs.rename, LISTED_ROW],
    [ListCommandIDs.star, LISTED_ROW],
    [ListCommandIDs.restoreRow, ROW],
    [CommandIDs.openCopy, ROW],
    [ListCommandIDs.untrash, `${ROW}[data-trashed]`],
    [ListCommandIDs.trash, LISTED_ROW]
  ];
  items.forEach(([command, selector], rank) => {
    app.contextMenu.addItem({
      command,
      selector,
      rank,
      args: { isMenu: true }
    });
  });
}
