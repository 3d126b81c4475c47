/**
 * The foot of the panel: what can be done with the selection, and what was just done.
 */
import type { ReactElement } from 'react';
import { closeIcon } from '@jupyterlab/ui-components';

import { inTimeOrder } from '../selectors';
import type { Notice } from '../store';
import { CommandIDs } from '../tokens';
import {
  useActions,
  useTrackbook,
  useTrackbookState,
  useTrans
} from '../widgets';

export function Foot(): ReactElement {
  const notice = useTrackbookState(state => state.notice);
  const selection = useTrackbookState(state => state.selection);
  const trashed = useTrackbookState(state => state.trashed);
  return (
    <footer className="jp-trackbook-foot">
      {notice !== null && <NoticeLine notice={notice} />}
      {selection.length === 0 ? (
        <Hint trashed={trashed} />
      ) : trashed ? (
        <TrashActions selection={selection} />
      ) : (
        <SelectionActions selection={selection} />
      )}
    </footer>
  );
}

function Hint({ trashed }: { readonly trashed: boolean }): ReactElement {
  const trans = useTrans();
  const home = useTrackbookState(state => state.server?.home);
  return (
    <div className="jp-trackbook-foot-line jp-mod-hint">
      <span>
        {trashed
          ? trans.__('Select runs to restore')
          : trans.__('Select runs to chart or compare')}
      </span>
      {home !== undefined && (
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

function SelectionActions({ selection }: SelectionProps): ReactElement {
  const trans = useTrans();
  const { commands } = useTrackbook();
  const runIds = inTimeOrder(selection);
  return (
    <div className="jp-trackbook-foot-line">
      <SelectionCount count={selection.length} />
      <button
        className="jp-trackbook-button"
        title={trans.__('Draw the lines of a metric (V)')}
        onClick={() => void commands.execute(CommandIDs.chart, { runIds })}
      >
        {trans.__('Chart')}
      </button>
      <button
        className="jp-trackbook-button jp-mod-primary"
        disabled={selection.length < 2}
        title={
          selection.length < 2
            ? trans.__('Select a second run to compare')
            : trans.__('Show what differs (C)')
        }
        onClick={() => void commands.execute(CommandIDs.compare, { runIds })}
      >
        {trans.__('Compare')}
      </button>
    </div>
  );
}

function TrashActions({ selection }: SelectionProps): ReactElement {
  const trans = useTrans();
  const actions = useActions();
  return (
    <div className="jp-trackbook-foot-line">
      <SelectionCount count={selection.length} />
      <button
        className="jp-trackbook-button jp-mod-primary"
        onClick={() => void actions.untrash(selection)}
      >
        {trans.__('Put back')}
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
  return (
    <div
      className={`jp-trackbook-notice jp-mod-${notice.kind}`}
      role={notice.kind === 'failed' ? 'alert' : 'status'}
    >
      <span>
        {notice.kind === 'trashed'
          ? trans._n(
              '%1 run moved to the trash',
              '%1 runs moved to the trash',
              notice.runIds.length
            )
          : notice.message}
      </span>
      {notice.kind === 'trashed' && (
        <button
          className="jp-trackbook-link"
          onClick={() => void actions.untrash(notice.runIds)}
        >
          {trans.__('Undo')}
        </button>
      )}
      <button
        className="jp-trackbook-quiet"
        aria-label={trans.__('Dismiss')}
        onClick={() => {
          actions.say(null);
        }}
      >
        <closeIcon.react tag="span" />
      </button>
    </div>
  );
}
