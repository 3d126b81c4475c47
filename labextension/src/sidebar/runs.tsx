/**
 * The runs of the panel and of the table, or why there are none.
 */
import type { ComponentType, ReactElement } from 'react';

import { useActions, useTrackbookState, useTrans } from '../widgets';
import { NothingFound } from './nothing-found';
import { Empty, Failed, Skeleton } from './states';

/** `list` draws them where there are some. */
export function Runs(props: {
  readonly list: ComponentType;
}): ReactElement | null {
  const List = props.list;
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
    return (
      <>
        <Waiting />
        <List />
      </>
    );
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
          {hasFolded && <List />}
        </>
      );
  }
}

/** Rows that came while the pointer was in the list. */
function Waiting(): ReactElement | null {
  const trans = useTrans();
  const actions = useActions();
  const waits = useTrackbookState(state => state.list.waiting !== null);
  return waits ? (
    <div className="jp-trackbook-waiting">
      <button onClick={actions.showWaiting}>
        {trans.__('The list has changed: show')}
      </button>
    </div>
  ) : null;
}
