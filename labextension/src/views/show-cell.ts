/**
 * From a run to the cell that made something: opens the notebook and goes there.
 */
import { Notification } from '@jupyterlab/apputils';

import { CommandIDs } from '../tokens';
import type { ViewServices } from './context';

/** A cell as it ran, and whose run that was. */
export type RanCell = {
  readonly runId: string;
  readonly path: string;
  readonly cellId: string;
  /** Null where it is not told whole. */
  readonly source: string | null;
};

export async function showCell(
  services: Pick<ViewServices, 'commands' | 'trans'>,
  { runId, path, cellId, source }: RanCell
): Promise<void> {
  const { commands, trans } = services;
  const opened: unknown = await commands.execute('docmanager:open', { path });
  await readyOf(opened);
  const found: unknown = await commands.execute(CommandIDs.showCell, {
    path,
    cellId,
    source
  });
  if (found === 'same') {
    return;
  }
  Notification.info(
    found === 'edited'
      ? trans.__('This cell was edited since the run.')
      : trans.__('That cell is not in %1 any more.', path),
    {
      autoClose: 10_000,
      actions: [
        {
          label: trans.__('Look at the notebook as it was'),
          callback: () =>
            void commands.execute(CommandIDs.look, { runId, path })
        }
      ]
    }
  );
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
