/**
 * The notebooks that are known, also those whose file is gone, with the way back.
 */
import { PathExt } from '@jupyterlab/coreutils';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { ReactElement } from 'react';

import { failureOf, messageOf } from '../api';
import type { Failure } from '../api';
import type { KnownNotebook } from '../contract';
import { formatAge, formatMoment } from '../format';
import {
  useLocale,
  useTrackbook,
  useTrackbookState,
  useTrans
} from '../widgets';
import { FailureWords, Skeleton } from './states';
import { useNow } from './use-now';

type Listed =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly failure: Failure }
  | {
      readonly kind: 'ready';
      readonly notebooks: readonly KnownNotebook[];
      readonly cursor: string | null;
    };

export function Notebooks(): ReactElement {
  const trans = useTrans();
  const { listed, reload, more } = useNotebooks();
  const [onlyGone, setOnlyGone] = useState(false);
  if (listed.kind === 'loading') {
    return <Skeleton />;
  }
  if (listed.kind === 'failed') {
    return (
      <div className="jp-trackbook-state" role="alert">
        <FailureWords failure={listed.failure} />
        <button className="jp-trackbook-button" onClick={reload}>
          {trans.__('Retry')}
        </button>
      </div>
    );
  }
  const { notebooks, cursor } = listed;
  const gone = notebooks.filter(notebook => notebook.place === 'gone');
  const shown = onlyGone ? gone : notebooks;
  if (notebooks.length === 0) {
    return (
      <p className="jp-trackbook-state">
        {trans.__(
          'No notebook has been kept yet: press Record in one and run its cells.'
        )}
      </p>
    );
  }
  return (
    <div className="jp-trackbook-notebooks">
      <label className="jp-trackbook-notebooks-filter">
        <input
          type="checkbox"
          checked={onlyGone}
          onChange={event => {
            setOnlyGone(event.target.checked);
          }}
        />
        {trans.__('Only deleted ones (%1)', gone.length)}
      </label>
      {shown.length === 0 ? (
        <p className="jp-trackbook-state">
          {trans.__('Every notebook’s file is where it was.')}
        </p>
      ) : (
        <ul aria-label={trans.__('Notebooks')}>
          {shown.map(notebook => (
            <Row
              key={notebook.notebook_path}
              notebook={notebook}
              onRestored={reload}
            />
          ))}
        </ul>
      )}
      {cursor === null ? null : (
        <button className="jp-trackbook-link" onClick={more}>
          {trans.__('More')}
        </button>
      )}
    </div>
  );
}

function Row(props: {
  readonly notebook: KnownNotebook;
  readonly onRestored: () => void;
}): ReactElement {
  const { notebook, onRestored } = props;
  const { api, commands, store } = useTrackbook();
  const trans = useTrans();
  const locale = useLocale();
  const now = useNow(60_000);
  const [busy, setBusy] = useState(false);
  const { notebook_path: path, place, revision_id: revisionId } = notebook;
  const name = PathExt.basename(path);

  const open = async (target: string): Promise<void> => {
    await commands.execute('docmanager:open', { path: target });
  };
  const restore = async (): Promise<void> => {
    setBusy(true);
    try {
      const copy = await api.copyRevision(revisionId, { in_place: true });
      await open(copy.path);
      onRestored();
    } catch (thrown) {
      const message = messageOf(thrown);
      store.actions.say({ kind: 'failed', message });
    } finally {
      setBusy(false);
    }
  };

  return (
    <li className="jp-trackbook-known">
      <div className="jp-trackbook-known-words">
        <span className="jp-trackbook-known-name" title={path}>
          {name}
          {place === 'notebook' ? null : (
            <span className="jp-trackbook-known-mark">
              {place === 'gone' ? trans.__('deleted') : trans.__('elsewhere')}
            </span>
          )}
        </span>
        <span
          className="jp-trackbook-known-facts"
          title={trans.__(
            'Last kept %1',
            formatMoment(notebook.captured_at, locale)
          )}
        >
          {[
            trans._n(
              'one revision',
              '%1 revisions',
              notebook.revision_count,
              notebook.revision_count
            ),
            ...(notebook.run_count === 0
              ? []
              : [
                  trans._n(
                    'one run',
                    '%1 runs',
                    notebook.run_count,
                    notebook.run_count
                  )
                ]),
            formatAge(notebook.captured_at, now, trans, locale),
            PathExt.dirname(path)
          ]
            .filter(part => part !== '')
            .join(' · ')}
        </span>
      </div>
      {place === 'notebook' ? (
        <button
          className="jp-trackbook-button jp-trackbook-small"
          aria-label={trans.__('Open %1', path)}
          onClick={() => void open(path)}
        >
          {trans.__('Open')}
        </button>
      ) : (
        <button
          className="jp-trackbook-button jp-trackbook-small"
          disabled={busy}
          aria-label={
            place === 'gone'
              ? trans.__('Restore %1', path)
              : trans.__('Open a copy of %1', path)
          }
          title={
            place === 'gone'
              ? trans.__(
                  'Writes the last revision where the notebook was, and opens it'
                )
              : trans.__('Writes the last revision as a copy, and opens it')
          }
          onClick={() => void restore()}
        >
          {place === 'gone' ? trans.__('Restore') : trans.__('Open copy')}
        </button>
      )}
    </li>
  );
}

/** The list, read again when runs changed. */
function useNotebooks(): {
  readonly listed: Listed;
  readonly reload: () => void;
  readonly more: () => void;
} {
  const { api } = useTrackbook();
  const runCount = useTrackbookState(state => state.list.ids.length);
  const [listed, setListed] = useState<Listed>({ kind: 'loading' });
  // Counts the questions: an answer to an earlier one is dropped.
  const turn = useRef(0);

  const ask = useCallback(
    async (before: readonly KnownNotebook[], cursor?: string) => {
      const mine = ++turn.current;
      try {
        const page = await api.listNotebooks(cursor);
        if (mine === turn.current) {
          setListed({
            kind: 'ready',
            notebooks: [...before, ...page.notebooks],
            cursor: page.next_cursor
          });
        }
      } catch (thrown) {
        if (mine === turn.current) {
          setListed({ kind: 'failed', failure: failureOf(thrown) });
        }
      }
    },
    [api]
  );
  useEffect(() => {
    const turns = turn;
    void ask([]);
    return () => {
      turns.current += 1;
    };
  }, [ask, runCount]);

  return {
    listed,
    reload: useCallback(() => void ask([]), [ask]),
    more: () => {
      if (listed.kind === 'ready' && listed.cursor !== null) {
        void ask(listed.notebooks, listed.cursor);
      }
    }
  };
}
