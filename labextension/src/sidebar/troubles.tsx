/**
 * What is wrong although a list is shown: in one quiet line above it, with what mends it.
 */
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';

import type { Failure } from '../api';
import { mismatch } from '../version';
import { useActions, useTrackbookState, useTrans } from '../widgets';
import { Banner } from './states';

export function Troubles(): ReactElement | null {
  const trans = useTrans();
  const actions = useActions();
  const stale = useTrackbookState(state => state.list.stale);
  const server = useTrackbookState(state => state.server);
  if (stale !== null) {
    return (
      <Banner>
        {staleWords(stale, trans)}{' '}
        <button
          className="jp-trackbook-link"
          onClick={() => void actions.refresh()}
        >
          {trans.__('Retry')}
        </button>
      </Banner>
    );
  }
  if (server === null) {
    return null;
  }
  if (server.problem !== null) {
    return <Banner>{server.problem}</Banner>;
  }
  if (server.backup_problem !== null) {
    return <Banner>{server.backup_problem}</Banner>;
  }
  switch (mismatch(server.version)) {
    case 'server is older':
      return (
        <Banner>
          {trans.__(
            'Trackbook was updated, but the Jupyter server still runs version %1. Start it again when nothing runs.',
            server.version
          )}
        </Banner>
      );
    case 'page is older':
      return (
        <Banner>
          {trans.__(
            'The Jupyter server runs trackbook %1 by now.',
            server.version
          )}{' '}
          <button
            className="jp-trackbook-link"
            onClick={() => {
              window.location.reload();
            }}
          >
            {trans.__('Reload the page')}
          </button>
        </Banner>
      );
    case null:
      return null;
  }
}

function staleWords(failure: Failure, trans: TranslationBundle): string {
  switch (failure.kind) {
    case 'offline':
      return trans.__(
        'The Jupyter server does not answer: what is shown may be old.'
      );
    case 'missing':
      return trans.__(
        'The server half of trackbook has gone: what is shown may be old.'
      );
    case 'refused':
      return trans.__(
        'The list could not be brought up to date: %1',
        failure.problem.message
      );
    case 'broken':
      return trans.__(
        'The list could not be brought up to date: %1',
        failure.message
      );
  }
}
