/**
 * What can be done with runs, as commands: for the palette, the menus, and keys.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import {
  copyIcon,
  downloadIcon,
  editIcon,
  undoIcon
} from '@jupyterlab/ui-components';

import { inTimeOrder } from '../selectors';
import { CommandIDs } from '../tokens';
import type { ITrackbook } from '../tokens';
import { chartIcon, compareIcon } from '../views/icon';
import { runIcon, runsIcon, starIcon, trashIcon } from './icons';
import { KeyCommandIDs, addKeyCommands } from './key-commands';
import { decides, targetsIn } from './targets';
import type { Args, Targets } from './targets';

/** Commands on the runs that the list, its menu or its keys mean; see `targets.ts`. */
export const ListCommandIDs = {
  openRow: 'trackbook:open-current-run',
  rename: 'trackbook:rename-run',
  star: 'trackbook:star-run',
  chartSelection: 'trackbook:chart-selection',
  compareSelection: 'trackbook:compare-selection',
  restoreRow: 'trackbook:restore-current-run',
  exportRuns: 'trackbook:export-runs',
  trash: 'trackbook:trash-run',
  untrash: 'trackbook:restore-trashed-run'
} as const;

type Site = {
  readonly app: JupyterFrontEnd;
  readonly trackbook: ITrackbook;
  readonly palette: ICommandPalette | null;
  readonly docManager: IDocumentManager | null;
  /** Brings the panel to the front. */
  readonly show: () => void;
  /** Puts the keyboard into the panel's search box. */
  readonly focusFilter: () => Promise<void>;
};

export function addListCommands(site: Site): void {
  const { app, trackbook, palette, show } = site;
  const { trans, store } = trackbook;
  const targets = targetsIn(app, store);

  app.commands.addCommand(CommandIDs.showPanel, {
    label: args =>
      args['isCard'] === true
        ? trans.__('Runs')
        : trans.__('Show the Runs Panel'),
    caption: trans.__('List the runs of the notebook beside it'),
    icon: runsIcon,
    execute: show
  });
  addCommandsOnOne(site, targets);
  addCommandsOnMany(site, targets);
  addCommandsOnSelection(site, targets);
  addOpenCopy(site, targets);
  addKeyCommands(site);
  void import('./keep-commands').then(({ addKeepCommands }) => {
    addKeepCommands(app, trackbook, targets, palette);
  });

  const ids = [
    CommandIDs.showPanel,
    ...Object.values(ListCommandIDs),
    CommandIDs.openCopy,
    ...Object.values(KeyCommandIDs)
  ];
  for (const command of ids) {
    palette?.addItem({ command, category: trans.__('Trackbook') });
  }
  // Menus ask when they open; the palette and toolbars are told.
  let before = decides(store.getState());
  store.subscribe(state => {
    const now = decides(state);
    if (now.some((part, index) => part !== before[index])) {
      before = now;
      for (const command of ids) {
        app.commands.notifyCommandChanged(command);
      }
    }
  });
}

function addCommandsOnOne(
  { app, trackbook, show }: Site,
  { one }: Targets
): void {
  const { lists, trans, store } = trackbook;
  app.commands.addCommand(ListCommandIDs.openRow, {
    label: trans.__('Open Run'),
    caption: trans.__('Show all that is known of the run'),
    icon: runIcon,
    isEnabled: args => one(args) !== null,
    execute: args =>
      app.commands.execute(CommandIDs.openRun, { runId: one(args) })
  });
  app.commands.addCommand(ListCommandIDs.restoreRow, {
    label: trans.__('Restore Notebook of Run…'),
    caption: trans.__(
      'Look at the notebook that made the run, open a copy, replace the open one, or take single cells'
    ),
    icon: undoIcon,
    isEnabled: args => one(args) !== null,
    execute: args =>
      app.commands.execute(CommandIDs.restore, { runId: one(args) })
  });
  app.commands.addCommand(ListCommandIDs.rename, {
    label: trans.__('Rename Run'),
    caption: trans.__(
      'Give the run a name; an empty one gives the automatic one back'
    ),
    icon: editIcon,
    isEnabled: args => one(args) !== null && !store.getState().trashed,
    execute: args => {
      const runId = one(args);
      // Where a list shows it already, its name is edited there.
      if (!lists.isInSight) {
        show();
      }
      store.actions.setRenaming(runId);
    }
  });
}

