/**
 * The notebooks that a restore may go into: found where they are open, opened else.
 */
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';

export type NotebookContext = NotebookPanel['context'];

export type NotebookPlaces = {
  /** The document at a path of the server, where it is open. */
  readonly find: (path: string) => NotebookContext | null;
  /** Opens it, and resolves when its cells are there; null where it can't be opened. */
  readonly open: (path: string) => Promise<NotebookContext | null>;
  /** The widget that shows a document, for what is opened beside it. */
  readonly panelId: (path: string) => string | null;
};

export function notebookPlaces(
  tracker: INotebookTracker,
  docManager: IDocumentManager | null,
  contents: Contents.IManager
): NotebookPlaces {
  const panelOf = (path: string): NotebookPanel | null => {
    const shows = (panel: NotebookPanel): boolean =>
      // Without the drive that real-time collaboration puts in front.
      contents.localPath(panel.context.path) === path;
    const current = tracker.currentWidget;
    return current !== null && shows(current)
      ? current
      : (tracker.find(shows) ?? null);
  };
  return {
    find: path => panelOf(path)?.context ?? null,
    panelId: path => panelOf(path)?.id ?? null,
    open: async path => {
      if (panelOf(path) === null) {
        docManager?.openOrReveal(path, 'Notebook');
        await appears(tracker, () => panelOf(path) !== null);
      }
      const context = panelOf(path)?.context ?? null;
      await context?.ready;
      return context;
    }
  };
}

/** A widget is tracked a moment after it was asked for. */
async function appears(
  tracker: INotebookTracker,
  isThere: () => boolean
): Promise<void> {
  if (isThere()) {
    return;
  }
  await new Promise<void>(resolve => {
    const done = (): void => {
      clearTimeout(timer);
      tracker.widgetAdded.disconnect(onAdded);
      resolve();
    };
    const onAdded = (): void => {
      if (isThere()) {
        done();
      }
    };
    const timer = setTimeout(done, 10_000);
    tracker.widgetAdded.connect(onAdded);
  });
}
