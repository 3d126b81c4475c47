/**
 * The plugin of what trackbook adds to JupyterLab's own places: menus, file browser,
 * tabs, cells. Which item stands where, the schema says.
 */
import { IRouter } from '@jupyterlab/application';
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { KernelAPI } from '@jupyterlab/services';

import { CommandIDs, ITrackbook } from '../tokens';
import { addLinks } from './links';
import { addCellCommands } from './cell-commands';
import { addNotebookCommands } from './notebook-commands';

export const chromePlugin: JupyterFrontEndPlugin<void> = {
  id: 'trackbook:chrome',
  description: 'Commands for notebooks in the menus of JupyterLab.',
  autoStart: true,
  requires: [ITrackbook, INotebookTracker],
  optional: [IFileBrowserFactory, ICommandPalette, IRouter],
  activate: (
    app: JupyterFrontEnd,
    trackbook: ITrackbook,
    tracker: INotebookTracker,
    browsers: IFileBrowserFactory | null,
    palette: ICommandPalette | null,
    router: IRouter | null
  ): void => {
    addNotebookCommands({ app, trackbook, tracker, browsers }, palette);
    addCellCommands(trackbook, tracker, palette);
    addLinks(app, trackbook, router, palette);
    addKernelCommands(app, trackbook);
    palette?.addItem({
      command: CommandIDs.running,
      category: trackbook.trans.__('Trackbook')
    });
  }
};

function addKernelCommands(
  { serviceManager }: JupyterFrontEnd,
  { commands, trans }: ITrackbook
): void {
  commands.addCommand(CommandIDs.interruptKernel, {
    label: trans.__('Interrupt Kernel of Run'),
    isVisible: args => typeof args['kernelId'] === 'string',
    isEnabled: args => typeof args['kernelId'] === 'string',
    execute: async args => {
      const { kernelId } = args;
      if (typeof kernelId === 'string') {
        await KernelAPI.interruptKernel(
          kernelId,
          serviceManager.serverSettings
        );
      }
    }
  });
}
