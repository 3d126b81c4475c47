/**
 * One restore of a notebook at a time: here, and among those who share the document.
 */
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { NotebookContext } from './notebook-places';

const KEY = 'trackbookRestoring';
/** A mark that is older was left by a page that was closed. */
const STALE_MS = 60_000;

const busy = new WeakSet<NotebookContext>();

/** Does it, unless another restore of the document is under way: then it is refused. */
export async function lockOf<T>(
  context: NotebookContext,
  trans: TranslationBundle,
  act: () => Promise<T>
): Promise<T> {
  const { sharedModel } = context.model;
  const mark = sharedModel.getState(KEY);
  const isMarked =
    typeof mark === 'number' && Math.abs(Date.now() - mark) < STALE_MS;
  if (busy.has(context) || isMarked) {
    throw new Error(
      trans.__(
        'Another restore of %1 is under way. Wait until it is done, then look what it did.',
        PathExt.basename(context.path)
      )
    );
  }
  busy.add(context);
  sharedModel.setState(KEY, Date.now());
  try {
    return await act();
  } finally {
    busy.delete(context);
    if (!context.isDisposed) {
      sharedModel.setState(KEY, 0);
    }
  }
}
