/**
 * The head of the panel and of the table: whose runs, in which order, and the way to the
 * trash.
 */
import { notebookIcon } from '@jupyterlab/ui-components';
import { useId } from 'react';
import type { ReactElement, ReactNode } from 'react';

import { folderOf } from '../store';
import type { Scope } from '../store';
import { CommandIDs } from '../tokens';
import { tableIcon, timelineIcon } from '../views/icon';
import {
  useActions,
  useTrackbook,
  useTrackbookState,
  useTrans
} from '../widgets';
import { archiveIcon } from './archive-icon';
import { ColumnButton } from './column-chooser';
import { FolderLine } from './folder-line';
import type { FolderLineProps } from './folder-line';
import { trashIcon } from './icons';
import { GroupMenu, SortMenu } from './order-menus';

type Switch = {
  readonly isOn: boolean;
  readonly onSwitch: (isOn: boolean) => void;
};

export function Header(
  props: FolderLineProps & {
    /** Left out where the notebooks can't be shown instead of the runs. */
    readonly notebooks?: Switch;
    /** What can be done with the runs that are listed. */
    readonly children: ReactNode;
  }
): ReactElement {
  const { notebooks } = props;
  const showsNotebooks = notebooks?.isOn === true;
  const trans = useTrans();
  const actions = useActions();
  const trashed = useTrackbookState(state => state.trashed);
  const archived = useTrackbookState(state => state.archived);
  const home = useTrackbookState(state => state.server?.home);
  return (
    <header className="jp-trackbook-header">
      <div className="jp-trackbook-title-line">
        <h2
          title={home === undefined ? undefined : trans.__('Kept in %1', home)}
        >
          {showsNotebooks
            ? trans.__('Notebooks')
            : trashed
              ? trans.__('Trash')
              : archived
                ? trans.__('Archive')
                : trans.__('Runs')}
        </h2>
        {showsNotebooks ? null : <ScopeSwitch />}
      </div>
      <div className="jp-trackbook-tool-line">
        {showsNotebooks ? null : (
          <span className="jp-trackbook-menus">
            <SortMenu />
            <GroupMenu />
            <ColumnButton />
          </span>
        )}
        {showsNotebooks ? null : props.children}
        {notebooks === undefined ? null : <NotebooksButton {...notebooks} />}
        <button
          className="jp-trackbook-quiet"
          aria-pressed={archived}
          title={
            archived
              ? trans.__('Back to the runs')
              : trans.__('Show archived runs')
          }
          onClick={() => {
            notebooks?.onSwitch(false);
            actions.setTrashed(false, !archived);
          }}
        >
          <archiveIcon.react tag="span" />
          <span className="jp-trackbook-word">
            {archived ? trans.__('Leave archive') : trans.__('Archive')}
          </span>
        </button>
        <button
          className="jp-trackbook-quiet"
          aria-pressed={trashed}
          title={
            trashed
              ? trans.__('Back to the runs')
              : trans.__('Show deleted runs')
          }
          onClick={() => {
            notebooks?.onSwitch(false);
            actions.setTrashed(!trashed);
          }}
        >
          <trashIcon.react tag="span" />
          <span className="jp-trackbook-word">
            {trashed ? trans.__('Leave trash') : trans.__('Trash')}
          </span>
        </button>
      </div>
      {showsNotebooks ? null : <FolderLine files={props.files} />}
    </header>
  );
}

function NotebooksButton({ isOn, onSwitch }: Switch): ReactElement {
  const trans = useTrans();
  return (
    <button
      className="jp-trackbook-quiet"
      aria-pressed={isOn}
      title={
        isOn
          ? trans.__('Back to the runs')
          : trans.__('Show the notebooks that are kept, also deleted ones')
      }
      onClick={() => {
        onSwitch(!isOn);
      }}
    >
      <notebookIcon.react tag="span" />
      <span className="jp-trackbook-word">
        {isOn ? trans.__('Leave notebooks') : trans.__('Notebooks')}
      </span>
    </button>
  );
}

export function TableButton(): ReactElement {
  const trans = useTrans();
  const { commands } = useTrackbook();
  return (
    <button
      className="jp-trackbook-quiet"
      title={trans.__('Open the runs as a table')}
      onClick={() => void commands.execute(CommandIDs.table)}
    >
      <tableIcon.react tag="span" />
      <span className="jp-trackbook-word">{trans.__('Table')}</span>
    </button>
  );
}

/** Leads to the page of the notebook along time; nothing where none was open. */
export function TimelineButton(): ReactElement | null {
  const trans = useTrans();
  const { commands } = useTrackbook();
  const trashed = useTrackbookState(state => state.trashed);
  const path = useTrackbookState(state => state.notebookPath);
  return path === null || trashed ? null : (
    <button
      className="jp-trackbook-quiet"
      title={trans.__('Show the runs and revisions of %1 along time', path)}
      onClick={() => void commands.execute(CommandIDs.timeline, { path })}
    >
      <timelineIcon.react tag="span" />
      <span className="jp-trackbook-word">{trans.__('Timeline')}</span>
    </button>
  );
}

function ScopeSwitch(): ReactElement {
  const trans = useTrans();
  const actions = useActions();
  const scope = useTrackbookState(state => state.scope);
  const path = useTrackbookState(state => state.notebookPath);
  const folder = useTrackbookState(folderOf);
  const group = useId();
  const choices: readonly { scope: Scope; label: string; title: string }[] = [
    {
      scope: 'notebook',
      label: trans.__('This notebook'),
      title:
        path ?? trans.__('No notebook has been open yet: all runs are shown')
    },
    {
      scope: 'folder',
      label: trans.__('Folder'),
      title:
        folder === ''
          ? trans.__('Runs of all folders')
          : trans.__('Runs of notebooks in %1 and below', folder)
    },
    {
      scope: 'all',
      label: trans.__('All'),
      title: trans.__('Runs of all notebooks')
    }
  ];
  return (
    <div
      className="jp-trackbook-scope"
      role="radiogroup"
      aria-label={trans.__('Whose runs')}
    >
      {choices.map(choice => (
        <label key={choice.scope} title={choice.title}>
          <input
            type="radio"
            name={group}
            checked={scope === choice.scope}
            onChange={() => {
              actions.setScope(choice.scope);
            }}
          />
          <span>{choice.label}</span>
        </label>
      ))}
    </div>
  );
}
