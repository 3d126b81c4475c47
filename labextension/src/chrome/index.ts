/**
 * The plugin of what trackbook adds to JupyterLab's own places: menus, file browser,
 * tabs, cells. Which item stands where, the schema says.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';

import { ITrackbook } from '../tokens';
import { addCellCommands } from './cell-commands';
import { addNotebookCommands } from './notebook-commands';

export const chromePlugin: JupyterFrontEndPlugin<void> = {
  id: 'trackbook:chrome',
  description: 'Commands for notebooks in the menus of JupyterLab.',
  autoStart: true,
  requires: [ITrackbook, INotebookTracker],
  optional: [IFileBrowserFactory, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    trackbook: ITrackbook,
    tracker: INotebookTracker,
    browsers: IFileBrowserFactory | null,
    palette: ICommandPalette | null
  ): void => {
    addNotebookCommands({ app, trackbook, tracker, browsers }, palette);
    addCellCommands(trackbook, tracker, palette);
  }
};
