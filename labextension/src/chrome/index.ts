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
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRunningSessionManagers } from '@jupyterlab/running';
import { KernelAPI } from '@jupyterlab/services';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { settingsIcon } from '@jupyterlab/ui-components';

import { RunningSection } from '../running/section';
import { CommandIDs, ITrackbook } from '../tokens';
import { addLinks } from './links';
import { followSettings } from './settings';
import { addCellCommands } from './cell-commands';
import { addImportCommand } from './import-command';
import { addInsertCommand } from './insert-cell';
import { addNotebookCommands } from './notebook-commands';

export const chromePlugin: JupyterFrontEndPlugin<void> = {
  id: 'trackbook:chrome',
  description: 'Commands for notebooks in the menus of JupyterLab.',
  autoStart: true,
  requires: [ITrackbook, INotebookTracker],
  optional: [
    IFileBrowserFactory,
    ICommandPalette,
    IRouter,
    ISettingRegistry,
    ILauncher,
    IRunningSessionManagers
  ],
  activate: (
    app: JupyterFrontEnd,
    trackbook: ITrackbook,
    tracker: INotebookTracker,
    browsers: IFileBrowserFactory | null,
    palette: ICommandPalette | null,
    router: IRouter | null,
    registry: ISettingRegistry | null,
    launcher: ILauncher | null,
    running: IRunningSessionManagers | null
  ): void => {
    const { trans } = trackbook;
    addNotebookCommands({ app, trackbook, tracker, browsers }, palette);
    addCellCommands(trackbook, tracker, palette);
    addInsertCommand(app, trackbook, tracker);
    addImportCommand({ app, trackbook, tracker, browsers }, palette);
    addLinks(app, trackbook, router, palette);
    addKernelCommands(app, trackbook);
    addHelp(trackbook, palette);
    if (registry !== null) {
      void followSettings(registry, trackbook, tracker);
    }
    for (const command of [CommandIDs.table, CommandIDs.running]) {
      palette?.addItem({ command, category: trans.__('Trackbook') });
    }
    launcher?.add({
      command: CommandIDs.showPanel,
      args: { isCard: true },
      // Among JupyterLab's own cards, whose heading it translates.
      category: trackbook.translator.load('jupyterlab').__('Other')
    });
    running?.add(new RunningSection(trackbook));
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

function addHelp(trackbook: ITrackbook, palette: ICommandPalette | null): void {
  const { commands, trans } = trackbook;
  commands.addCommand(CommandIDs.shortcuts, {
    label: trans.__('Trackbook Shortcuts…'),
    caption: trans.__('The keys as they are bound now'),
    execute: async () => {
      const { showShortcuts } = await import('../views/pages');
      await showShortcuts(trackbook);
    }
  });
  commands.addCommand(CommandIDs.settings, {
    label: trans.__('Trackbook Settings…'),
    caption: trans.__('Open them in the Settings Editor'),
    icon: settingsIcon,
    isVisible: () => commands.hasCommand('settingeditor:open'),
    execute: async () =>
      commands.execute('settingeditor:open', { query: 'Trackbook' })
  });
  for (const command of [CommandIDs.shortcuts, CommandIDs.settings]) {
    palette?.addItem({ command, category: trans.__('Trackbook') });
  }
}
