/**
 * The panel's parts, one below the other.
 */
import '../../style/opened.css';

import { useState } from 'react';
import type { ReactElement } from 'react';

import { useActions, useTrackbookState, useTrans } from '../widgets';
import { Announcer } from './announcer';
import { Foot } from './foot';
import type { FolderLineProps } from './folder-line';
import { Header } from './header';
import { Notebooks } from './notebooks';
import { NothingFound } from './nothing-found';
import { RunList } from './run-list';
import { SearchBox } from './search-box';
import { Empty, Failed, Skeleton } from './states';
import { Troubles } from './troubles';

export function Panel({ files }: FolderLineProps): ReactElement {
  const [showsNotebooks, setShowsNotebooks] = useState(false);
  return (
    <div className="jp-trackbook-panel">
      <Header
        files={files}
        showsNotebooks={showsNotebooks}
        onShowNotebooks={setShowsNotebooks}
      />
      {!showsNotebooks && <SearchBox />}
      <Troubles />
      {showsNotebooks ? <Notebooks /> : <Body />}
      <Foot />
      <Announcer />
    </div>
  );
}

function Body(): ReactElement | null {
  const phase = useTrackbookState(state => state.list.phase);
  const isEmpty = useTrackbookState(
    ({ list }) => list.ids.length === 0 && list.total === 0
  );
  const isSearch = useTrackbookState(state => state.filter !== '');
  const hasFolded = useTrackbookState(
    state =>
      !state.trashed &&
      (state.list.withoutResultCount > 0 ||
        (state.scope === 'folder' && (state.place?.folders.length ?? 0) > 0))
  );
  if (!isEmpty && phase.kind !== 'failed') {
    return <ListWithEdges />;
  }
  switch (phase.kind) {
    case 'idle':
    case 'loading':
      return <Skeleton />;
    case 'failed':
      return <Failed failure={phase.failure} />;
    case 'ready':
      return (
        <>
          {isSearch ? <NothingFound /> : <Empty />}
          {hasFolded && <RunList />}
        </>
      );
  }
}

function ListWithEdges(): ReactElement {
  return (
    <>
      <Waiting />
      <RunList />
    </>
  );
}

/** Rows that came while the pointer was in the list. */
function Waiting(): ReactElement | null {
  const trans = useTrans();
  const actions = useActions();
  const waits = useTrackbookState(state => state.list.waiting !== null);
  return waits ? (
    <button className="jp-trackbook-waiting" onClick={actions.showWaiting}>
      {trans.__('The list has changed: show')}
    </button>
  ) : null;
}
