/**
 * From a run to the cell that made something: opens the notebook and goes there.
 */
import { Notification } from '@jupyterlab/apputils';

import { CommandIDs } from '../tokens';
import type { ViewServices } from './context';

export async function showCell(
  services: Pick<ViewServices, 'commands' | 'trans'>,
  path: string,
  cellId: string
): Promise<void> {
  const { commands, trans } = services;
  const opened: unknown = await commands.execute('docmanager:open', { path });
  await readyOf(opened);
  const found: unknown = await commands.execute(CommandIDs.showCell, {
    path,
    cellId
  });
  if (found === false) {
    Notification.info(
      trans.__(
        'That cell is not in %1 any more; the run’s page has its source.',
        path
      ),
      { autoClose: 5000 }
    );
  }
}

/** A notebook that was just opened has its cells when its document is read. */
async function readyOf(widget: unknown): Promise<void> {
  if (typeof widget === 'object' && widget !== null && 'context' in widget) {
    const { context } = widget;
    if (typeof context === 'object' && context !== null && 'ready' in context) {
      await context.ready;
    }
  }
}
