/**
 * Walking through a list and selecting in it, as commands, so that the keys for it can
 * be changed like all others. The keys themselves stand in the schema.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';

import type { KeyMeaning } from '../lists';
import type { ITrackbook } from '../tokens';

export const KeyCommandIDs = {
  next: 'trackbook:next-run',
  previous: 'trackbook:previous-run',
  select: 'trackbook:select-run',
  selectAll: 'trackbook:select-all-runs',
  clear: 'trackbook:clear-selection',
  filter: 'trackbook:filter-runs'
} as const;

export function addKeyCommands(site: {
  readonly app: JupyterFrontEnd;
  readonly trackbook: ITrackbook;
  readonly show: () => void;
  readonly focusFilter: () => Promise<void>;
}): void {
  const { app, trackbook, show, focusFilter } = site;
  const { lists, store, trans } = trackbook;
  const isListed = (): boolean => store.getState().list.ids.length > 0;

  /** `extend`: the runs walked over are selected. */
  const addStep = (
    id: string,
    by: number,
    label: string,
    extending: string
  ): void => {
    app.commands.addCommand(id, {
      label: args => (args['extend'] === true ? extending : label),
      isEnabled: isListed,
      execute: args => {
        lists.act({ kind: 'move', by, extend: args['extend'] === true });
      }
    });
  };
  addStep(
    KeyCommandIDs.next,
    1,
    trans.__('Go to the Next Run'),
    trans.__('Select Runs Downwards')
  );
  addStep(
    KeyCommandIDs.previous,
    -1,
    trans.__('Go to the Previous Run'),
    trans.__('Select Runs Upwards')
  );

  const add = (
    id: string,
    label: string,
    caption: string,
    meaning: KeyMeaning
  ): void => {
    app.commands.addCommand(id, {
      label,
      caption,
      isEnabled: isListed,
      execute: () => {
        lists.act(meaning);
      }
    });
  };
  add(
    KeyCommandIDs.select,
    trans.__('Select or Deselect Run'),
    trans.__('Runs that are selected can be charted and compared'),
    { kind: 'toggle' }
  );
  add(
    KeyCommandIDs.selectAll,
    trans.__('Select All Runs'),
    trans.__('All runs that the list shows'),
    { kind: 'select-all' }
  );
  app.commands.addCommand(KeyCommandIDs.clear, {
    label: trans.__('Clear the Selection of Runs'),
    isEnabled: args =>
      args['byKey'] === true || store.getState().selection.length > 0,
    execute: args => {
      const { selection, notice } = store.getState();
      const { currentWidget } = app.shell;
      if (selection.length > 0 || notice !== null) {
        store.actions.clearSelection();
        store.actions.say(null);
      } else if (args['byKey'] === true && currentWidget !== null) {
        // Nothing to clear: back to what was worked on.
        app.shell.activateById(currentWidget.id);
      }
    }
  });
  app.commands.addCommand(KeyCommandIDs.filter, {
    label: trans.__('Filter Runs…'),
    caption: trans.__('Search the runs by name, params, metrics and tags'),
    execute: async () => {
      const field = lists.focusedView?.querySelector<HTMLElement>(
        '[role="search"] input'
      );
      if (field) {
        field.focus();
      } else {
        show();
        await focusFilter();
      }
    }
  });
}
