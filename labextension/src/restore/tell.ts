/**
 * What became of a restore, in words, and the way back.
 */
import { Notification } from '@jupyterlab/apputils';

import { messageOf } from '../api';
import { announced } from '../views/long-work';
import { baseName } from './choice';
import type { NotebookContext } from './notebook-places';
import type { Outcome } from './restorer';
import type { RestoreSite } from './site';
import type { Way } from './ways';

/** How long what was done can be undone from the corner. */
const UNDO_MS = 60_000;

export function tell(
  site: RestoreSite,
  context: NotebookContext,
  { kept, changed, keptFile, left }: Outcome,
  done: {
    readonly way: Way;
    readonly restored: string;
    readonly count: number;
  }
): void {
  const { trans } = site.services;
  const name = baseName(context.path);
  if (!changed) {
    Notification.info(trans.__('%1 is like that already.', name), {
      autoClose: 5000
    });
    return;
  }
  const sentences = [
    done.way === 'replace'
      ? trans.__(
          '%1 is now %2; what was open is kept as %3.',
          name,
          done.restored,
          kept.name
        )
      : trans._n(
          'One cell of %2 is in %3; what was open is kept as %4.',
          '%1 cells of %2 are in %3; what was open is kept as %4.',
          done.count,
          done.restored,
          name,
          kept.name
        )
  ];
  if (keptFile !== null) {
    sentences.push(
      trans.__(
        '%1 does not keep the secrets that were in it: they are in %2.',
        kept.name,
        baseName(keptFile)
      )
    );
  }
  if (left.length > 0) {
    sentences.push(
      trans._n(
        'In one cell put your credential in again where it reads <redacted>: %2.',
        'In %1 cells put your credentials in again where they read <redacted>: %2.',
        left.length,
        left.join(', ')
      )
    );
  }
  Notification.success(sentences.join(' '), {
    autoClose: keptFile === null && left.length === 0 ? UNDO_MS : false,
    actions: [
      {
        label: trans.__('Undo restore'),
        caption: trans.__('Put back what was open before'),
        callback: () => void undo(site, context)
      }
    ]
  });
}

export async function undo(
  site: RestoreSite,
  context: NotebookContext
): Promise<void> {
  const { trans } = site.services;
  if (context.isDisposed) {
    Notification.warning(
      trans.__(
        'That notebook was closed. What was open is kept as a revision: restore it from the list of its revisions.'
      )
    );
    return;
  }
  try {
    const restorer = await site.restorer();
    const kept = await announced(
      { message: trans.__('Putting back what was open…') },
      async () => restorer.undo(context)
    );
    if (kept !== null) {
      Notification.success(
        trans.__(
          'What was open is back in %1; what the restore brought is kept as %2.',
          baseName(context.path),
          kept.name
        ),
        { autoClose: 10_000 }
      );
    }
  } catch (thrown) {
    Notification.error(messageOf(thrown), { autoClose: false });
  }
}