function addCommandsOnMany({ app, trackbook }: Site, { all }: Targets): void {
  const { trans, store, lists } = trackbook;
  const { actions } = store;
  const areStarred = (args: Args): boolean => {
    const { runs } = store.getState();
    const ids = all(args);
    return ids.length > 0 && ids.every(id => runs[id]?.starred === true);
  };
  app.commands.addCommand(ListCommandIDs.star, {
    label: args => {
      const count = Math.max(1, all(args).length);
      return areStarred(args)
        ? trans._n('Remove the Star', 'Remove %1 Stars', count)
        : trans._n('Star Run', 'Star %1 Runs', count);
    },
    caption: trans.__('Mark the run as one to come back to'),
    icon: starIcon,
    isEnabled: args => all(args).length > 0 && !store.getState().trashed,
    execute: async args => {
      const starred = !areStarred(args);
      const [runId, ...more] = all(args);
      if (runId !== undefined && more.length === 0) {
        await actions.star(runId, starred);
      } else {
        await actions.editMany(
          all(args),
          { starred },
          starred ? 'starred' : 'unstarred'
        );
      }
    }
  });
  app.commands.addCommand(ListCommandIDs.exportRuns, {
    label: args =>
      trans._n('Export Run…', 'Export %1 Runs…', Math.max(1, all(args).length)),
    caption: trans.__(
      'Save the run with all that belongs to it as one file, to import it elsewhere'
    ),
    icon: downloadIcon,
    isEnabled: args => all(args).length > 0,
    execute: async args =>
      (await import('../moving/acts')).exportRuns(trackbook, all(args))
  });
  app.commands.addCommand(ListCommandIDs.trash, {
    label: args =>
      trans._n(
        'Move Run to Trash',
        'Move %1 Runs to Trash',
        Math.max(1, all(args).length)
      ),
    caption: trans.__('Take the run out of the list; it can be put back'),
    icon: trashIcon,
    isEnabled: args => all(args).length > 0 && !store.getState().trashed,
    execute: async args => {
      const going = actions.editMany(all(args), { trashed: true }, 'trashed');
      if (args['byKey'] === true) {
        lists.act({ kind: 'refocus' });
      }
      await going;
    }
  });
  app.commands.addCommand(ListCommandIDs.untrash, {
    label: args =>
      trans._n(
        'Put Run Back',
        'Put %1 Runs Back',
        Math.max(1, all(args).length)
      ),
    caption: trans.__('Take the run out of the trash'),
    isEnabled: args => all(args).length > 0 && store.getState().trashed,
    execute: async args => {
      await actions.editMany(all(args), { trashed: false }, 'put-back');
    }
  });
}

/**
 * Chart and compare. A key can always be pressed (`byKey`): where there is too little to
 * act on, the panel says so.
 */
function addCommandsOnSelection(
  { app, trackbook }: Site,
  { one, together }: Targets
): void {
  const { trans, store } = trackbook;
  const { actions } = store;
  /** The selection; without one, a chart is of the run that the keyboard stands on. */
  const charted = (args: Args): readonly string[] => {
    const ids = together(args);
    const runId = one(args);
    return ids.length > 0 || runId === null ? ids : [runId];
  };
  app.commands.addCommand(ListCommandIDs.chartSelection, {
    label: args =>
      args['isMenu'] === true
        ? trans._n(
            'Chart Run',
            'Chart %1 Runs',
            Math.max(1, charted(args).length)
          )
        : trans.__('Chart Selected Runs'),
    caption: trans.__('Draw the lines of a metric of the runs selected'),
    icon: chartIcon,
    isEnabled: args => charted(args).length > 0,
    execute: args =>
      app.commands.execute(CommandIDs.chart, {
        runIds: inTimeOrder(charted(args))
      })
  });
  app.commands.addCommand(ListCommandIDs.compareSelection, {
    label: args => {
      const { length } = together(args);
      return args['isMenu'] === true && length > 1
        ? trans._n('Compare Run', 'Compare %1 Runs', length)
        : trans.__('Compare Selected Runs');
    },
    caption: trans.__('Show what differs between the runs selected'),
    icon: compareIcon,
    isEnabled: args => args['byKey'] === true || together(args).length > 1,
    execute: async args => {
      const runIds = inTimeOrder(together(args));
      if (runIds.length < 2) {
        actions.say({
          kind: 'hint',
          message: trans.__('Select two runs or more to compare them.')
        });
        return;
      }
      await app.commands.execute(CommandIDs.compare, { runIds });
    }
  });
}

function addOpenCopy(
  { app, trackbook, docManager }: Site,
  { one }: Targets
): void {
  const { trans } = trackbook;
  app.commands.addCommand(CommandIDs.openCopy, {
    label: trans.__('Open Notebook as a Copy'),
    caption: trans.__(
      'Write the notebook that made the run to a new file and open it'
    ),
    icon: copyIcon,
    isEnabled: args => one(args) !== null,
    execute: async args => {
      const { openCopy } = await import('./open-copy');
      return openCopy(trackbook, docManager, one(args), args);
    }
  });
}
