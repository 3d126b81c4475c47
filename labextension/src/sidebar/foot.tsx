/**
 * The foot of the panel: what can be done with the selection, and what was just done.
 */
import { InputDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon, folderIcon, tagIcon } from '@jupyterlab/ui-components';
import type { ReactElement } from 'react';

import { inTimeOrder } from '../selectors';
import type { Notice } from '../store';
import { CommandIDs } from '../tokens';
import {
  useActions,
  useTrackbook,
  useTrackbookState,
  useTrans
} from '../widgets';
import { archiveIcon } from './archive-icon';
import { editedWords } from './edited-words';
import { starIcon, trashIcon } from './icons';
import { KeepCommandIDs } from './keep-commands';

export function Foot(): ReactElement {
  const notice = useTrackbookState(state => state.notice);
  const selection = useTrackbookState(state => state.selection);
  const trashed = useTrackbookState(state => state.trashed);
  const archived = useTrackbookState(state => state.archived);
  return (
    <footer className="jp-trackbook-foot">
      {notice !== null && <NoticeLine notice={notice} />}
      {selection.length === 0 ? (
        <Hint trashed={trashed} />
      ) : trashed ? (
        <BackAction from="trash" selection={selection} />
      ) : archived ? (
        <BackAction from="archive" selection={selection} />
      ) : (
        <SelectionActions selection={selection} />
      )}
    </footer>
  );
}

function Hint({ trashed }: { readonly trashed: boolean }): ReactElement {
  const trans = useTrans();
  const { commands } = useTrackbook();
  const home = useTrackbookState(state => state.server?.home);
  const isEmpty = useTrackbookState(state => state.list.total === 0);
  return (
    <div className="jp-trackbook-foot-line jp-mod-hint">
      <span>
        {trashed
          ? trans.__('Select runs to restore')
          : trans.__('Select runs to chart or compare')}
      </span>
      {trashed && !isEmpty && (
        <button
          className="jp-trackbook-button"
          title={trans.__(
            'Delete what is in the trash for good, and free the disk'
          )}
          onClick={() => void commands.execute(KeepCommandIDs.empty)}
        >
          {trans.__('Empty trash…')}
        </button>
      )}
      {!trashed && home !== undefined && (
        // Right to left, so that the end of a long path stays in sight.
        <span
          className="jp-trackbook-home"
          title={trans.__('The home that runs are kept in: %1', home)}
        >
          <bdi>{home}</bdi>
        </span>
      )}
    </div>
  );
}

type SelectionProps = { readonly selection: readonly string[] };

/** Charts and comparisons of more runs than this can't be read. */
const MOST_COMPARED = 200;

function SelectionActions({ selection }: SelectionProps): ReactElement {
  const trans = useTrans();
  const trackbook = useTrackbook();
  const { commands } = trackbook;
  const actions = useActions();
  const areStarred = useTrackbookState(({ runs }) =>
    selection.every(id => runs[id]?.starred === true)
  );
  const runIds = inTimeOrder(selection);
  const isTooMany = runIds.length > MOST_COMPARED;
  const tooMany = trans.__('Select at most %1 runs', MOST_COMPARED);
  return (
    <>
      <SelectAllLine count={selection.length} />
      <div className="jp-trackbook-foot-line">
        <SelectionCount count={selection.length} />
        <button
          className="jp-trackbook-quiet"
          aria-label={
            areStarred
              ? trans.__('Remove the stars of the selected runs')
              : trans.__('Star the selected runs')
          }
          title={
            areStarred ? trans.__('Remove the stars (S)') : trans.__('Star (S)')
          }
          onClick={() =>
            void actions.editMany(
              selection,
              { starred: !areStarred },
              areStarred ? 'unstarred' : 'starred'
            )
          }
        >
          <starIcon.react tag="span" />
        </button>
        <button
          className="jp-trackbook-quiet"
          aria-label={trans.__('Tag the selected runs')}
          title={trans.__('Add or remove a tag')}
          onClick={() =>
            void askTag(trans).then(tags => {
              if (tags !== null) {
                void actions.editMany(selection, { tags }, 'tagged');
              }
            })
          }
        >
          <tagIcon.react tag="span" />
        </button>
        <button
          className="jp-trackbook-quiet"
          aria-label={trans.__('Move the selected runs to an experiment')}
          title={trans.__('Move to an experiment…')}
          onClick={() =>
            void import('./keep-acts').then(({ move }) =>
              move(trackbook, selection)
            )
          }
        >
          <folderIcon.react tag="span" />
        </button>
        <button
          className="jp-trackbook-quiet"
          aria-label={trans.__('Archive the selected runs')}
          title={trans.__('Archive: kept, but in no list')}
          onClick={() =>
            void actions.editMany(selection, { archived: true }, 'archived')
          }
        >
          <archiveIcon.react tag="span" />
        </button>
        <button
          className="jp-trackbook-quiet"
          aria-label={trans.__('Move the selected runs to the trash')}
          title={trans.__('Move to the trash')}
          onClick={() =>
            void actions.editMany(selection, { trashed: true }, 'trashed')
          }
        >
          <trashIcon.react tag="span" />
        </button>
        <button
          className="jp-trackbook-button"
          disabled={isTooMany}
          title={
            isTooMany ? tooMany : trans.__('Draw the lines of a metric (V)')
          }
          onClick={() => void commands.execute(CommandIDs.chart, { runIds })}
        >
          {trans.__('Chart')}
        </button>
        <button
          className="jp-trackbook-button jp-mod-primary"
          disabled={selection.length < 2 || isTooMany}
          title={
            isTooMany
              ? tooMany
              : selection.length < 2
                ? trans.__('Select a second run to compare')
                : trans.__('Show what differs (C)')
          }
          onClick={() => void commands.execute(CommandIDs.compare, { runIds })}
        >
          {trans.__('Compare')}
        </button>
      </div>
    </>
  );
}

