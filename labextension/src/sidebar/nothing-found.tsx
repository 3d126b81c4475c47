/**
 * A search that finds nothing: what was searched, why that may be, and how to widen it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { TrackbookState } from '../store';
import { useActions, useTrackbookState, useTrans } from '../widgets';

export function NothingFound(): ReactElement {
  const trans = useTrans();
  const actions = useActions();
  const state = useTrackbookState(whole => whole);
  const { filter, trashed, list } = state;
  const isNarrow =
    state.scope !== 'all' &&
    !(state.scope === 'notebook' && state.notebookPath === null);
  return (
    <div className="jp-trackbook-state">
      <p>
        {whereOf(state, trans)} <code dir="auto">{filter}</code>
      </p>
      {list.hints.map(hint => (
        <p key={hint.message}>
          {hint.message}{' '}
          {hint.fixes.map(fix => (
            <button
              key={fix.filter}
              className="jp-trackbook-button"
              title={fix.filter}
              onClick={() => void actions.search(fix.filter)}
            >
              {fix.label}
            </button>
          ))}
        </p>
      ))}
      {isNarrow && (
        <button
          className="jp-trackbook-link"
          onClick={() => {
            actions.setScope('all');
          }}
        >
          {trans.__('Search in all notebooks')}
        </button>
      )}
      <button
        className="jp-trackbook-link"
        onClick={() => {
          actions.setTrashed(!trashed);
        }}
      >
        {trashed
          ? trans.__('Search outside of the trash')
          : trans.__('Search in the trash')}
      </button>
      <button
        className="jp-trackbook-link"
        onClick={() => void actions.search('')}
      >
        {trans.__('Clear the search')}
      </button>
    </div>
  );
}

function whereOf(state: TrackbookState, trans: TranslationBundle): string {
  if (state.trashed) {
    return trans.__('No run in the trash matches');
  }
  switch (state.scope) {
    case 'notebook':
      return state.notebookPath === null
        ? trans.__('No run matches')
        : trans.__('No run of this notebook matches');
    case 'folder':
      return trans.__('No run of this folder matches');
    case 'all':
      return trans.__('No run matches');
  }
}
