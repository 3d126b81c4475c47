/**
 * The commands of restoring: to ask how and do it, and to undo it.
 *
 * What they do is fetched when it is first asked for.
 */
import type { ICommandPalette } from '@jupyterlab/apputils';
import { undoIcon } from '@jupyterlab/ui-components';

import { CommandIDs } from '../tokens';
import type { RestoreSite } from './site';
import { WAYS } from './ways';
import type { Way } from './ways';

type Args = { readonly [name: string]: unknown };

export function addRestoreCommands(
  site: RestoreSite,
  palette: ICommandPalette | null
): void {
  const { app, services, canUndo, current } = site;
  const { trans } = services;
  app.commands.addCommand(CommandIDs.restore, {
    label: trans.__('Restore Notebook…'),
    caption: trans.__(
      'Look at the notebook that made a run, open a copy, replace the open one, or take single cells'
    ),
    isVisible: args => typeof args['runId'] === 'string',
    execute: async args => {
      const runId = args['runId'];
      if (typeof runId === 'string') {
        const { restore } = await import('../views/pages');
        await restore(site, runId, readWhich(args), readWay(args));
      }
    }
  });
  app.commands.addCommand(CommandIDs.undoRestore, {
    label: trans.__('Undo Restore'),
    caption: trans.__(
      'Put back what the last restore into this notebook replaced'
    ),
    icon: undoIcon,
    isEnabled: () => canUndo(current()),
    execute: async () => {
      const context = current();
      if (context !== null) {
        const { undo } = await import('../views/pages');
        await undo(site, context);
      }
    }
  });
  palette?.addItem({
    command: CommandIDs.undoRestore,
    category: trans.__('Trackbook')
  });
}

function readWhich(args: Args): string {
  if (args['executed'] === true) {
    return 'executed';
  }
  const revisionId = args['revisionId'];
  return typeof revisionId === 'string' ? revisionId : 'latest';
}

function readWay(args: Args): Way {
  return WAYS.find(way => way === args['way']) ?? 'copy';
}
