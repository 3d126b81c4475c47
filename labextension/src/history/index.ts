/**
 * The plugin of the history of cells: its command, its panel, the marks beside cells.
 */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  ICommandPalette,
  IThemeManager,
  IToolbarWidgetRegistry
} from '@jupyterlab/apputils';
import type { Cell } from '@jupyterlab/cells';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { historyIcon } from '@jupyterlab/ui-components';
import { createElement } from 'react';

import { CommandIDs, IOpenNotebooks, ITrackbook } from '../tokens';
import { lazily } from '../lazily';
import { viewServices } from '../views/services';
import { View } from '../views/widgets';
import { CellMarkItem } from './cell-mark';

const FollowedCell = lazily(
  async () => (await import('../views/pages')).FollowedCell
);

const HISTORY_ID = 'trackbook-cell-history';

export const historyPlugin: JupyterFrontEndPlugin<void> = {
  id: 'trackbook:history',
  description: 'Shows what became of a cell, and takes any version of it back.',
  autoStart: true,
  requires: [ITrackbook, IOpenNotebooks, INotebookTracker, IRenderMimeRegistry],
  optional: [
    IEditorLanguageRegistry,
    IThemeManager,
    ICommandPalette,
    ILayoutRestorer,
    IToolbarWidgetRegistry
  ],
  activate: (
    app: JupyterFrontEnd,
    trackbook: ITrackbook,
    { keepPresent }: IOpenNotebooks,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    languages: IEditorLanguageRegistry | null,
    themes: IThemeManager | null,
    palette: ICommandPalette | null,
    restorer: ILayoutRestorer | null,
    toolbars: IToolbarWidgetRegistry | null
  ) => {
    const { trans } = trackbook;
    const services = viewServices(
      trackbook,
      rendermime,
      languages,
      themes,
      null,
      null
    );

    const make = (): View => {
      const { contents } = app.serviceManager;
      const view = new View(services, {}, () =>
        createElement(FollowedCell, { tracker, contents, keepPresent })
      );
      view.id = HISTORY_ID;
      view.title.icon = historyIcon;
      view.title.caption = trans.__('Cell history');
      view.node.setAttribute('role', 'region');
      view.node.setAttribute('aria-label', trans.__('Cell history'));
      return view;
    };

    // Off until it is asked for: then it stays, and comes back with the layout.
    let view: View | null = null;
    const add = (): View => {
      if (view === null || view.isDisposed) {
        view = make();
        app.shell.add(view, 'right', { rank: 950, type: 'Cell history' });
        restorer?.add(view, HISTORY_ID);
      }
      return view;
    };
    app.commands.addCommand(CommandIDs.cellHistory, {
      label: trans.__('Show Cell History'),
      caption: trans.__(
        'What the active cell was before, and what each version gave'
      ),
      icon: historyIcon,
      isEnabled: () => tracker.activeCell !== null,
      execute: () => {
        app.shell.activateById(add().id);
      }
    });
    tracker.activeCellChanged.connect(() =>
      app.commands.notifyCommandChanged(CommandIDs.cellHistory)
    );
    for (const command of [CommandIDs.cellHistory, CommandIDs.timeline]) {
      palette?.addItem({ command, category: trans.__('Trackbook') });
    }
    // It shows itself where the settings ask for it.
    toolbars?.addFactory(
      'Cell',
      'trackbook-versions',
      (cell: Cell) =>
        new CellMarkItem(trackbook, cell, tracker, app.serviceManager.contents)
    );
  }
};
