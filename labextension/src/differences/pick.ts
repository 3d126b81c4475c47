/**
 * What the commands that compare notebooks ask for: a revision, and the open notebook as
 * one. Fetched when it is first asked for.
 */
import { InputDialog, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { formatAge } from '../format';
import { momentWord } from '../run/moment-word';
import type { IOpenNotebooks, ITrackbook } from '../tokens';
import { announced } from '../views/long-work';

/** Stands for the open notebook among revisions. */
export const OPEN = 'open';

/** Has the open notebook kept as it stands; answers its revision. */
export async function keep(
  notebooks: IOpenNotebooks,
  { context }: NotebookPanel,
  trans: TranslationBundle
): Promise<string> {
  const { revision_id: revisionId } = await announced(
    {
      message: trans.__(
        'Keeping %1 as it stands, to compare it…',
        PathExt.basename(context.path)
      )
    },
    async () => notebooks.keepPresent(context)
  );
  if (revisionId === null) {
    throw new Error(
      trans.__('The open notebook could not be kept to be compared.')
    );
  }
  return revisionId;
}

/**
 * Asks for one of the notebook's revisions, or the notebook of a listed run.
 *
 * @param open stands for the open notebook, where it can be chosen.
 * @param but the revision that it is to be compared with.
 */
export async function pick(
  { api, store, trans }: ITrackbook,
  path: string,
  open: string | null,
  but?: string
): Promise<string | null> {
  const { revisions } = await api.notebookRevisions(path);
  const choices = new Map<string, string>();
  const offer = (label: string, ref: string): void => {
    for (let count = 1; ; count += 1) {
      const unique = count === 1 ? label : `${label} (${count})`;
      if (!choices.has(unique)) {
        choices.set(unique, ref);
        return;
      }
    }
  };
  if (open !== null) {
    offer(trans.__('the open notebook, as it stands'), open);
  }
  for (const revision of revisions) {
    if (revision.revision_id !== but) {
      const words = [
        trans.__('r%1', revision.number),
        ...(revision.run_name === null ? [] : [revision.run_name]),
        momentWord(revision.moment, trans),
        formatAge(revision.captured_at, Date.now(), trans)
      ];
      offer(words.join(' · '), revision.revision_id);
    }
  }
  for (const run of Object.values(store.getState().runs)) {
    if (run.notebook_path !== path) {
      offer(trans.__('run %1 of %2', run.name, run.experiment), run.run_id);
    }
  }
  if (choices.size === 0) {
    Notification.info(trans.__('There is no other revision of %1 yet.', path), {
      autoClose: 5000
    });
    return null;
  }
  const { button, value } = await InputDialog.getItem({
    title: trans.__('Compare with'),
    label: trans.__('A revision of the notebook, or a run'),
    items: [...choices.keys()],
    okLabel: trans.__('Compare')
  });
  return button.accept && value !== null ? (choices.get(value) ?? null) : null;
}
