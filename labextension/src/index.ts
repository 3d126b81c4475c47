/**
 * The plugins that JupyterLab loads: the list of them and nothing else.
 */
import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { chromePlugin } from './chrome';
import { basePlugin } from './plugin';
import { differencesPlugin } from './differences';
import { historyPlugin } from './history';
import { notebookPlugin } from './notebook';
import { restorePlugin } from './restore';
import { sidebarPlugin } from './sidebar';
import { viewsPlugin } from './views';

export { IOpenNotebooks, ITrackbook } from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  basePlugin,
  sidebarPlugin,
  notebookPlugin,
  viewsPlugin,
  restorePlugin,
  differencesPlugin,
  historyPlugin,
  chromePlugin
];

export default plugins;
