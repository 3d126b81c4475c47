/**
 * Where the list's folder is, and the way up from it.
 */
import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { folderIcon, homeIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import { folderOf } from '../store';
import { useActions, useTrackbookState, useTrans } from '../widgets';

export type FolderLineProps = {
  /** The file browser; null where there is none. */
  readonly files: IDefaultFileBrowser | null;
};

export function FolderLine({ files }: FolderLineProps): ReactElement | null {
  const trans = useTrans();
  const actions = useActions();
  const isShown = useTrackbookState(state => state.scope === 'folder');
  const folder = useTrackbookState(folderOf);
  const experiment = useTrackbookState(state =>
    state.experimentId === null
      ? null
      : (state.place?.experiments.find(
          found => found.experiment_id === state.experimentId
        )?.name ?? state.experimentId)
  );
  if (!isShown) {
    return null;
  }
  const names = folder === '' ? [] : folder.split('/');
  return (
    <nav className="jp-trackbook-crumbs" aria-label={trans.__('Folder')}>
      <ol>
        <li>
          <button
            className="jp-trackbook-quiet"
            aria-label={trans.__('All folders')}
            title={trans.__('All folders')}
            aria-current={folder === '' && experiment === null}
            onClick={() => {
              actions.setFolder('');
            }}
          >
            <homeIcon.react tag="span" />
          </button>
        </li>
        {names.map((name, index) => {
          const path = names.slice(0, index + 1).join('/');
          const isHere = index === names.length - 1 && experiment === null;
          return (
            <li key={path}>
              <button
                className="jp-trackbook-quiet"
                title={path}
                aria-current={isHere}
                onClick={() => {
                  actions.setFolder(path);
                }}
              >
                <bdi>{name}</bdi>
              </button>
            </li>
          );
        })}
        {experiment !== null && (
          <li>
            <span aria-current="true" title={experiment}>
              <bdi>{experiment}</bdi>
            </span>
          </li>
        )}
      </ol>
      {files !== null && (
        <button
          className="jp-trackbook-quiet"
          aria-label={trans.__('Go to the file browser’s folder')}
          title={trans.__('Go to the file browser’s folder')}
          onClick={() => {
            actions.setFolder(localPath(files.model.path));
          }}
        >
          <folderIcon.react tag="span" />
        </button>
      )}
    </nav>
  );
}

/** A contents path without the drive that stands before it. */
function localPath(path: string): string {
  return path.slice(path.indexOf(':') + 1);
}
