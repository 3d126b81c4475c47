/**
 * What the commands on notebooks do: ask for a revision, or for a notebook that is gone.
 */
import { InputDialog, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';

import type { KnownNotebook, NotebookRevision } from '../contract';
import { formatAge } from '../format';
import { momentWord } from '../run/moment-word';
import { CommandIDs } from '../tokens';
import { announced } from '../views/long-work';
import type { Site } from './notebook-at';

export async function compareNotebook(site: Site, path: string): Promise<void> {
  const { app, trackbook, tracker } = site;
  const { contents } = app.serviceManager;
  const find = (): string | undefined =>
    tracker.find(panel => contents.localPath(panel.context.path) === path)
      ?.context.path;
  if (find() === undefined) {
    await trackbook.commands.execute('docmanager:open', { path });
    await until(find, tracker.widgetAdded);
  }
  const open = find();
  if (open !== undefined) {
    await trackbook.commands.execute(CommandIDs.compareOpen, { path: open });
  }
}

/** A widget is tracked a moment after it was opened. */
async function until(
  isThere: () => unknown,
  signal: Site['tracker']['widgetAdded']
): Promise<void> {
  if (isThere() !== undefined) {
    return;
  }
  await new Promise<void>(resolve => {
    const watch = (): void => {
      if (isThere() !== undefined) {
        signal.disconnect(watch);
        clearTimeout(timer);
        resolve();
      }
    };
    const timer = setTimeout(() => {
      signal.disconnect(watch);
      resolve();
    }, 10_000);
    signal.connect(watch);
  });
}

export async function restoreRevision(
  { trackbook }: Site,
  path: string
): Promise<void> {
  const { api, commands, trans } = trackbook;
  const { revisions } = await api.notebookRevisions(path);
  const revision = await choose<NotebookRevision>({
    title: trans.__('Restore an Earlier Revision'),
    label: trans.__('A revision of %1', path),
    okLabel: trans.__('Next'),
    items: revisions,
    words: ({ number, run_name: name, moment, captured_at: at }) => [
      trans.__('r%1', number),
      ...(name === null ? [] : [name]),
      momentWord(moment, trans),
      formatAge(at, Date.now(), trans)
    ]
  });
  if (revision === 'nothing') {
    Notification.info(
      trans.__(
        'No revision of %1 has been kept yet: press Record in it and run its cells.',
        path
      ),
      { autoClose: 8000 }
    );
  } else if (revision !== null && revision.run_id !== null) {
    await commands.execute(CommandIDs.restore, {
      runId: revision.run_id,
      revisionId: revision.revision_id
    });
  } else if (revision !== null) {
    const copy = await announced(
      { message: trans.__('Writing the notebook…') },
      async () => api.copyRevision(revision.revision_id)
    );
    await commands.execute('docmanager:open', { path: copy.path });
  }
}

export async function restoreDeleted(
  { trackbook }: Site,
  folder: string
): Promise<void> {
  const { api, commands, trans } = trackbook;
  const gone: KnownNotebook[] = [];
  let cursor: string | null | undefined;
  do {
    const page = await api.listNotebooks(cursor ?? undefined);
    gone.push(
      ...page.notebooks.filter(
        ({ place, notebook_path: path }) =>
          place === 'gone' && (folder === '' || path.startsWith(`${folder}/`))
      )
    );
    cursor = page.next_cursor;
  } while (cursor !== null);
  const where =
    folder === '' ? trans.__('all folders') : trans.__('the folder %1', folder);
  const notebook = await choose<KnownNotebook>({
    title: trans.__('Restore a Deleted Notebook'),
    label: trans.__('A notebook that was deleted from %1', where),
    okLabel: trans.__('Restore'),
    items: gone,
    words: ({ notebook_path: path, captured_at: at }) => [
      PathExt.relative(folder, path),
      trans.__('last kept %1', formatAge(at, Date.now(), trans))
    ]
  });
  if (notebook === 'nothing') {
    Notification.info(
      trans.__(
        'No notebook that was recorded has been deleted from %1.',
        where
      ),
      { autoClose: 8000 }
    );
  } else if (notebook !== null) {
    const copy = await announced(
      { message: trans.__('Writing the notebook…') },
      async () => api.copyRevision(notebook.revision_id, { in_place: true })
    );
    await commands.execute('docmanager:open', { path: copy.path });
  }
}

/** Asks for one of several; null: none was chosen, 'nothing': there is none to choose. */
async function choose<T>(asked: {
  readonly title: string;
  readonly label: string;
  readonly okLabel: string;
  readonly items: readonly T[];
  readonly words: (item: T) => readonly string[];
}): Promise<T | null | 'nothing'> {
  if (asked.items.length === 0) {
    return 'nothing';
  }
  const choices = new Map<string, T>();
  for (const item of asked.items) {
    const words = asked.words(item).join(' · ');
    let unique = words;
    for (let count = 2; choices.has(unique); count += 1) {
      unique = `${words} (${count})`;
    }
    choices.set(unique, item);
  }
  const { button, value } = await InputDialog.getItem({
    title: asked.title,
    label: asked.label,
    items: [...choices.keys()],
    okLabel: asked.okLabel
  });
  return button.accept && value !== null ? (choices.get(value) ?? null) : null;
}