/** Where all that is read is selected and there is more: the way to the rest. */
function SelectAllLine({
  count
}: {
  readonly count: number;
}): ReactElement | null {
  const trans = useTrans();
  const actions = useActions();
  const loaded = useTrackbookState(state => state.list.ids.length);
  const total = useTrackbookState(state => state.list.total);
  return count < 2 || count < loaded || count >= total ? null : (
    <div className="jp-trackbook-foot-line">
      <button
        className="jp-trackbook-link"
        onClick={() => void actions.selectAll()}
      >
        {trans.__('Select all %1 runs of the list', total)}
      </button>
    </div>
  );
}

/** Asks for a tag: `name` or `name=value`, `-name` to remove it; null: none was given. */
async function askTag(
  trans: TranslationBundle
): Promise<Record<string, string | null> | null> {
  const { value } = await InputDialog.getText({
    title: trans.__('Tag the selected runs'),
    label: trans.__('team=red adds a tag, -team removes it'),
    okLabel: trans.__('Tag')
  });
  return readTag(value ?? '');
}

export function readTag(text: string): Record<string, string | null> | null {
  const [key = '', ...rest] = text.trim().split('=');
  const name = key.trim();
  if (name.startsWith('-')) {
    return name === '-' ? null : { [name.slice(1).trim()]: null };
  }
  return name === '' ? null : { [name]: rest.join('=').trim() };
}

/** The one act on runs that are in the trash or the archive: out of it again. */
function BackAction(
  props: SelectionProps & { readonly from: 'archive' | 'trash' }
): ReactElement {
  const { from, selection } = props;
  const trans = useTrans();
  const actions = useActions();
  return (
    <div className="jp-trackbook-foot-line">
      <SelectionCount count={selection.length} />
      <button
        className="jp-trackbook-button jp-mod-primary"
        onClick={() =>
          void (from === 'trash'
            ? actions.editMany(selection, { trashed: false }, 'put-back')
            : actions.editMany(selection, { archived: false }, 'unarchived'))
        }
      >
        {from === 'trash' ? trans.__('Put back') : trans.__('Bring back')}
      </button>
    </div>
  );
}

function SelectionCount({ count }: { readonly count: number }): ReactElement {
  const trans = useTrans();
  const actions = useActions();
  return (
    <span className="jp-trackbook-count">
      <button
        className="jp-trackbook-quiet"
        aria-label={trans.__('Clear the selection')}
        title={trans.__('Clear the selection (Escape)')}
        onClick={actions.clearSelection}
      >
        <closeIcon.react tag="span" />
      </button>
      {trans._n('%1 selected', '%1 selected', count)}
    </span>
  );
}

function NoticeLine({ notice }: { readonly notice: Notice }): ReactElement {
  const trans = useTrans();
  const actions = useActions();
  const undo = ('undo' in notice ? notice.undo : undefined) ?? [];
  return (
    <div
      className={`jp-trackbook-notice jp-mod-${notice.kind}`}
      role={notice.kind === 'failed' ? 'alert' : 'status'}
    >
      <span>{noticeWords(notice, trans)}</span>
      {notice.kind === 'working' && (
        <>
          <progress
            aria-label={trans.__('Changing the runs')}
            max={notice.total}
            value={notice.done}
          />
          <button className="jp-trackbook-link" onClick={actions.stopEditing}>
            {trans.__('Stop')}
          </button>
        </>
      )}
      {undo.length > 0 && (
        <button
          className="jp-trackbook-link"
          onClick={() => void actions.undoMany(undo)}
        >
          {trans.__('Undo')}
        </button>
      )}
      {notice.kind !== 'working' && (
        <button
          className="jp-trackbook-quiet"
          aria-label={trans.__('Dismiss')}
          onClick={() => {
            actions.say(null);
          }}
        >
          <closeIcon.react tag="span" />
        </button>
      )}
    </div>
  );
}

function noticeWords(notice: Notice, trans: TranslationBundle): string {
  switch (notice.kind) {
    case 'failed':
    case 'hint':
      return notice.message;
    case 'working':
      return trans.__('%1 of %2 runs', notice.done, notice.total);
    case 'edited':
      return editedWords(notice.edited, notice.count, trans);
  }
}
