/**
 * Commands that keep runs in order, added once JupyterLab has started; what they do is
 * fetched when one is called.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';

import type { ITrackbook } from '../tokens';
import type { Args, Targets } from './targets';

export const KeepCommandIDs = {
  move: 'trackbook:move-runs',
  archive: 'trackbook:archive-runs',
  empty: 'trackbook:empty-trash',
  create: 'trackbook:create-experiment',
  rename: 'trackbook:rename-experiment',
  merge: 'trackbook:merge-experiment'
} as const;

export function addKeepCommands(
  app: JupyterFrontEnd,
  trackbook: ITrackbook,
  { all }: Targets,
  palette: ICommandPalette | null
): void {
  const { store, trans } = trackbook;
  const add = (
    id: keyof typeof KeepCommandIDs,
    label: () => string,
    isEnabled: (args: Args) => boolean = () => true
  ): void => {
    const command = KeepCommandIDs[id];
    app.commands.addCommand(command, {
      label,
      isEnabled,
      execute: async args => {
        const node =
          args['isMenu'] === true
            ? app.contextMenuHitTest(({ dataset }) => 'experimentId' in dataset)
            : undefined;
        const acts = await import('./keep-acts');
        await acts[id](trackbook, all(args), node?.dataset['experimentId']);
      }
    });
    palette?.addItem({ command, category: trans.__('Trackbook') });
  };
  const onRuns = (args: Args): boolean =>
    all(args).length > 0 && !store.getState().trashed;
  add('move', () => trans.__('Move to Experiment…'), onRuns);
  add(
    'archive',
    () =>
      store.getState().archived
        ? trans.__('Bring Back from the Archive')
        : trans.__('Archive'),
    onRuns
  );
  add('empty', () => trans.__('Empty Trash…'));
  add('create', () => trans.__('Create Experiment…'));
  add('rename', () => trans.__('Rename Experiment…'));
  add('merge', () => trans.__('Merge Experiment into Another…'));
  store.subscribe((now, before) => {
    if (
      now.currentId !== before.currentId ||
      now.selection !== before.selection ||
      now.trashed !== before.trashed ||
      now.archived !== before.archived
    ) {
      for (const command of Object.values(KeepCommandIDs)) {
        app.commands.notifyCommandChanged(command);
      }
    }
  });
}
