/**
 * The plugin of restoring: its commands, the view to look at a notebook, and the button
 * that `%track restore` shows.
 */
import { ILayoutRestorer } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, IThemeManager } from '@jupyterlab/apputils';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';

import { IOpenNotebooks, ITrackbook } from '../tokens';
import { viewServices } from '../views/services';
import { addRestoreCommands } from './commands';
import { addLook } from './look';
import { notebookPlaces } from './notebook-places';
import type { NotebookContext } from './notebook-places';
import { addRestoreButton } from './restore-button';
import type { RestorerSite } from './restorer';

export const restorePlugin: JupyterFrontEndPlugin<void> = {
  id: 'trackbook:restore',
  description: 'Gives the notebooks of runs back.',
  autoStart: true,
  requires: [ITrackbook, IOpenNotebooks, INotebookTracker, IRenderMimeRegistry],
  optional: [
    IDocumentManager,
    IEditorLanguageRegistry,
    IThemeManager,
    ICommandPalette,
    ILayoutRestorer
  ],
  activate: (
    app: JupyterFrontEnd,
    trackbook: ITrackbook,
    { keepPresent }: IOpenNotebooks,
    tracker: INotebookTracker,
    rendermime: IRenderMimeRegistry,
    docManager: IDocumentManager | null,
    languages: IEditorLanguageRegistry | null,
    themes: IThemeManager | null,
    palette: ICommandPalette | null,
    layout: ILayoutRestorer | null
  ) => {
    const { api, trans } = trackbook;
    const { contents } = app.serviceManager;
    const restorerSite: RestorerSite = {
      api,
      keepPresent,
      contents,
      trans,
      clock: Date.now,
      replaced: new WeakMap()
    };
    const site = {
      app,
      services: viewServices(
        trackbook,
        rendermime,
        languages,
        themes,
        docManager,
        null
      ),
      places: notebookPlaces(tracker, docManager, contents),
      restorer: async () =>
        new (await import('../views/pages')).Restorer(restorerSite),
      canUndo: (context: NotebookContext | null) =>
        context !== null && restorerSite.replaced.has(context),
      current: () => tracker.currentWidget?.context ?? null,
      openFile: (path: string) => {
        docManager?.openOrReveal(path);
      }
    };
    addRestoreCommands(site, palette);
    addLook(site, layout);
    addRestoreButton(rendermime, trackbook);
  }
};
