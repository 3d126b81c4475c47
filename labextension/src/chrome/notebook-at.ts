/**
 * Which notebook a command of a menu is about.
 */
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import type { ITrackbook } from '../tokens';

export type Args = { readonly [name: string]: unknown };

/**
 * What a menu stands on, which its items hand over as `place`: an entry of the file
 * `browser`, its whole `listing`, or the `tab` of a document. Everywhere else the notebook that was active last.
 */
export type Site = {
  readonly app: JupyterFrontEnd;
  readonly trackbook: ITrackbook;
  readonly tracker: INotebookTracker;
  readonly browsers: IFileBrowserFactory | null;
};

/** The notebook's path in the server's terms; null: there is none. */
export function pathAt(site: Site, args: Args): string | null {
  const { app, trackbook, browsers } = site;
  const { contents } = app.serviceManager;
  if (typeof args['path'] === 'string') {
    return args['path'];
  }
  switch (args['place']) {
    case 'browser': {
      const items = [
        ...(browsers?.tracker.currentWidget?.selectedItems() ?? [])
      ];
      const item = items[0];
      return items.length === 1 && item?.type === 'notebook'
        ? contents.localPath(item.path)
        : null;
    }
    case 'tab': {
      const panel = tabbed(site);
      return panel === null ? null : contents.localPath(panel.context.path);
    }
    default:
      return trackbook.store.getState().notebookPath;
  }
}

/** The folder that the file browser's menu stands on, or that it shows. */
export function folderAt({ app, browsers }: Site, args: Args): string {
  if (typeof args['path'] === 'string') {
    return args['path'];
  }
  const browser = browsers?.tracker.currentWidget;
  if (browser == null) {
    return '';
  }
  const { contents } = app.serviceManager;
  const item = [...browser.selectedItems()][0];
  return contents.localPath(
    args['place'] === 'browser' && item?.type === 'directory'
      ? item.path
      : browser.model.path
  );
}

/** Whether a menu of the whole listing stands on none of its entries. */
export function isOnListing({ app }: Site, args: Args): boolean {
  return (
    args['place'] !== 'listing' ||
    app.contextMenuHitTest(({ classList }) =>
      classList.contains('jp-DirListing-item')
    ) === undefined
  );
}

/** The notebook whose tab the menu stands on; null where it is another document's. */
export function tabbed({ app, tracker }: Site): NotebookPanel | null {
  const node = app.contextMenuHitTest(
    ({ dataset }) => dataset['type'] === 'document-title'
  );
  const id = node?.dataset['id'];
  return id === undefined
    ? null
    : (tracker.find(panel => panel.id === id) ?? null);
}
