/**
 * Writing the notebook of a run to a new file, and opening that.
 */
import type { IDocumentManager } from '@jupyterlab/docmanager';

import { messageOf } from '../api';
import type { ITrackbook } from '../tokens';
import { announced } from '../views/long-work';
import type { Args } from './targets';

/** Resolves to the path of the copy; null: there is none. */
export async function openCopy(
  { api, store, trans }: ITrackbook,
  docManager: IDocumentManager | null,
  runId: string | null,
  args: Args
): Promise<string | null> {
  if (runId === null) {
    return null;
  }
  const revision = args['revisionId'];
  try {
    const copy = await announced(
      { message: trans.__('Writing the notebook…') },
      async () =>
        api.copyRun(
          runId,
          typeof revision === 'string' ? { revision_id: revision } : {}
        )
    );
    docManager?.openOrReveal(copy.path);
    return copy.path;
  } catch (thrown) {
    const message = messageOf(thrown);
    store.actions.say({ kind: 'failed', message });
    if (args['throws'] === true) {
      // A view that shows the failure itself.
      throw thrown;
    }
    return null;
  }
}
