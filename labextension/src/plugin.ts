/**
 * The plugin that everything else of trackbook stands on: client, stores, live updates.
 */
import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { createApi } from './api';
import { EventListener } from './live';
import { createRecordingStore } from './recordings';
import { Lists } from './lists';
import { createTrackbookStore } from './store';
import { ITrackbook, PLUGIN_ID } from './tokens';

export const basePlugin: JupyterFrontEndPlugin<ITrackbook> = {
  id: PLUGIN_ID,
  description: 'Experiment tracking beside the notebook.',
  autoStart: true,
  provides: ITrackbook,
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, maybeTranslator: ITranslator | null) => {
    const translator = maybeTranslator ?? nullTranslator;
    const api = createApi(app.serviceManager.serverSettings);
    return {
      api,
      store: createTrackbookStore(api),
      recordings: createRecordingStore(api),
      changes: new EventListener(app.serviceManager.events.stream),
      lists: new Lists(),
      translator,
      trans: translator.load('trackbook'),
      commands: app.commands
    };
  }
};
